namespace Creel.Commands.Views;

/// <summary>A token, shown once.</summary>
internal sealed record JoinTokenView(string Token, DateTimeOffset? ExpiresAt);

internal sealed record RegisteredView(AgentView? Agent, string Token, string? WsUrl);
