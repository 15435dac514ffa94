using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Server.Cells;

/// <summary>
/// Gives each cell a place in the uid range. A workspace that is there decides: files keep their owner. Otherwise it is
/// the first place that neither a cell nor any left-behind workspace has, so that a new cell never inherits old files.
/// </summary>
internal sealed class CellUsers(int firstUid, ICellFolders folders)
{
    public const int RangeSize = UidRanges.Size;

    public CellUser At(int index) => new(firstUid + index, firstUid + index);

    /// <param name="taken">The places of all other cells.</param>
    /// <param name="own">The folders of this cell.</param>
    /// <param name="leftBehind">All folders under CREEL_HOME that cells were ever given.</param>
    public int Choose(IReadOnlySet<int> taken, IEnumerable<string> own, IEnumerable<string> leftBehind)
    {
        foreach (var folder in own)
        {
            if (Index(folder) is { } index && !taken.Contains(index))
            {
                return index;
            }
        }

        var used = leftBehind.Select(Index).OfType<int>().Concat(taken).ToHashSet();
        return Enumerable.Range(0, RangeSize).First(index => !used.Contains(index));
    }

    private int? Index(string folder) =>
        folders.OwnerOf(folder) is { } uid && uid >= firstUid && uid < firstUid + RangeSize ? uid - firstUid : null;
}
