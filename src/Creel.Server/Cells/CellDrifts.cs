using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>Looks whether somebody changed what running cells are made of; it is shown, and left as it is.</summary>
internal sealed class CellDrifts(CellBook book, IReadOnlyList<IIsolationDriver> drivers)
{
    public async ValueTask LookAsync(CancellationToken cancel)
    {
        foreach (var cell in book.All)
        {
            cell.Drift =
                cell is { Running: true, Record.Handle: { } handle }
                && drivers.FirstOrDefault(d => d.Name == handle.Driver) is { } driver
                    ? await driver.DriftAsync(handle, cancel)
                    : null;
        }
    }
}
