using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>What each driver proved, remembered: a proof boots a cell. One that failed is tried again each time it is asked for.</summary>
internal sealed class Fingerprints(IReadOnlyList<IIsolationDriver> drivers)
{
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

    public async ValueTask<IReadOnlyList<DriverFingerprint>> AllAsync(CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            foreach (var driver in drivers)
            {
                if (!known.TryGetValue(driver.Name, out var fingerprint) || !fingerprint.Works)
                {
                    known[driver.Name] = await driver.FingerprintAsync(cancel);
                }
            }

            return [.. drivers.Select(d => known[d.Name])];
        }
        finally
        {
            gate.Release();
        }
    }
}
