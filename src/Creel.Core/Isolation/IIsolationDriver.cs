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

    /// <summary>
    /// Starts the cell, and returns when its first program runs inside. The handle is also left in the cell's folder, so that
    /// a crash right after loses nothing. The folders of <paramref name="spec"/> exist; none of them is a symbolic link.
    /// </summary>
    /// <exception cref="CreelException">
    /// It can't be made as asked (a folder, a right, a program or a limit that was written out), or it runs already; nothing of
    /// this attempt is left behind, not even when <paramref name="cancel"/> ends it.
    /// </exception>
    ValueTask<CellHandle> StartAsync(CellSpec spec, CancellationToken cancel = default);

    /// <summary>
    /// The handle of a cell that may have been started in this folder, dead or alive; null if none was, or if it was stopped
    /// and cleared away.
    /// </summary>
    ValueTask<CellHandle?> RecoverAsync(CellSpec spec, CancellationToken cancel = default);

    /// <summary>Whether the very process of the handle is alive; another one that was given its number never counts.</summary>
    ValueTask<CellObservation> InspectAsync(CellHandle handle, CancellationToken cancel = default);

    /// <summary>What the cell uses now; null where nothing counts it for this cell alone. Cheap: a few small files.</summary>
    ValueTask<CellUsage?> MeasureAsync(CellHandle handle, CancellationToken cancel = default);

    /// <summary>
    /// One sentence where somebody else changed what a running cell is made of (its unit, say); null where nobody did. It is
    /// shown, and not undone. Cheap: a few small files.
    /// </summary>
    ValueTask<string?> DriftAsync(CellHandle handle, CancellationToken cancel = default) => new((string?)null);

    /// <summary>Completes when the cell's first program has ended. What it left behind ends with <see cref="StopAsync"/>.</summary>
    ValueTask<CellObservation> WaitAsync(CellHandle handle, CancellationToken cancel = default);

    /// <summary>Asks the cell to end, kills it after the grace, and returns when no process and no cgroup of it is left. Idempotent.</summary>
    ValueTask StopAsync(CellHandle handle, TimeSpan grace, CancellationToken cancel = default);
}
