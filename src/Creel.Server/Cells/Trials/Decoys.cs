namespace Creel.Server.Cells.Trials;

/// <summary>The decoys that stand, one a cell.</summary>
internal sealed class Decoys : IAsyncDisposable
{
    private readonly List<CellDecoy> standing = [];

    public void Add(CellDecoy? decoy)
    {
        if (decoy is not null)
        {
            standing.Add(decoy);
        }
    }

    /// <summary>Another cell's, of the same driver if there is one: the nearest neighbour is the easiest to reach. Null: it is alone.</summary>
    public CellDecoy? For(Cell cell) =>
        standing
            .Where(decoy => decoy.Cell != cell)
            .OrderByDescending(decoy => decoy.Cell.Record.Driver == cell.Record.Driver)
            .ThenByDescending(decoy => decoy.Facts.Addresses.Count > 0)
            .FirstOrDefault();

    public async ValueTask DisposeAsync()
    {
        foreach (var decoy in standing)
        {
            await decoy.DisposeAsync();
        }
    }
}
