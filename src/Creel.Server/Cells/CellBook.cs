using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Server.Cells;

/// <summary>Which cells there are, and what each is given: its place in the uid range, its folders, its specification.</summary>
internal sealed class CellBook(CellsConfig config, ICellFolders folders)
{
    private readonly ConcurrentDictionary<CellId, Cell> cells = new();
    private readonly CellUsers? users = config.FirstUid is { } first ? new CellUsers(first, folders) : null;
    private readonly Lock placing = new();

    public int? ProxyUid => config.ProxyUid;

    public CellLayout Layout { get; } = new(config);

    public IEnumerable<Cell> All => cells.Values;

    public Cell? Find(CellId id) => cells.GetValueOrDefault(id);

    /// <summary>It was not taken out meanwhile.</summary>
    public bool Holds(Cell cell) => Find(cell.Record.Id) == cell;

    public Cell Adopt(CellRecord record, CellDesign? design) => cells[record.Id] = new Cell(record) { Design = design };

    /// <summary>One at a time: two cells that start together must not be given the same place.</summary>
    public Cell Place(CellDesign design)
    {
        lock (placing)
        {
            return cells.GetOrAdd(
                design.Id,
                id => new Cell(new CellRecord(id, design.Group.Id, design.Driver, "", Allot(design), null, false))
            );
        }
    }

    public void TakeOut(CellId id) => cells.TryRemove(id, out _);

    public CellUser? User(Cell cell) => users?.At(cell.Record.UserIndex);

    public CellSpec Spec(Cell cell, string habitat) => Layout.Spec(cell.Record, cell.Design, User(cell), habitat);

    /// <summary>Makes the folders that the cell may write.</summary>
    public void Provide(CellSpec spec)
    {
        folders.Provide(spec.Folder, null);
        folders.Provide(spec.StateFolder, spec.User);
        foreach (var workspace in spec.Workspaces)
        {
            // A folder that the user wrote out and that is there is theirs: the driver says what it lacks.
            if (Layout.IsWorkspace(workspace.HostPath) || !Directory.Exists(workspace.HostPath))
            {
                folders.Provide(workspace.HostPath, spec.User);
            }
        }
    }

    /// <summary>Deletes what the cell kept for itself. Workspaces are its agents'.</summary>
    public void Clear(CellId cell)
    {
        folders.Delete(Layout.State(cell));
        folders.Delete(Layout.Cell(cell));
    }

    private int Allot(CellDesign design)
    {
        var taken = cells.Values.Select(c => c.Record.UserIndex).ToHashSet();
        if (users is null)
        {
            return Enumerable.Range(0, CellUsers.RangeSize).First(index => !taken.Contains(index));
        }

        var own = design.Agents.Select(Layout.Workspace).Append(Layout.State(design.Id));
        var all = new[] { "workspaces", "state" }
            .Select(name => Path.Combine(config.Home, name))
            .Where(Directory.Exists)
            .SelectMany(Directory.EnumerateDirectories);
        return users.Choose(taken, own, all);
    }
}
