using System.Text.Json;

namespace Creel.Core.Sessions;

/// <summary>How a turn stands, or how it ended.</summary>
/// <param name="Text">The answer; null before the end, and where there is none.</param>
/// <param name="Error">One sentence for people; null unless it went wrong.</param>
/// <param name="Result">All that the brain told (<c>usage</c>, <c>model</c>, <c>stop</c>); null before the end.</param>
public sealed record TurnView(
    string RunId,
    AgentId Agent,
    string SessionKey,
    string? SessionId,
    TurnState State,
    DateTimeOffset AcceptedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? Text,
    string? Error,
    JsonElement? Result
)
{
    /// <summary>On whose behalf it was.</summary>
    public TurnBehalf Behalf { get; init; } = TurnBehalf.Operator;

    /// <summary>Why there is no answer.</summary>
    public TurnTrouble Trouble { get; init; }

    public bool Over => State is not (TurnState.Waiting or TurnState.Running);
}
