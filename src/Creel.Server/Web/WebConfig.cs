using System.Net;

namespace Creel.Server.Web;

/// <summary>How the server is reached, and what it takes.</summary>
public sealed record WebConfig
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes any free port.</summary>
    public int HttpPort { get; init; } = 9091;

    /// <summary>The older agents' port; it serves the same as the other. 0 takes any free port.</summary>
    public int SocketPort { get; init; } = 9090;

    /// <summary>A unix socket that serves the same to the user that runs this alone; at most 107 bytes. None where null.</summary>
    public string? OwnSocket { get; init; }

    /// <summary>SHA-256 of the admin token, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> AdminTokenHash { get; init; }

    /// <summary>Host names beside localhost, 127.0.0.1 and [::1]; with a port, only at that port.</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    /// <summary>The older hub's routes need no token. Only on loopback, and only when written out.</summary>
    public bool OldUnauthenticated { get; init; }

    /// <summary>Bytes of a request's body; the older mode takes 100 KiB.</summary>
    public int MaxBody { get; init; } = 1024 * 1024;

    /// <summary>Of each port and of the own socket: who fills one takes nothing from the others.</summary>
    public int MaxConnections { get; init; } = 10_000;

    /// <summary>How long a client may take over its request's head.</summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A body slower than 240 bytes a second is given up after this.</summary>
    public TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(5);

    public int BodyLimit => OldUnauthenticated ? Math.Min(MaxBody, 100 * 1024) : MaxBody;
}
