using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>Looks whether somebody changed what running cells are made of; it is shown, and left as it is.</summary>
internal sealed class CellDrifts(CellBook book, IReadOnlyList<IIsolationDriver> drivers, DriverPulse pulse)
{
    public async ValueTask LookAsync(CancellationToken cancel)
    {
        var silent = await pulse.SilentAsync();
        foreach (var cell in book.All)
        {
            var driverOf = cell.Record.Handle?.Driver ?? cell.Record.Driver;
            cell.Unknown =
                cell.Running && silent.TryGetValue(driverOf, out var why) ? $"{why}; what became of the cell is not known" : null;
            if (cell.Unknown is not null)
            {
                continue;
            }

            cell.Drift =
                cell is { Running: true, Record.Handle: { } handle }
                && drivers.FirstOrDefault(d => d.Name == handle.Driver) is { } driver
                    ? await driver.DriftAsync(handle, cancel)
                    : null;
        }
    }
}
