using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>What each driver proved, remembered: a proof boots a cell. One that failed is tried again each time it is asked for.</summary>
internal sealed class Fingerprints(IReadOnlyList<IIsolationDriver> drivers)
{
    private readonly SemaphoreSlim gate = new(1);
    private readonly Dictionary<string, DriverFingerprint> known = [];

    public async ValueTask<IReadOnlyList<DriverFingerprint>> AllAsync(CancellationToken cancel)
    {
        await gate.WaitAsync(cancel);
        try
        {
            foreach (var driver in drivers)
            {
                await ProveAsync(driver, cancel);
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
            : known[driver.Name] = await driver.FingerprintAsync(cancel);
}
