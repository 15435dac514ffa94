using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>What each driver proved, remembered: a proof boots a cell. One that failed is tried again each time it is asked for.</summary>
internal sealed class Fingerprints(IReadOnlyList<IIsolationDriver> drivers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, DriverFingerprint> known = [];

    /// <summary>The drivers of a level prove anew that they work: what rests on it would have no way back.</summary>
    public async ValueTask DoubtAsync(IsolationLevel level, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            foreach (var driver in drivers.Where(d => d.Level == level))
            {
                known.Remove(driver.Name);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <param name="patience">A driver that takes longer does not work, for now.</param>
    public async ValueTask<IReadOnlyList<DriverFingerprint>> AllAsync(CancellationToken cancel, TimeSpan? patience = null)
    {
        await gate.WaitAsync(cancel);
        try
        {
            var unproven = drivers.Where(d => !known.TryGetValue(d.Name, out var fingerprint) || !fingerprint.Works).ToList();
            var proofs = await Task.WhenAll(unproven.Select(driver => TakeAsync(driver, patience ?? Patience, cancel)));
            foreach (var proof in proofs)
            {
                known[proof.Driver] = proof;
            }

            return [.. drivers.Select(d => known[d.Name])];
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// Only of those that the groups may come to need, up to the first that works for each: an engine that hangs is no matter of
    /// cells that don't want it.
    /// </summary>
    public async ValueTask<IReadOnlyList<DriverFingerprint>> ForAsync(IEnumerable<AgentGroup> groups, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            var needed = new HashSet<string>();
            foreach (var (name, level) in groups.Select(group => (group.Driver, group.Level)).Distinct())
            {
                foreach (var driver in drivers.Where(d => name is null ? d.Level == level : d.Name == name))
                {
                    needed.Add(driver.Name);
                    if ((await ProveAsync(driver, cancel)).Works)
                    {
                        break;
                    }
                }
            }

            return [.. drivers.Where(d => needed.Contains(d.Name)).Select(d => known[d.Name])];
        }
        finally
        {
            gate.Release();
        }
    }

    private async ValueTask<DriverFingerprint> ProveAsync(IIsolationDriver driver, CancellationToken cancel) =>
        known.TryGetValue(driver.Name, out var proven) && proven.Works
            ? proven
            : known[driver.Name] = await TakeAsync(driver, Patience, cancel);

    private static async Task<DriverFingerprint> TakeAsync(IIsolationDriver driver, TimeSpan patience, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(patience);
        try
        {
            return await driver.FingerprintAsync(deadline.Token).AsTask().WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var none = new EnforcedLimits(false, false, false);
            var sentence = $"{driver.Name} did not prove within {patience.TotalSeconds:0} s that it works";
            return new DriverFingerprint(driver.Name, driver.Level, false, sentence, null, [], none, false, false, []);
        }
    }
}
