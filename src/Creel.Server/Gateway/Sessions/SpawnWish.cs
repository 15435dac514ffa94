namespace Creel.Server.Gateway.Sessions;

/// <summary>A helper that a session wants.</summary>
/// <param name="AgentId">Whose helper; null: the asking agent's own.</param>
/// <param name="Model">Null: what the asking agent's rules say.</param>
internal sealed record SpawnWish(
    string Task,
    string? AgentId = null,
    string? Model = null,
    string? Label = null,
    TimeSpan? Timeout = null
);
