namespace Creel.Core.Isolation;

/// <summary>
/// Makes and unmakes cells at one level. Ids and values only: a handle can be written down, read by a later process, and
/// used there. Two cells never share anything that the specification does not name.
/// </summary>
public interface IIsolationDriver
{
    /// <summary>The habitat's word for it: <c>host</c>, <c>bubblewrap</c>, …</summary>
    string Name { get; }

    IsolationLevel Level { get; }

    /// <summary>Proves by trying that the driver works here, and tells what it truly enforces.</summary>
    ValueTask<DriverFingerprint> FingerprintAsync(CancellationToken cancel = default);

    /// <summary>Starts the cell. The handle is also left in the cell's folder, so that a crash right after loses nothing.</summary>
    /// <exception cref="CreelException">It can't be made as asked; nothing of it is left behind.</exception>
    ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default);

    /// <summary>The handle of a cell that may have been started in this folder; null if none was.</summary>
    ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default);

    ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default);

    /// <summary>Completes when the cell is no more.</summary>
    ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default);

    /// <summary>Asks the cell to end, kills it after the grace, and returns when no process and no cgroup of it is left. Idempotent.</summary>
    ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default);
}
