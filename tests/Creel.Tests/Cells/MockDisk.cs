using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Cells;

/// <summary>What outlives serve besides the cells: their records, what is desired, and the folders.</summary>
internal sealed class MockDisk(Func<CrashPoint> crash) : ICellStore, IDesiredStore, ICellFolders
{
    private readonly ConcurrentDictionary<CellId, CellRecord> cells = new();

    public IReadOnlyList<CellRecord> Cells => [.. cells.Values.OrderBy(c => c.Group)];

    /// <summary>Who owns each folder.</summary>
    public ConcurrentDictionary<string, int> Folders { get; } = new();

    public string? Desired { get; set; }

    public Action<string> Deleting { get; set; } = _ => { };

    /// <summary>Called before what is desired is written.</summary>
    public Action Saving { get; set; } = () => { };

    /// <summary>Called before anything is written.</summary>
    public Action Writing { get; set; } = () => { };

    public string Name => "the disk's desired.json";

    public string? Load() => Desired;

    public void Save(string text) =>
        Effect(() =>
        {
            Saving();
            Desired = text;
        });

    public ValueTask<IReadOnlyList<CellRecord>> ListAsync(CancellationToken cancel = default) => new(Cells);

    public ValueTask PutAsync(CellRecord cell, CancellationToken cancel = default) => Effect(() => cells[cell.Id] = cell);

    public ValueTask RemoveAsync(CellId cell, CancellationToken cancel = default) => Effect(() => cells.TryRemove(cell, out _));

    public int? OwnerOf(string folder) => Folders.TryGetValue(folder, out var owner) ? owner : null;

    public void Provide(string folder, CellUser? owner) => Effect(() => Folders[folder] = owner?.Uid ?? 0);

    public void Delete(string folder) =>
        Effect(() =>
        {
            Deleting(folder);
            Folders.TryRemove(folder, out _);
        });

    private ValueTask Effect(Action effect)
    {
        crash().Pass();
        Writing();
        effect();
        crash().Pass();
        return ValueTask.CompletedTask;
    }
}
