using System.Net.Sockets;
using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Server.Web;

namespace Creel.Server.Hub.Links;

/// <summary>
/// The folder with a cell's socket: reachable by that cell and by nobody else. With a group of its own, the cell passes by that;
/// without, only the user that we run as does.
/// </summary>
internal static class SocketFolder
{
    private const UnixFileMode OwnerFolder = SocketFile.Owner | UnixFileMode.UserExecute;
    private const UnixFileMode GroupFolder = OwnerFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode GroupSocket = SocketFile.Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static string SocketPath(string folder) => Path.Combine(folder, CellPaths.HubSocketName);

    /// <exception cref="CreelException">The folder or the socket can't be made.</exception>
    public static Socket Listen(string folder, int? gid)
    {
        var group = Group(gid);
        return SocketFile.Listen(
            SocketPath(folder),
            () => Make(folder, gid),
            file =>
            {
                Own(file, group);
                File.SetUnixFileMode(file, group is null ? SocketFile.Owner : GroupSocket);
            }
        );
    }

    /// <summary>The folder alone: somebody else listens in it.</summary>
    /// <param name="owner">Whose it is; null: ours.</param>
    /// <exception cref="CreelException">It can't be made.</exception>
    public static void Provide(string folder, int? gid, int? owner = null)
    {
        try
        {
            Make(folder, gid, owner);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "socket-folder",
                    $"the folder {folder} can't be made: {e.Message.TrimEnd('.')}",
                    $"see who owns it: ls -ld {Path.GetDirectoryName(folder)}"
                ),
                e
            );
        }
    }

    private static void Make(string folder, int? gid, int? owner = null)
    {
        var group = Group(gid);

        // Whoever may not read the parent can still pass through it, to the one folder that is theirs.
        var parent = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(parent))
        {
            Directory.CreateDirectory(parent, OwnerFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        File.SetUnixFileMode(parent, OwnerFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(folder, OwnerFolder);
        Own(folder, group, owner);
        File.SetUnixFileMode(folder, group is null ? OwnerFolder : GroupFolder);
    }

    /// <summary>What somebody else still has in it stays.</summary>
    public static void RemoveEmpty(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // Not there, or not empty.
        }
    }

    private static int? Group(int? gid) => Environment.IsPrivilegedProcess ? gid : null;

    private static void Own(string path, int? group, int? owner = null)
    {
        if (group is { } gid && lchown(path, (uint)(owner ?? 0), (uint)gid) != 0)
        {
            throw new IOException($"chown failed with error {Marshal.GetLastPInvokeError()}");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
