using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>Makes, hands over and deletes the folders that cells write, while their cells are down.</summary>
public sealed class WritableFolders : ICellFolders
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

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
        if (Directory.CreateDirectory(Path.GetDirectoryName(folder)!, Private) is { } && !Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, Private);
        }

        // A link here would have been made by whoever owned the folder before: it is refused, not followed.
        using var held = BeneathFile.Hold(folder);
        var facts = FileFacts.Of(held);
        if (!facts.IsFolder)
        {
            throw new CreelException(Fault.Invalid("not-a-folder", $"{folder} is not a folder", "Move it away."));
        }

        if (owner is not null && facts.Uid != owner.Uid)
        {
            // -P and -h: neither walks over links nor changes what they point at.
            HostTools.Run(HostTools.Need("chown", "coreutils"), "-R", "-P", "-h", "--", $"{owner.Uid}:{owner.Gid}", folder);
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
