using System.Text.Json;

namespace Creel.Commands.Views;

/// <summary>A task with its history, as <c>GET /tasks/{id}</c> shows it.</summary>
internal sealed record TaskView(
    string Id,
    string Agent,
    string? Type,
    string State,
    string? From,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? SentAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? FinishedAt,
    int Attempts,
    bool Retry,
    JsonElement? Payload,
    JsonElement? Result,
    string? Reason
);

internal sealed record TasksView(IReadOnlyList<TaskView>? Tasks);

/// <summary>What submitting answers.</summary>
/// <param name="Queued">The agent is not connected; the task waits for it.</param>
internal sealed record SubmittedView(string TaskId, string? Status, bool Queued);
