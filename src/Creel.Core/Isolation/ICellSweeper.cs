namespace Creel.Core.Isolation;

/// <summary>A driver whose cells are kept by somebody else, who may still have one that nobody here knows of any more.</summary>
public interface ICellSweeper
{
    /// <summary>
    /// Removes what this Creel once made and has no record of: after a database was lost, or a start that the engine finished when
    /// nobody waited any more. Only what carries the instance's label is touched.
    /// </summary>
    /// <param name="known">The cells that this driver is known to have.</param>
    /// <returns>What was removed, in words.</returns>
    /// <exception cref="CreelException">It can't be known or done.</exception>
    ValueTask<IReadOnlyList<string>> SweepAsync(string instance, IReadOnlySet<CellId> known, CancellationToken cancel = default);
}
