using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is kept of an agent at a gateway from one run to the next.</summary>
public sealed record ProvisionRecord
{
    /// <summary>The gateway's name in the habitat; null: ours.</summary>
    public required string? Gateway { get; init; }

    /// <summary>Its id there.</summary>
    public required string Id { get; init; }

    public required AgentId Agent { get; init; }

    [JsonIgnore]
    public Resident Resident => new(Agent, Gateway);

    /// <summary>The conversation that was made for it, and how it is called; null: not yet.</summary>
    public string? Session { get; init; }

    public string? Label { get; init; }

    /// <summary>It is there because we made it: only such a one is taken away again.</summary>
    public bool Made { get; init; }

    /// <summary>It was not yet brought to its end once: what stands there is its gateway's, not its own. Null: nobody looked yet.</summary>
    public bool? First { get; init; }

    /// <summary>A new token was made, and those before it were not yet told to end.</summary>
    public bool Handover { get; init; }

    /// <summary>It is to be told to begin, and was not yet.</summary>
    public WakeReason? Wake { get; init; }

    /// <summary>What a person asked for and did not get yet.</summary>
    public ProvisionAsks Owed { get; init; }

    public Standing Standing { get; init; } = Standing.Waiting;

    public Fault? Error { get; init; }

    /// <summary>How often it went wrong since it last went well.</summary>
    public int Attempts { get; init; }

    public DateTimeOffset? NextTry { get; init; }

    /// <summary>Since when it stands so.</summary>
    public DateTimeOffset At { get; init; }

    public ImmutableSortedDictionary<string, FileRecord> Files { get; init; } =
        ImmutableSortedDictionary.Create<string, FileRecord>(StringComparer.Ordinal);

    /// <summary>The files that the gateway does not take.</summary>
    public IReadOnlyList<string> Unsupported() => [.. Files.Where(f => f.Value.Refused is not null).Select(f => f.Key)];
}
