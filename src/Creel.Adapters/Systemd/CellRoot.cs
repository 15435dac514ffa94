using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>
/// The cell's root folder: empty but for links, the generated <c>/etc</c> and the places where something is bound. So what a
/// unit does not name does not exist in the cell; systemd shows it read-only.
/// </summary>
internal static class CellRoot
{
    private const UnixFileMode Passable =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherExecute;

    private static readonly string[] Own = ["/proc", "/sys", "/dev", "/run", "/tmp", "/var/tmp"];

    /// <summary>Makes it anew.</summary>
    /// <param name="user">As the cell's user is seen in the cell.</param>
    /// <param name="binds">Where something is bound, and whether that is a folder.</param>
    public static string Make(CellSpec spec, CellUser user, IEnumerable<(string To, bool IsFolder)> binds)
    {
        var root = Path.Combine(spec.Folder, "root");
        if (Directory.Exists(root))
        {
            RefuseIfMounted(root);
            Directory.Delete(root, recursive: true);
        }

        Folder(root, "/");
        foreach (var path in Own)
        {
            Folder(root, path);
        }

        GeneratedEtc.Write(root, spec.Group, user, CellTrust.Wanted(spec));
        foreach (var (name, target) in HostRoot.Links().Where(link => link.Value is not null))
        {
            File.CreateSymbolicLink(Path.Combine(root, name), target!);
        }

        // systemd would make them itself, but could not take them away again; /run is a file system of its own there.
        foreach (var (to, isFolder) in binds.Where(bind => !bind.To.StartsWith("/run/", StringComparison.Ordinal)))
        {
            Folder(root, isFolder ? to : Path.GetDirectoryName(to)!);
            if (!isFolder && !File.Exists(root + to))
            {
                File.Create(root + to).Dispose();
            }
        }

        return root;
    }

    private static void Folder(string root, string path)
    {
        var at = root;
        foreach (var name in path.Split('/'))
        {
            at = name.Length == 0 ? at : at + "/" + name;
            if (!Directory.Exists(at))
            {
                Directory.CreateDirectory(at);
                File.SetUnixFileMode(at, Passable);
            }
        }
    }

    // Never expected: what is bound, is so in the cell's own mount namespace. But then deleting would go into it.
    private static void RefuseIfMounted(string root)
    {
        // As the kernel writes it there.
        var inside = root.Replace("\\", "\\134").Replace(" ", "\\040") + "/";
        if (
            KernelFile
                .Lines("/proc/self/mounts")
                .Select(line => line.Split(' '))
                .Any(fields => fields.Length > 1 && fields[1].StartsWith(inside, StringComparison.Ordinal))
        )
        {
            throw new CreelException(
                Fault.Conflict("cell-root", $"something is mounted in {root}, where only a cell may see mounts", "Unmount it")
            );
        }
    }
}
