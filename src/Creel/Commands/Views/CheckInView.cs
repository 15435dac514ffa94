namespace Creel.Commands.Views;

/// <summary>Whether an agent gives signs of life.</summary>
/// <param name="Status"><c>unseen</c>, <c>awaited</c>, <c>online</c> or <c>offline</c>.</param>
/// <param name="Gateway">Null: it is here.</param>
/// <param name="Due">While it is awaited: until when it may check in before it is woken again, or given up.</param>
internal sealed record CheckInView(
    string Id,
    string? Gateway,
    string Status,
    DateTimeOffset? LastSeen,
    long Generation,
    int Wakes,
    DateTimeOffset? Due,
    string? Why
);

internal sealed record CheckInAnswer(CheckInView Agent);

internal sealed record CheckInsView(IReadOnlyList<CheckInView>? Agents);
