using System.Text.Json;

namespace Creel.Commands.Views;

/// <summary>A line of the audit book.</summary>
internal sealed record AuditView(
    long Sequence,
    DateTimeOffset At,
    string? Actor,
    string? Action,
    string? Target,
    string? Outcome,
    JsonElement? Detail,
    string? Hash
);

internal sealed record AuditsView(IReadOnlyList<AuditView>? Entries);

internal sealed record VerdictView(long Count, string? Head, long? BrokenAt, string? Problem);
