using System.Security.Cryptography.X509Certificates;
using Creel.Proxy.Egress;

namespace Creel.Proxy;

/// <summary>What a proxy is made of, besides its orders.</summary>
internal sealed record ProxySettings
{
    /// <summary>Its own folder: keys, orders. Nobody else may read it.</summary>
    public required string Home { get; init; }

    /// <summary>The folder of the cells' socket folders.</summary>
    public required string Cells { get; init; }

    /// <summary>Where systemd puts credentials, if it does.</summary>
    public string? Credentials { get; init; }

    public OutsideWorld World { get; init; } = OutsideWorld.Real;

    /// <summary>Whose certificates upstreams may have; null: those that this system trusts.</summary>
    public X509Certificate2Collection? Roots { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long a request's head may take.</summary>
    public TimeSpan HeadPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a request's body may come at less than 240 bytes a second.</summary>
    public TimeSpan BodyPatience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long it stays without a cell, when nobody asks for it.</summary>
    public TimeSpan Unneeded { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long calls may go on when the proxy stops.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);
}
