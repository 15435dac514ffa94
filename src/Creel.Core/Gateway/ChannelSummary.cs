namespace Creel.Core.Gateway;

/// <summary>A messenger that is configured.</summary>
/// <param name="Id">As in a binding: <c>telegram</c>.</param>
/// <param name="Label">For people.</param>
public sealed record ChannelSummary(string Id, string Label, string DefaultAccount, IReadOnlyList<ChannelAccountState> Accounts);

/// <summary>One login on it.</summary>
/// <param name="Running">It is connected, or takes messages.</param>
/// <param name="Error">The last one, one sentence; null: none.</param>
public sealed record ChannelAccountState(
    string Id,
    bool Enabled,
    bool Configured,
    bool Running,
    string? Name,
    string? Error,
    DateTimeOffset? LastIn,
    DateTimeOffset? LastOut
);
