namespace Creel.Core.Sessions;

/// <summary>Which messages may become one turn: those whose answer goes to the same place, that ask for the same, and may use the same.</summary>
public static class TurnTie
{
    /// <returns>Null for a turn of its own.</returns>
    public static string? Of(TurnRequest request) =>
        request.Alone || request.Subagent
            ? null
            : string.Join(
                '\n',
                request.Origin?.Channel,
                request.Origin?.AccountId,
                request.Origin?.Peer?.ToString(),
                request.Origin?.ThreadId,
                request.Model,
                request.Thinking,
                request.Timeout,
                request.ExtraSystemPrompt,
                string.Join('\n', request.ActsFor.Limits.Select(l => l.Text))
            );
}
