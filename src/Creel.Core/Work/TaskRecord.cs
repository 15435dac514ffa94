namespace Creel.Core.Work;

/// <summary>A task with its history so far, as the store knows it.</summary>
public sealed record TaskRecord
{
    public required AgentTask Task { get; init; }

    public required TaskState State { get; init; }

    /// <summary>Null while it is queued.</summary>
    public Lease? Lease { get; init; }

    /// <summary>How often it left the queue: 1 for nearly all, more only with <c>retry: true</c>.</summary>
    public int Attempts { get; init; }

    /// <summary>A task that ends its cell each time it runs must come to an end itself.</summary>
    public const int MaxAttempts = 5;

    /// <summary>After an interruption it goes back to the queue.</summary>
    public bool MayRunAgain => Task.Retry && Attempts < MaxAttempts && CancelAskedAt is null;

    /// <summary>When it was first asked to end while a runtime had it.</summary>
    public DateTimeOffset? CancelAskedAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The runtime's result object in UTF-8; empty until there is one.</summary>
    public ReadOnlyMemory<byte> Result { get; init; }

    public string? Reason { get; init; }
}
