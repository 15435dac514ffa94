using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Policy;

namespace Creel.Server.Cells;

/// <summary>
/// Gives each cell a place in the uid range. A workspace that is there decides: files keep their owner. Otherwise it is
/// the first place that neither a cell nor any left-behind workspace has, so that a new cell never inherits old files.
/// </summary>
internal sealed class CellUsers(int firstUid, ICellFolders folders)
{
    public const int RangeSize = UidRanges.Cells;

    public CellUser At(int index) => new(firstUid + index, firstUid + index);

    /// <exception cref="CreelException">Every place is taken.</exception>
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
        return Enumerable.Range(0, RangeSize).Where(index => !used.Contains(index)).DefaultIfEmpty(-1).First() switch
        {
            >= 0 and var index => index,
            _ => throw new CreelException(
                Fault.Unavailable(
                    "uids-used-up",
                    $"all {RangeSize} host users of this Creel own a cell or a folder that a cell left behind",
                    "delete workspaces that nobody needs any more: creel agent destroy ID --delete-workspaces"
                )
            ),
        };
    }

    private int? Index(string folder) =>
        folders.OwnerOf(folder) is { } uid && uid >= firstUid && uid < firstUid + RangeSize ? uid - firstUid : null;
}
