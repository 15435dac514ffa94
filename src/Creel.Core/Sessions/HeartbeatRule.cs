namespace Creel.Core.Sessions;

/// <summary>An agent is woken by the clock.</summary>
/// <param name="Every">More than nothing.</param>
public sealed record HeartbeatRule(TimeSpan Every)
{
    /// <summary>What the agent is asked where the configuration says nothing.</summary>
    public const string UsualPrompt =
        "Read HEARTBEAT.md if it is in your workspace, and do what it says; don't take up old tasks of earlier conversations. "
        + "If nothing needs attention, answer HEARTBEAT_OK.";

    public ActiveHours? Active { get; init; }

    public string Prompt { get; init; } = UsualPrompt;

    /// <summary>Null: the agent's.</summary>
    public string? Model { get; init; }

    /// <summary>A key or alias of this agent's; null: its main conversation.</summary>
    public string? Session { get; init; }

    /// <summary><c>none</c>, <c>last</c>, or a channel's id.</summary>
    public string Target { get; init; } = "none";

    /// <summary>The peer on that channel; null: the one of the last message.</summary>
    public string? To { get; init; }
    public string? AccountId { get; init; }

    /// <summary>False: what it has to say never goes to a person directly (<c>directPolicy: block</c>).</summary>
    public bool Direct { get; init; } = true;

    /// <summary>So much may stand beside <c>HEARTBEAT_OK</c> without being told to anybody, in characters.</summary>
    public int AckMaxChars { get; init; } = 300;
}
