namespace Creel.Core.Isolation;

/// <summary>What was made: one row a cell that was ever started and not yet removed.</summary>
public interface ICellStore
{
    ValueTask<IReadOnlyList<CellRecord>> ListAsync(CancellationToken cancel = default);

    /// <summary>Adds or replaces; on disk when this returns.</summary>
    ValueTask PutAsync(CellRecord cell, CancellationToken cancel = default);

    ValueTask RemoveAsync(CellId cell, CancellationToken cancel = default);
}

/// <summary>A cell as it was last made.</summary>
/// <param name="Revision">All that a restart would change, as text (<see cref="CellDesign.Revision"/>).</param>
/// <param name="UserIndex">Its place in the uid range; kept while the row is, so that files keep their owner.</param>
/// <param name="Handle">Null while it is stopped, or was never known to have started.</param>
/// <param name="Stopped">By a person: the reconciler leaves it so.</param>
public sealed record CellRecord(
    CellId Id,
    GroupId Group,
    string Driver,
    string Revision,
    int UserIndex,
    CellHandle? Handle,
    bool Stopped
);
