namespace Creel.Core.Sessions;

/// <summary>The one door to a conversation with an agent: one turn at a time in a session, agents side by side.</summary>
public interface ITurns
{
    /// <summary>Keeps the turn, and starts it when its lane is free. When this returns, it is on disk and starts at most once.</summary>
    /// <exception cref="CreelException">No such agent, a key that isn't its, a full lane, or a store that can't write.</exception>
    ValueTask<TurnTicket> SubmitAsync(TurnRequest request, CancellationToken cancel = default);

    /// <summary>A turn that waits, runs, or ended lately; null for any other.</summary>
    TurnView? Find(string runId);

    /// <summary>Ends what waits and runs in a session.</summary>
    /// <param name="runId">That one alone; null: all.</param>
    /// <returns>Those that were ended.</returns>
    ValueTask<IReadOnlyList<string>> AbortAsync(string sessionKey, string? runId, string by, CancellationToken cancel = default);

    /// <summary>All events from now on, in the order in which they happened in each turn.</summary>
    /// <param name="seen">Is called on a thread of the turn's; must not block.</param>
    /// <returns>To be disposed by who has seen enough.</returns>
    IDisposable Watch(Action<TurnEvent> seen);
}
