using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>What the host knows of a conversation; its words are the cell's.</summary>
/// <param name="Key">Canonical: <c>agent:&lt;id&gt;:…</c>.</param>
/// <param name="SessionId">Names the transcript; a reset gives a new one.</param>
public sealed record SessionEntry(string Key, AgentId Agent, string SessionId, DateTimeOffset UpdatedAt)
{
    /// <summary>Unique among an agent's; at most 64 characters.</summary>
    public string? Label { get; init; }

    public string? DisplayName { get; init; }
    public string? ThinkingLevel { get; init; }
    public string? VerboseLevel { get; init; }
    public string? ReasoningLevel { get; init; }
    public string? ElevatedLevel { get; init; }
    public string? ResponseUsage { get; init; }

    /// <summary><c>provider/model</c>, in the place of the agent's.</summary>
    public string? Model { get; init; }

    /// <summary><c>allow</c> or <c>deny</c>; null: by the rules of the configuration.</summary>
    public string? SendPolicy { get; init; }

    /// <summary><c>mention</c> or <c>always</c>; null: by the configuration.</summary>
    public string? GroupActivation { get; init; }

    /// <summary>The session that spawned it; null: none.</summary>
    public string? SpawnedBy { get; init; }
    public int? SpawnDepth { get; init; }

    /// <summary>Where the last message came from; null: from no channel.</summary>
    public string? LastChannel { get; init; }
    public string? LastTo { get; init; }
    public string? LastAccountId { get; init; }
    public string? LastThreadId { get; init; }

    /// <summary>
    /// On whose behalf the last message came: what the clock, or a program that was left behind, asks for there is no more; null: the
    /// operator's.
    /// </summary>
    public TurnBehalf? Behalf { get; init; }

    public long InputTokens { get; init; }
    public long OutputTokens { get; init; }
    public long TotalTokens { get; init; }

    /// <summary>How much the model holds; null: not known yet.</summary>
    public long? ContextTokens { get; init; }

    /// <summary>Counts changes of this entry, from 1.</summary>
    public long Revision { get; init; }

    /// <summary>A message came.</summary>
    /// <param name="origin">Null: from no channel.</param>
    /// <param name="behalf">Of all whose text goes into its turn.</param>
    public SessionEntry Heard(TurnOrigin? origin, TurnBehalf behalf)
    {
        var heard = this with { Behalf = behalf == TurnBehalf.Operator ? null : behalf };
        return origin is null
            ? heard
            : heard with
            {
                LastChannel = origin.Channel,
                LastAccountId = origin.AccountId,
                LastTo = origin.Peer?.ToString() ?? LastTo,
                LastThreadId = origin.ThreadId,
            };
    }
}
