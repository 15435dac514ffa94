namespace Creel.Core.Sessions;

/// <summary>Whose sessions an agent's tools see and write to: <c>tools.sessions.visibility</c> and <c>tools.agentToAgent</c>.</summary>
/// <param name="Enabled">Agents may reach other agents.</param>
/// <param name="Allow">Ids with <c>*</c> in them; both agents must match. Empty: all agents.</param>
/// <param name="PingPong">Turns that two agents answer each other after a message, at most.</param>
public sealed record SharingRules(SessionVisibility Visibility, bool Enabled, IReadOnlyList<string> Allow, int PingPong)
{
    public static SharingRules Default { get; } = new(SessionVisibility.Tree, false, [], 5);
}

/// <summary>In the order of what each adds.</summary>
public enum SessionVisibility
{
    /// <summary>The own session.</summary>
    Self,

    /// <summary>And those that it spawned.</summary>
    Tree,

    /// <summary>And all of the agent.</summary>
    Agent,

    /// <summary>And other agents', where agents may reach each other.</summary>
    All,
}

/// <summary><c>subagents</c>: what an agent's turns may spawn.</summary>
/// <param name="Depth">Helpers of helpers, at most so deep: 1 to 5.</param>
/// <param name="Children">Helpers of one session that run at once: 1 to 20.</param>
/// <param name="Agents">Ids of other agents that may be asked to be helpers; <c>*</c>: any.</param>
/// <param name="KeptFor">So long after its end a helper's session is forgotten; null: it stays.</param>
/// <param name="Timeout">Of a helper that names none; null: the agent's.</param>
public sealed record HelperRules(
    int Depth,
    int Children,
    IReadOnlyList<string> Agents,
    TimeSpan? KeptFor,
    string? Model,
    string? Thinking,
    TimeSpan? Timeout
)
{
    public static HelperRules Default { get; } = new(1, 5, [], TimeSpan.FromHours(1), null, null, null);
}
