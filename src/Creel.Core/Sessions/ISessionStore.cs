namespace Creel.Core.Sessions;

/// <summary>Where the index of conversations and the turns are kept. What was answered is on disk, all of a call or nothing of it.</summary>
public interface ISessionStore
{
    /// <summary>All sessions, and the turns that are not over, in the order in which they came.</summary>
    ValueTask<SessionsKept> LoadAsync(CancellationToken cancel = default);

    /// <summary>
    /// Writes new turns, changed ones, and sessions. An older revision of a session never replaces a newer one, and a change of a turn that comes
    /// late takes nothing back.
    /// </summary>
    /// <returns>False where a new turn's run id is there already: then nothing was written.</returns>
    ValueTask<bool> WriteAsync(SessionWrite write, CancellationToken cancel = default);

    /// <summary>A turn by its run id; null where there is none, or it was forgotten.</summary>
    ValueTask<TurnRecord?> FindAsync(string runId, CancellationToken cancel = default);

    /// <summary>Forgets turns that ended before, and all but the newest ones that are over.</summary>
    ValueTask<int> PruneAsync(DateTimeOffset before, int keep, CancellationToken cancel = default);
}

/// <param name="Added">Turns that are new.</param>
/// <param name="Changed">Turns as they are now.</param>
/// <param name="Sessions">Sessions as they are now.</param>
/// <param name="Gone">Sessions that are forgotten, as they were; that they are is remembered.</param>
public sealed record SessionWrite(
    IReadOnlyList<TurnRecord> Added,
    IReadOnlyList<TurnRecord> Changed,
    IReadOnlyList<SessionEntry> Sessions,
    IReadOnlyList<SessionEntry> Gone
)
{
    public static SessionWrite Of(params SessionEntry[] sessions) => new([], [], sessions, []);

    public static SessionWrite Of(IReadOnlyList<TurnRecord> changed, IReadOnlyList<SessionEntry>? sessions = null) =>
        new([], changed, sessions ?? [], []);
}

/// <param name="Gone">Sessions that were deleted: what still lies of them in a cell is not taken up again.</param>
/// <param name="LastOrder">Of all turns, those that were forgotten too.</param>
public sealed record SessionsKept(
    IReadOnlyList<SessionEntry> Sessions,
    IReadOnlyList<SessionEntry> Gone,
    IReadOnlyList<TurnRecord> Open,
    long LastOrder
);
