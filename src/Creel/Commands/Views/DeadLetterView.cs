using System.Text.Json;

namespace Creel.Commands.Views;

/// <summary>What could not be delivered, and why.</summary>
internal sealed record DeadLetterView(
    string? Id,
    string? Agent,
    string? Task,
    JsonElement? Message,
    string? Error,
    DateTimeOffset? At,
    DateTimeOffset? Timestamp
);

internal sealed record DeadLettersView(IReadOnlyList<DeadLetterView>? DeadLetterQueue);
