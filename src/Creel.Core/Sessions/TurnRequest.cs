namespace Creel.Core.Sessions;

/// <summary>A message for an agent in one conversation, whichever way it came.</summary>
/// <param name="RunId">Names the turn; a second request of the same name is the same turn.</param>
/// <param name="SessionKey">A key of this agent (<c>agent:&lt;id&gt;:…</c>).</param>
public sealed record TurnRequest(string RunId, AgentId Agent, string SessionKey, string Message)
{
    /// <summary>Who asks, for the audit: <c>admin</c>, <c>channel:telegram</c>, <c>agent:homer</c>.</summary>
    public required string From { get; init; }

    public TurnOrigin? Origin { get; init; }

    /// <summary>On whose behalf it was asked for, where that is more than its origin says; null: it is not.</summary>
    public TurnBehalf? Behalf { get; init; }

    /// <summary>Null: what the session, else the agent, says.</summary>
    public string? Thinking { get; init; }

    /// <summary><c>provider/model</c>; null: what the session, else the agent, says.</summary>
    public string? Model { get; init; }

    /// <summary>On top of the system prompt, for this turn.</summary>
    public string? ExtraSystemPrompt { get; init; }

    /// <summary>Pictures that came with it, as paths seen from the workspace.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary>So many messages of the conversation, with their answers, the agent goes by; null: all.</summary>
    public int? HistoryTurns { get; init; }

    /// <summary>Null: the agent's own.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Another turn of the session asked for it: fewer tools.</summary>
    public bool Subagent { get; init; }

    /// <summary>Bypasses the queue's modes: what an operator or a heartbeat asks is a turn of its own.</summary>
    public bool Alone { get; init; }

    /// <summary>On whose behalf it acts.</summary>
    public TurnBehalf ActsFor => Behalf is { } behalf ? TurnBehalf.Of(Origin).And(behalf) : TurnBehalf.Of(Origin);
}
