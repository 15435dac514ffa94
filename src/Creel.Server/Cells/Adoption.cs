using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Cells;

/// <summary>Finds again what an earlier serve left running.</summary>
internal sealed class Adoption(
    CellsConfig config,
    CellBook book,
    CellRunner runner,
    Fingerprints fingerprints,
    ICellStore store,
    ILogger log
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>The cells that were written down.</returns>
    public async Task<IReadOnlyList<CellRecord>> RunAsync(HabitatModel? habitat, CancellationToken cancel)
    {
        // Cells that run are taken over whatever a driver proves; one that hangs must not keep serve from coming up.
        var proven = await fingerprints.AllAsync(cancel, Patience);
        var records = await store.ListAsync(cancel);
        var designs = records.Select(r => r.Driver).Distinct().ToDictionary(d => d, d => AsRunning(habitat, d, proven));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, records.Count), CancellationToken = cancel };
        await Parallel.ForEachAsync(
            records,
            parallel,
            async (record, _) =>
            {
                using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                deadline.CancelAfter(config.StepDeadline);
                try
                {
                    await runner.AdoptAsync(
                        record,
                        designs[record.Driver].GetValueOrDefault(record.Id),
                        habitat?.Name ?? "",
                        deadline.Token
                    );
                }
                catch (Exception e) when (!cancel.IsCancellationRequested)
                {
                    // One cell that can't be taken over keeps no other from it; the plan says that it does not run.
                    log.LogError(e, "cell {Group} could not be taken over", record.Group);
                    book.Find(record.Id)!.Reason = $"it could not be taken over: {e.Message}";
                }
            }
        );

        return records;
    }

    /// <summary>The cells as they are on a driver that runs some of them, which need not prove anew that it can.</summary>
    private Dictionary<CellId, CellDesign> AsRunning(
        HabitatModel? habitat,
        string driver,
        IReadOnlyList<DriverFingerprint> proven
    )
    {
        var preferred = proven
            .Select(f => f.Driver == driver ? f with { Works = true } : f)
            .OrderByDescending(f => f.Driver == driver);
        return habitat is null ? [] : CellDesigner.Design(habitat, config.Instance, [.. preferred]).Cells.ToDictionary(d => d.Id);
    }
}
