namespace Creel.Core.Sessions;

/// <summary>Whose sessions an agent's tools see and write to: <c>tools.sessions.visibility</c> and <c>tools.agentToAgent</c>.</summary>
/// <param name="Enabled">Agents may reach other agents.</param>
/// <param name="Allow">Ids with <c>*</c> in them; both agents must match. Empty: nobody.</param>
/// <param name="PingPong">Turns that two agents answer each other after a message, at most.</param>
public sealed record SharingRules(SessionVisibility Visibility, bool Enabled, IReadOnlyList<string> Allow, int PingPong)
{
    public static SharingRules Default { get; } = new(SessionVisibility.Tree, false, [], 5);

    public static SessionVisibility VisibilityOf(string word) =>
        word switch
        {
            "self" => SessionVisibility.Self,
            "agent" => SessionVisibility.Agent,
            "all" => SessionVisibility.All,
            _ => SessionVisibility.Tree,
        };
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
