using Creel.Core;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>A store whose disk is full as long as it is said to be.</summary>
internal sealed class FailingStore(ISessionStore store, Func<bool> full) : ISessionStore
{
    public ValueTask<SessionsKept> LoadAsync(CancellationToken cancel = default) => store.LoadAsync(cancel);

    public ValueTask<bool> WriteAsync(SessionWrite write, CancellationToken cancel = default) =>
        full() ? throw new CreelException(Fault.Unavailable("store", "the disk is full")) : store.WriteAsync(write, cancel);

    public ValueTask<TurnRecord?> FindAsync(string runId, CancellationToken cancel = default) => store.FindAsync(runId, cancel);

    public ValueTask<int> PruneAsync(DateTimeOffset before, int keep, CancellationToken cancel = default) =>
        store.PruneAsync(before, keep, cancel);
}
