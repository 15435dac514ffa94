using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Server.Hub.Links;

/// <summary>
/// The folder with a cell's socket: reachable by that cell and by nobody else. With a group of its own, the cell passes by that;
/// without, only the user that we run as does.
/// </summary>
internal static class SocketFolder
{
    /// <summary>What a socket's address holds.</summary>
    private const int LongestPath = 107;

    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = Owner | UnixFileMode.UserExecute;
    private const UnixFileMode GroupFolder = OwnerFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode GroupSocket = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    public static string SocketPath(string folder) => Path.Combine(folder, CellPaths.HubSocketName);

    /// <summary>A listening socket. It appears under its name only when all is set, and replaces what a former run left there.</summary>
    public static Socket Listen(string folder, int? gid)
    {
        var path = SocketPath(folder);
        var temporary = Path.Combine(folder, ".sock");
        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new CreelException(
                Fault.Invalid(
                    "socket-path",
                    $"the socket path {path} is longer than {LongestPath} bytes",
                    "choose a shorter --run-dir"
                )
            );
        }

        var group = Environment.IsPrivilegedProcess ? gid : null;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Make(folder, group);
            File.Delete(temporary);
            socket.Bind(new UnixDomainSocketEndPoint(temporary));
            Own(temporary, group);
            File.SetUnixFileMode(temporary, group is null ? Owner : GroupSocket);
            socket.Listen(512);
            File.Move(temporary, path, overwrite: true);
            return socket;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            socket.Dispose();
            throw new CreelException(
                Fault.Unavailable(
                    "socket-folder",
                    $"the socket {path} can't be made: {e.Message.TrimEnd('.')}",
                    $"see who owns it: ls -ld {folder}"
                ),
                e
            );
        }
    }

    private static void Make(string folder, int? group)
    {
        // Whoever may not read the parent can still pass through it, to the one folder that is theirs.
        var parent = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(parent))
        {
            Directory.CreateDirectory(parent, OwnerFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        }

        File.SetUnixFileMode(parent, OwnerFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Directory.CreateDirectory(folder, OwnerFolder);
        Own(folder, group);
        File.SetUnixFileMode(folder, group is null ? OwnerFolder : GroupFolder);
    }

    private static void Own(string path, int? group)
    {
        if (group is { } gid && lchown(path, 0, (uint)gid) != 0)
        {
            throw new IOException($"chown failed with error {Marshal.GetLastPInvokeError()}");
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint owner, uint group);
}
