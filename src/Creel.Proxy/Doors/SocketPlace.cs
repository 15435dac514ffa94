using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Proxy.Hardening;

namespace Creel.Proxy.Doors;

/// <summary>
/// Where a cell's socket is, and who reaches it. Who may not pass the folder can't reach the socket, whatever its own mode.
/// <list type="bullet">
/// <item>The cell has no group of its own: folder 0700, socket 0600, both ours.</item>
/// <item>It has one and we are root: folder 0750 and socket 0660 of that group.</item>
/// <item>It has one and we are not, so we can't give files to it: whoever starts us has made the folder, ours, of that group
/// and 0750; the socket in it is 0666.</item>
/// </list>
/// </summary>
internal static class SocketPlace
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerFolder = OwnerFile | UnixFileMode.UserExecute;
    private const UnixFileMode GroupFolder = OwnerFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
    private const UnixFileMode GroupFile = OwnerFile | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode AnyFile = GroupFile | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const UnixFileMode Passage = OwnerFolder | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const int LongestPath = 107;

    public static string SocketPath(string folder) => Path.Combine(folder, CellPaths.ProxySocketName);

    /// <summary>The folder of all cells' folders: others may pass through it, and not look around.</summary>
    public static void MakeParent(string parent)
    {
        Directory.CreateDirectory(parent, Passage);
        if (Libc.Look(parent) is { } facts && facts.User == Libc.geteuid())
        {
            File.SetUnixFileMode(parent, Passage);
        }
    }

    /// <exception cref="CreelException">The folder or the socket can't be made, or others could reach it.</exception>
    public static Socket Listen(string folder, int? gid)
    {
        var path = SocketPath(folder);
        if (Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            throw new CreelException(
                Fault.Invalid(
                    "socket-path",
                    $"the socket path {path} is longer than {LongestPath} bytes",
                    "choose a shorter --run"
                )
            );
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            var mode = Prepare(folder, gid);
            var temporary = Path.Combine(folder, ".sock");
            File.Delete(temporary);
            socket.Bind(new UnixDomainSocketEndPoint(temporary));
            if (mode == GroupFile)
            {
                Own(temporary, gid!.Value);
            }

            File.SetUnixFileMode(temporary, mode);
            socket.Listen(512);
            File.Move(temporary, path, overwrite: true);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e as CreelException
                ?? new CreelException(
                    Fault.Unavailable(
                        "socket-folder",
                        $"the socket {path} can't be made: {e.Message.TrimEnd('.')}",
                        $"see who owns it: ls -ld {folder}"
                    ),
                    e
                );
        }
    }

    /// <summary>Sockets that a former run left behind lead nowhere.</summary>
    /// <param name="folders">Theirs go with them; otherwise whoever made them keeps them.</param>
    public static void Sweep(string parent, bool folders)
    {
        try
        {
            foreach (var folder in Directory.EnumerateDirectories(parent).Where(f => File.Exists(SocketPath(f))))
            {
                if (folders)
                {
                    Remove(folder);
                }
                else
                {
                    File.Delete(SocketPath(folder));
                }
            }
        }
        catch (UnauthorizedAccessException)
        {
            // Root's, who has swept it before we became somebody else.
        }
    }

    /// <summary>The folder too, where it was ours to make.</summary>
    public static void Remove(string folder)
    {
        try
        {
            File.Delete(SocketPath(folder));
            Directory.Delete(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone already, or whoever made it takes it away.
        }
    }

    /// <returns>The mode that the socket is to have.</returns>
    private static UnixFileMode Prepare(string folder, int? gid)
    {
        if (gid is null)
        {
            Directory.CreateDirectory(folder, OwnerFolder);
            File.SetUnixFileMode(folder, OwnerFolder);
            return OwnerFile;
        }

        if (OwnProcess.IsRoot)
        {
            Directory.CreateDirectory(folder, OwnerFolder);
            Own(folder, gid.Value);
            File.SetUnixFileMode(folder, GroupFolder);
            return GroupFile;
        }

        var facts = Libc.Look(folder);
        return
            facts is { IsFolder: true } found
            && found.User == Libc.geteuid()
            && found.Group == gid
            && (found.Mode & 0x1FF) == (uint)GroupFolder
            ? AnyFile
            : throw new CreelException(
                Fault.Unavailable(
                    "socket-folder",
                    $"{folder} is not a folder of the user {Libc.geteuid()} and the group {gid} with mode 0750",
                    "whoever starts the proxy makes it before it gives orders"
                )
            );
    }

    private static void Own(string path, int gid)
    {
        if (Libc.lchown(path, Libc.geteuid(), (uint)gid) != 0)
        {
            throw new IOException($"chown failed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }
}
