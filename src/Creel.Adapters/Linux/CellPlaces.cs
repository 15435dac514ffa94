using Creel.Core;
using Creel.Core.Isolation;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>
/// The folders and files of one cell, held open from the check until the cell is up. A cell with a user of its own can't walk
/// to them (Creel's home may lie under /root), so each gets a place below the run folder that it can reach, and the
/// launcher binds it there in a mount namespace that only this cell sees: on the host the places stay empty.
/// </summary>
/// <param name="bound">Somebody with root's rights binds them for the cell: each is found under its own path.</param>
internal sealed class CellPlaces(LinuxOptions options, CellId cell, CellUser? user, bool bound = false) : IDisposable
{
    private const UnixFileMode Passable =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherExecute;

    private readonly List<Place> places = [];

    /// <summary>Null where nobody needs them: the cell's user is that of Creel, or somebody else walks for it.</summary>
    public string? Root { get; } = user is null || bound ? null : Path.Combine(options.Run, "mnt", cell.Value);

    public IReadOnlyList<Place> All => places;

    /// <summary>A folder that the cell sees.</summary>
    /// <param name="what">For messages: "the workspace of homer".</param>
    /// <param name="owned">It must belong to the cell's user, who is to write there.</param>
    public Place Folder(string what, string path, bool owned = false)
    {
        var held = Held(what, path, BeneathFile.HoldPlain);
        var facts = FileFacts.Of(held);
        if (!facts.IsFolder)
        {
            throw new CreelException(Fault.Invalid("not-a-folder", $"{what}, {path}, is not a folder"));
        }

        if (owned)
        {
            CellOwnership.Check(what, path, held, facts, user);
        }

        return Add(path, held, facts);
    }

    /// <summary>A file that Creel wrote for the cell.</summary>
    public Place File(string what, string path)
    {
        var held = Held(what, path, BeneathFile.Hold);
        return Add(path, held, FileFacts.Of(held));
    }

    /// <summary>A program that the cell runs.</summary>
    public Place Program(string what, string path)
    {
        var held = Held(what, path, BeneathFile.Hold);
        var facts = FileFacts.Of(held);
        var (uid, gid) = user is null
            ? ((uint)UnixUser.Current.Uid, (uint)UnixUser.Current.Gid)
            : ((uint)user.Uid, (uint)user.Gid);
        if (!facts.IsFile || !facts.Allows(uid, gid, 5))
        {
            throw new CreelException(
                Fault.Invalid("not-a-program", $"{what}, {path}, is not a program that the cell may run", $"chmod 755 {path}")
            );
        }

        return Add(path, held, facts);
    }

    /// <summary>Makes the empty places on the host.</summary>
    public void MakeReachable()
    {
        if (Root is null)
        {
            return;
        }

        Remove(Root);
        MakePassable(options.Run);
        MakePassable(Path.Combine(options.Run, "mnt"));
        MakePassable(Root);
        if (Unreachable.Top(Root, user!) is { } top)
        {
            throw new CreelException(
                Fault.Refused(
                    "run-folder",
                    $"the run folder {options.Run} can't be reached by a cell's user: {top} is closed to it",
                    "Use a run folder such as /run/creel"
                )
            );
        }

        foreach (var place in places)
        {
            if (place.IsFolder)
            {
                Directory.CreateDirectory(place.Reach);
            }
            else
            {
                System.IO.File.Create(place.Reach).Dispose();
            }
        }
    }

    /// <summary>The binds, as lines of fstab(5).</summary>
    public IEnumerable<string> MountLines() => places.Select(place => MountLine.Bind(place.Path, place.Reach));

    /// <summary>Removes the empty places. Never what is in them: were something still bound there, this refuses.</summary>
    public static void Remove(string? root)
    {
        if (root is null || !Directory.Exists(root))
        {
            return;
        }

        foreach (var entry in new DirectoryInfo(root).EnumerateFileSystemInfos())
        {
            entry.Delete();
        }

        Directory.Delete(root);
    }

    public void Dispose() => places.ForEach(place => place.Held.Dispose());

    private static SafeFileHandle Held(string what, string path, Func<string, SafeFileHandle> hold)
    {
        if (
            !Path.IsPathFullyQualified(path)
            || Path.GetFullPath(path) != path
            || Path.EndsInDirectorySeparator(path) && path != "/"
        )
        {
            throw new CreelException(Fault.Invalid("path", $"{what} is not an absolute path in its plain form"));
        }

        try
        {
            return hold(path);
        }
        catch (CreelException e)
        {
            throw new CreelException(e.Fault with { Message = $"{what}: {e.Fault.Message}" }, e);
        }
    }

    private Place Add(string path, SafeFileHandle held, FileFacts facts)
    {
        var place = new Place(
            path,
            Root is null ? path : Path.Combine(Root, $"{places.Count}"),
            facts.IsFolder,
            facts.Name,
            held
        );
        places.Add(place);
        return place;
    }

    private static void MakePassable(string path)
    {
        Directory.CreateDirectory(path, Passable);
        if (FileFacts.Of(path)?.Uid != 0)
        {
            throw new CreelException(
                Fault.Refused("run-folder", $"{path} does not belong to root", "Remove it: creel makes it anew")
            );
        }

        System.IO.File.SetUnixFileMode(path, Passable);
    }
}

/// <summary>One of them.</summary>
/// <param name="Reach">Where the cell's user finds it.</param>
/// <param name="Name">Device and inode: what must be found there.</param>
internal sealed record Place(string Path, string Reach, bool IsFolder, string Name, SafeFileHandle Held);
