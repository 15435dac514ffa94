using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>What drivers can tell against starting cells, before anything is ended or begun for them.</summary>
internal sealed class Foresight(IReadOnlyList<IIsolationDriver> drivers, TimeProvider time)
{
    /// <summary>A driver that takes longer to tell is left to tell it when it starts the cell.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<IReadOnlyList<Fault>> AgainstAsync(IEnumerable<CellDesign> starting, CancellationToken cancel)
    {
        var answers = starting.Select(design => AgainstAsync(design, cancel)).ToList();
        return [.. (await Task.WhenAll(answers)).OfType<Fault>()];
    }

    private async Task<Fault?> AgainstAsync(CellDesign design, CancellationToken cancel)
    {
        if (drivers.FirstOrDefault(d => d.Name == design.Driver) is not ICellForesight driver)
        {
            return null;
        }

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        try
        {
            return await driver.ForeseeAsync(design.Group, deadline.Token).AsTask().WaitAsync(Patience, time, cancel);
        }
        catch (TimeoutException)
        {
            await deadline.CancelAsync();
            return null;
        }
    }
}
