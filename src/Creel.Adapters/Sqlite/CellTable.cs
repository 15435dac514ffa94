using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Sqlite;

/// <summary>The cells of one database.</summary>
internal sealed class CellTable(Writer writer, ReadPool readers) : ICellStore
{
    private const string Columns = "id, groupid, driver, revision, userindex, handledriver, handle, stopped";

    public ValueTask<IReadOnlyList<CellRecord>> ListAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<CellRecord>>(
            c =>
            {
                var rows = c[$"SELECT {Columns} FROM cells ORDER BY id"];
                var cells = new List<CellRecord>();
                while (rows.Next())
                {
                    cells.Add(Cell(rows));
                }

                return cells;
            },
            cancel
        );

    public async ValueTask PutAsync(CellRecord cell, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection[$"INSERT OR REPLACE INTO cells({Columns}) VALUES(?, ?, ?, ?, ?, ?, ?, ?)"]
                        .Bind(cell.Id.Value)
                        .Bind(cell.Group.Value)
                        .Bind(cell.Driver)
                        .Bind(cell.Revision)
                        .Bind(cell.UserIndex)
                        .Bind(cell.Handle?.Driver)
                        .Bind(cell.Handle?.Data)
                        .Bind(cell.Stopped)
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);

    public async ValueTask RemoveAsync(CellId cell, CancellationToken cancel = default) =>
        await writer
            .DoAsync(s => s.Connection["DELETE FROM cells WHERE id = ?"].Bind(cell.Value).Run(), cancel)
            .ConfigureAwait(false);

    private static CellRecord Cell(Statement row)
    {
        var id = new CellId(row.Text(0));
        var handle = row.TextOrNull(6) is { } data ? new CellHandle(id, row.Text(5), data) : null;
        return new CellRecord(id, GroupId.Parse(row.Text(1)), row.Text(2), row.Text(3), (int)row.Number(4), handle, row.Truth(7));
    }
}
