using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>Whom the cell's network leads to.</summary>
internal static class Addresses
{
    private static readonly IPAddress Metadata = IPAddress.Parse("169.254.169.254");
    private static readonly TimeSpan NamePatience = TimeSpan.FromSeconds(3);

    public static AttemptLine[] Table { get; } =
    [
        new("network.neighbour-address", o => NeighbourFiles.With(o, n => NeighbourAddress(o, n))),
        new(
            "network.neighbour-loopback",
            o => NeighbourFiles.With(o, n => Reach.Secret(IPAddress.Loopback, n.Decoy.Port, o.Secret))
        ),
        new("network.neighbour-name", o => NeighbourFiles.With(o, NeighbourName)),
        new("network.neighbour-arp", o => NeighbourFiles.With(o, Arp)),
        new("network.host-loopback", o => Reach.Secret(IPAddress.Loopback, o.HostPort, o.Secret)),
        new("network.host-addresses", HostAddresses),
        new("network.gateway", _ => Gateway()),
        new("network.metadata", _ => Reach.Answer(Metadata, 80)),
        new("network.internet", _ => Reach.Answer(IPAddress.Parse("1.1.1.1"), 443)),
        new("network.internet-ipv6", _ => Reach.Answer(IPAddress.Parse("2606:4700:4700::1111"), 443)),
        new("network.ipv6-link", _ => Link()),
        new("network.dns", _ => NameServers()),
    ];

    /// <summary>Judged by what it tells: where no way leads to it, some other machine may answer at such an address.</summary>
    private static Outcome NeighbourAddress(AttemptOrder order, AttemptNeighbour neighbour)
    {
        var own = Decoy.OwnAddresses();
        var others = neighbour.Decoy.Addresses.Except(own).ToList();
        return others.Count == 0
            ? Outcome.Stopped("it has no address of its own")
            : Outcome.Worst(others.Select(a => Reach.Secret(IPAddress.Parse(a), neighbour.Decoy.Port, order.Secret)));
    }

    private static Outcome NeighbourName(AttemptNeighbour neighbour)
    {
        foreach (var name in (string[])[neighbour.Name, $"creel-{neighbour.Cell}"])
        {
            if (Resolve(name) is { } address && !IPAddress.IsLoopback(address))
            {
                return Outcome.Through($"{name} is {address}");
            }
        }

        return Outcome.Stopped($"nobody knows {neighbour.Name}");
    }

    private static IPAddress? Resolve(string name)
    {
        var asking = Task.Run(() =>
        {
            try
            {
                return Dns.GetHostAddresses(name).FirstOrDefault();
            }
            catch (SocketException)
            {
                return null;
            }
        });
        return asking.Wait(NamePatience) ? asking.Result : null;
    }

    private static Outcome Arp(AttemptNeighbour neighbour)
    {
        // The attempts before this one have asked for its address.
        var known = (Tries.Content("/proc/net/arp").Text ?? "")
            .Split('\n')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 3 && neighbour.Decoy.Addresses.Contains(fields[0]) && fields[2] != "0x0")
            .Select(fields => $"{fields[0]} is {fields[3]}")
            .FirstOrDefault();
        return known is null ? Outcome.Stopped("it is not among them") : Outcome.Through(known);
    }

    private static Outcome HostAddresses(AttemptOrder order)
    {
        var own = Decoy.OwnAddresses();
        if (order.HostAddresses.Intersect(own).FirstOrDefault() is { } shared)
        {
            return Outcome.Through($"it has the host's address {shared} itself");
        }

        return order.HostAddresses.Count == 0
            ? Outcome.Untried("the host has no address but its loopback's")
            : Outcome.Worst(order.HostAddresses.Take(8).Select(a => Reach.Answer(IPAddress.Parse(a), order.HostPort)));
    }

    private static Outcome Gateway()
    {
        foreach (var line in (Tries.Content("/proc/net/route").Text ?? "").Split('\n').Skip(1))
        {
            var fields = line.Split('\t');
            if (
                fields.Length > 2
                && uint.TryParse(fields[2], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var gateway)
                && gateway != 0
            )
            {
                return Outcome.Worst([Reach.Answer(new IPAddress(gateway), 22), Reach.Answer(new IPAddress(gateway), 9)]);
            }
        }

        return Outcome.Stopped("there is no gateway");
    }

    private static Outcome Link()
    {
        var links = NetworkInterface
            .GetAllNetworkInterfaces()
            .Where(one => one.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Where(one => one.Address.IsIPv6LinkLocal)
            .Select(one => one.Address.ScopeId)
            .ToList();
        return links.Count == 0
            ? Outcome.Stopped("no link speaks IPv6")
            : Outcome.Worst(links.Select(link => Reach.Route(new IPAddress(IPAddress.Parse("ff02::1").GetAddressBytes(), link))));
    }

    private static Outcome NameServers()
    {
        var servers = (Tries.Content("/etc/resolv.conf").Text ?? "")
            .Split('\n')
            .Where(line => line.StartsWith("nameserver", StringComparison.Ordinal))
            .Select(line => IPAddress.TryParse(line["nameserver".Length..].Trim(), out var address) ? address : null)
            .OfType<IPAddress>()
            .Append(IPAddress.Parse("1.1.1.1"))
            .Take(4);
        return Outcome.Worst(servers.Select(Reach.Ask));
    }
}
