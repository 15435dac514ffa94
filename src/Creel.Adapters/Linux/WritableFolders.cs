using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Makes, hands over and deletes the folders that cells write, while their cells are down.</summary>
public sealed class WritableFolders : ICellFolders
{
    public int? OwnerOf(string folder)
    {
        try
        {
            using var held = BeneathFile.Hold(folder);
            return (int)FileFacts.Of(held).Uid;
        }
        catch (CreelException)
        {
            return null;
        }
    }

    public void Provide(string folder, CellUser? owner)
    {
        // A link, here or above, would have been made by whoever owned the folder before: it is refused, not followed.
        var (held, made) = PlainPath.Provide(folder);
        using (held)
        {
            var facts = FileFacts.Of(held);
            if (!facts.IsFolder)
            {
                throw new CreelException(Fault.Invalid("not-a-folder", $"{folder} is not a folder", "Move it away."));
            }

            if (owner is null || facts.Uid == owner.Uid)
            {
                return;
            }

            if (made)
            {
                Ownership.Give(held, owner);
                return;
            }

            using var parent = BeneathFile.HoldPlain(Path.GetDirectoryName(folder)!);
            PlainPath.CheckParent(Path.GetDirectoryName(folder)!, parent);
            // -P and -h: neither walks over links nor changes what they point at. It begins at what is held, whatever its name is now.
            var itself = $"/proc/{Environment.ProcessId}/fd/{held.DangerousGetHandle()}/.";
            HostTools.Run(HostTools.Need("chown", "coreutils"), "-R", "-P", "-h", "--", $"{owner.Uid}:{owner.Gid}", itself);
        }
    }

    public void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            // rm walks by descriptors and removes links themselves; a cell's modes don't hinder it.
            HostTools.Run(HostTools.Need("rm", "coreutils"), "-r", "-f", "--one-file-system", "--", folder);
        }
    }
}
