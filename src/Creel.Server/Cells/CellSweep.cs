using Creel.Core;
using Creel.Core.Isolation;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>When serve starts: what engines still have of this Creel that no record knows is removed, and told.</summary>
internal sealed class CellSweep(CellsConfig config, IReadOnlyList<IIsolationDriver> drivers, ILogger log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task RunAsync(IReadOnlyList<CellRecord> records, CancellationToken cancel)
    {
        foreach (var driver in drivers.Where(d => d is ICellSweeper))
        {
            var known = records.Where(r => r.Driver == driver.Name).Select(r => r.Id).ToHashSet();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            deadline.CancelAfter(Patience);
            try
            {
                foreach (var left in await ((ICellSweeper)driver).SweepAsync(config.Instance, known, deadline.Token))
                {
                    log.LogWarning("removed {Left}, which nothing here knew", left);
                }
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                // An engine that does not answer has nothing to tell; the next start of serve looks again.
                log.LogDebug("nobody can say what {Driver} may still have: {Reason}", driver.Name, e.Message);
            }
        }
    }
}
