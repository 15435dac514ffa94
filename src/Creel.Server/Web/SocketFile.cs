using System.Net.Sockets;
using System.Text;
using Creel.Core;

namespace Creel.Server.Web;

/// <summary>A unix socket that appears under its name only when all is set, and replaces what a former run left there.</summary>
internal static class SocketFile
{
    /// <summary>What a socket's address holds, in bytes.</summary>
    public const int LongestPath = 107;

    public const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="prepare">Makes the folder ready.</param>
    /// <param name="own">Sets owner and mode of the file, by the name that it has at first.</param>
    /// <exception cref="CreelException">The path is too long, or the socket can't be made.</exception>
    public static Socket Listen(string path, Action prepare, Action<string> own)
    {
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

        var folder = Path.GetDirectoryName(path)!;
        var temporary = Path.Combine(folder, ".sock");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            prepare();
            File.Delete(temporary);
            socket.Bind(new UnixDomainSocketEndPoint(temporary));
            own(temporary);
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
        catch (CreelException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>For whoever runs this and nobody else.</summary>
    /// <exception cref="CreelException">As above; or a living process listens there already.</exception>
    public static Socket ListenAlone(string path) =>
        Listen(path, () => CheckFree(path), file => File.SetUnixFileMode(file, Owner));

    private static void CheckFree(string path)
    {
        if (Lives(path))
        {
            throw new CreelException(
                Fault.Conflict(
                    "socket-in-use",
                    $"another process listens at {path}",
                    "see which: ss -lxp; or choose another --run-dir"
                )
            );
        }
    }

    private static bool Lives(string path)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException e)
        {
            // One that is too busy to take us lives as well.
            return e.SocketErrorCode is SocketError.WouldBlock;
        }
    }
}
