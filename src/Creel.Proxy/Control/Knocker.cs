using System.Net.Sockets;
using System.Runtime.InteropServices;
using Creel.Proxy.Hardening;

namespace Creel.Proxy.Control;

/// <summary>Who is at the other end of a unix socket, by the kernel's word.</summary>
internal static class Knocker
{
    private const int SolSocket = 1;
    private const int SoPeerCred = 17;

    /// <summary>Root and this process's own user may command the proxy; file modes say the same, and this does not depend on them.</summary>
    public static bool MayCommand(Socket socket)
    {
        var user = User(socket);
        return user == 0 || user == Libc.geteuid();
    }

    private static uint User(Socket socket)
    {
        // struct ucred: pid, uid, gid.
        Span<byte> credentials = stackalloc byte[12];
        _ = socket.GetRawSocketOption(SolSocket, SoPeerCred, credentials);
        return MemoryMarshal.Read<uint>(credentials[4..]);
    }
}
