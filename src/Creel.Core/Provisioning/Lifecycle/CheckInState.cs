namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is known of one agent's signs of life.</summary>
public sealed record CheckInState(AgentId Agent)
{
    public AgentStanding Standing { get; init; }

    /// <summary>Each wake for a new reason begins one; what belongs to an older one counts no more.</summary>
    public long Generation { get; init; }

    /// <summary>Of this generation; null: it was never woken.</summary>
    public WakeOrder? Order { get; init; }

    /// <summary>Messages of this generation, the one that is on its way among them.</summary>
    public int Wakes { get; init; }

    /// <summary>What came of the last of them is known.</summary>
    public bool Sent { get; init; }

    /// <summary>While it is awaited: when the next wake is due, or when it is given up.</summary>
    public DateTimeOffset? Due { get; init; }

    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>What went wrong, in a sentence without its full stop.</summary>
    public string? Why { get; init; }
}
