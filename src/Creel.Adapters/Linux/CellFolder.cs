using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>The cell's own folder on the host, which the cell must not write.</summary>
internal static class CellFolder
{
    /// <exception cref="CreelException">It is not there, or belongs to the cell.</exception>
    public static void Check(CellSpec spec)
    {
        using var held = BeneathFile.Hold(spec.Folder);
        var facts = FileFacts.Of(held);
        if (!facts.IsFolder)
        {
            throw new CreelException(
                Fault.Invalid("not-a-folder", $"the folder of cell {spec.Id}, {spec.Folder}, is not a folder")
            );
        }

        if (spec.User is { } user && UnixUser.IsRoot && facts.Allows((uint)user.Uid, (uint)user.Gid, 2))
        {
            throw new CreelException(
                Fault.Refused(
                    "folder-owner",
                    $"the folder of cell {spec.Id}, {spec.Folder}, can be written by the cell",
                    $"chmod 700 {spec.Folder}"
                )
            );
        }
    }
}
