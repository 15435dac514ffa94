namespace Creel.Core.Sessions;

/// <summary>A turn in the eyes of the lanes.</summary>
/// <param name="Tie">Messages of the same tie may become one turn; null: it is a turn of its own.</param>
/// <param name="Helper">It counts with the agent's helpers, so that who waits for a helper can't keep it from starting.</param>
public sealed record LaneItem(string RunId, AgentId Agent, string SessionKey, string? Tie, bool Helper)
{
    /// <summary>Only a line of it will be told.</summary>
    public bool Brief { get; init; }

    /// <summary>Characters of its text: those that become one turn have 500,000 together, at most.</summary>
    public int Size { get; init; }
}

/// <summary>Turns that leave their lane together.</summary>
/// <param name="Carrier">The newest, whose turn it is.</param>
/// <param name="Joined">Those whose text goes into it, oldest first.</param>
/// <param name="Brief">Those of which it is told a line each, oldest first.</param>
public sealed record LaneStart(LaneItem Carrier, IReadOnlyList<LaneItem> Joined, IReadOnlyList<LaneItem> Brief);

/// <summary>What an agent may run at once.</summary>
/// <param name="Turns">Sessions side by side.</param>
/// <param name="Helpers">Turns that other turns asked for, side by side.</param>
public sealed record LaneLimits(int Turns, int Helpers)
{
    public static LaneLimits Default { get; } = new(4, 8);
}

/// <summary>What came of a turn that asked for its lane.</summary>
public abstract record LaneEntry
{
    private LaneEntry() { }

    /// <summary>Nothing was kept: so many wait already.</summary>
    public sealed record Full(int Waiting) : LaneEntry;

    /// <summary>It has the lane at once.</summary>
    public sealed record Free(LaneStart Start) : LaneEntry;

    /// <summary>It waits.</summary>
    /// <param name="Abort">What runs, where it is to be aborted.</param>
    /// <param name="Ended">Those that wait no longer, and never start.</param>
    /// <param name="Shortened">Those of which only a line stays.</param>
    public sealed record Waits(string? Abort, IReadOnlyList<LaneItem> Ended, IReadOnlyList<LaneItem> Shortened) : LaneEntry;
}
