namespace Creel.Core.Isolation;

/// <summary>What the reconciler would do, in this order; pure data.</summary>
public sealed record Plan(IReadOnlyList<Step> Steps)
{
    /// <summary>Sentences about what is otherwise than Creel made it, and what is left so.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>One thing to do to one cell.</summary>
/// <param name="Design">What the cell shall be; null where it shall not be.</param>
/// <param name="Why">One clause for people: <c>new</c>, <c>memory 256m → 512m</c>.</param>
public sealed record Step(StepKind Kind, CellId Cell, GroupId Group, CellDesign? Design, string Why);

public enum StepKind
{
    /// <summary>End it and forget it; its workspaces stay.</summary>
    Remove,

    /// <summary>End it and start it anew: something changed that only a start can bring in.</summary>
    Restart,

    Start,

    /// <summary>Tell the running cell, or the proxy about it, what changed; nothing restarts.</summary>
    Update,
}
