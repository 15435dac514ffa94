using System.Net.Sockets;
using Creel.Core;
using Creel.Proxy.Hardening;

namespace Creel.Proxy.Control;

/// <summary>The control socket: mode 0600, and one proxy a path.</summary>
internal static class ControlSocket
{
    /// <summary>Bound, and under its name only when its mode is set. Root may give it to the user that it will become.</summary>
    /// <exception cref="CreelException">It can't be made, or a living process listens there.</exception>
    public static Socket Bind(string path, UserIds? owner)
    {
        var temporary = $"{path}.new";
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (Lives(path))
            {
                throw new CreelException(
                    Fault.Conflict(
                        "socket-in-use",
                        $"another process listens at {path}",
                        "see which: ss -lxp; or choose another --run"
                    )
                );
            }

            File.Delete(temporary);
            socket.Bind(new UnixDomainSocketEndPoint(temporary));
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            if (owner is not null && Libc.lchown(temporary, owner.User, owner.Group) != 0)
            {
                throw new IOException("it can't be given to the proxy's user");
            }

            socket.Listen(64);
            File.Move(temporary, path, overwrite: true);
            return socket;
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e as CreelException
                ?? new CreelException(
                    Fault.Unavailable(
                        "control-socket",
                        $"the socket {path} can't be made: {e.Message.TrimEnd('.')}",
                        $"see who owns the folder: ls -ld {Path.GetDirectoryName(path)}"
                    ),
                    e
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
