namespace Creel.Core.Work;

/// <summary>What could not be delivered, with the reason, until somebody redrives or clears it.</summary>
public interface IDeadLetters
{
    /// <summary>Keeps letters; beyond the newest 1,000 the oldest go.</summary>
    ValueTask AddAsync(IReadOnlyList<DeadLetter> letters, CancellationToken cancel = default);

    /// <summary>Oldest first.</summary>
    ValueTask<IReadOnlyList<DeadLetter>> ListAsync(CancellationToken cancel = default);

    ValueTask<DeadLetter?> TakeAsync(string id, CancellationToken cancel = default);

    ValueTask ClearAsync(CancellationToken cancel = default);
}

/// <summary>An undelivered message.</summary>
/// <param name="Message">The task's payload or the message, a JSON object in UTF-8.</param>
/// <param name="Error">Why.</param>
public sealed record DeadLetter(
    string Id,
    AgentId Agent,
    TaskId? Task,
    ReadOnlyMemory<byte> Message,
    string Error,
    DateTimeOffset At
);
