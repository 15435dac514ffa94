using System.Net;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>How the gateway is reached, by whom, and what it says of itself.</summary>
public sealed record GatewayConfig
{
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>0 takes any free port.</summary>
    public int Port { get; init; } = 18789;

    /// <summary>What opens it, as the configuration says at the moment.</summary>
    public required Func<SharedSecret> Secret { get; init; }

    /// <summary>Pages that may call, beside those of the gateway's own address.</summary>
    public Func<IReadOnlyCollection<string>> Origins { get; init; } = () => [];

    /// <summary>Host names beside localhost, 127.0.0.1 and [::1].</summary>
    public IReadOnlyList<string> HostNames { get; init; } = [];

    public required string Version { get; init; }

    /// <summary>For people: where its state lies.</summary>
    public required string StateFolder { get; init; }

    /// <summary>Wrong secrets of one address within a minute; then it has to wait.</summary>
    public int Attempts { get; init; } = 10;

    public TimeSpan Lockout { get; init; } = TimeSpan.FromMinutes(5);

    public TimeSpan Handshake { get; init; } = GatewayLimits.Handshake;

    public TimeSpan Tick { get; init; } = GatewayLimits.Tick;

    public int MaxConnections { get; init; } = 10_000;

    /// <summary>Bytes that wait for one client.</summary>
    public long Buffered { get; init; } = GatewayLimits.Buffered;

    /// <summary>Bytes that wait for all clients together.</summary>
    public long BufferedByAll { get; init; } = 4L * GatewayLimits.Buffered;
}
