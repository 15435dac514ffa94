namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>What would be done at one gateway: pure data.</summary>
/// <param name="Gateway">Null: ours.</param>
/// <param name="Patches">Its configuration is written, once; else not at all.</param>
/// <param name="Agents">All that are wanted there, also those with nothing to do.</param>
/// <param name="Leaving">Those that are not wanted there any more.</param>
public sealed record ProvisionPlan(
    string? Gateway,
    bool Patches,
    IReadOnlyList<AgentPlan> Agents,
    IReadOnlyList<LeavingPlan> Leaving
)
{
    public bool HasWork => Patches || Agents.Any(a => a.HasWork) || Leaving.Any(l => l.Act is not LeavingAct.Tell);
}

/// <summary>What would be done for one agent.</summary>
public sealed record AgentPlan(DesiredAgent Desired)
{
    /// <summary>It is not there: it is made.</summary>
    public bool Creates { get; init; }

    /// <summary>It is not there, and is not made: only those that are were asked for, or it is its gateway's own.</summary>
    public bool Absent { get; init; }

    /// <summary>What is registered otherwise: <c>name</c>, <c>workspace</c>, <c>heartbeat</c>.</summary>
    public IReadOnlyList<string> Changes { get; init; } = [];

    public bool EnsuresSession { get; init; }

    public bool ResetsSession { get; init; }

    public IReadOnlyList<FilePlan> Files { get; init; } = [];

    public TokenAct Token { get; init; }

    public WakeReason? Wake { get; init; }

    /// <summary>What is left for a run that speaks to the agent.</summary>
    public ProvisionAsks Owes { get; init; }

    /// <summary>Why nothing of it can be done.</summary>
    public Fault? Refusal { get; init; }

    /// <summary>It was there before us and is its gateway's own: nothing of it is written.</summary>
    public bool IsImported => Desired is { Gateway: not null, Files: null };

    public bool Registers => Creates || Changes.Count > 0;

    public IEnumerable<FilePlan> Writes => Files.Where(f => f.Act != FileAct.Keep);

    public bool HasWork =>
        Registers
        || EnsuresSession
        || ResetsSession
        || Token != TokenAct.None
        || Wake is not null
        || Writes.Any()
        || Refusal is not null;
}

public enum TokenAct
{
    /// <summary>No file with one is written.</summary>
    None,

    /// <summary>That which stands there holds, and is written again.</summary>
    Standing,

    /// <summary>A new one is made; those before it end a while after it was proven.</summary>
    New,

    /// <summary>Only those before it have still to end.</summary>
    Succeeds,
}

/// <summary>An agent that was provisioned, and is not wanted there any more.</summary>
public sealed record LeavingPlan(ProvisionRecord Record, LeavingAct Act);

public enum LeavingAct
{
    /// <summary>It is named, and stays.</summary>
    Tell,

    /// <summary>It is taken away, with its files and its conversation.</summary>
    Remove,

    /// <summary>It was there before we were: it stays, and what we kept of it goes.</summary>
    Forget,
}
