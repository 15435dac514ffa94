namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What is known of the signs of life of one agent where it lives.</summary>
public sealed record CheckInState(Resident Resident)
{
    public AgentId Agent => Resident.Agent;

    /// <summary>The file of the habitat whose agent it is; null: not known yet.</summary>
    public string? Habitat { get; init; }

    public CheckInStanding Standing { get; init; }

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
