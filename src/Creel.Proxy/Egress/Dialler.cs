using System.Net;
using System.Net.Sockets;
using Creel.Core.Outbound;

namespace Creel.Proxy.Egress;

/// <summary>
/// Connects to a host by its name. What it resolves to is checked, and the connection is made to the checked address itself, so
/// that a name which answers differently the second time gains nothing.
/// </summary>
internal sealed class Dialler(OutsideWorld world)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <param name="local">It may be on this machine or in its network.</param>
    /// <exception cref="DialRefusal">It leads where nobody may go, or nowhere.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, bool local, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            var addresses = await ResolveAsync(host, limit.Token).ConfigureAwait(false);

            // One that is both public and private is a trick, so one private address is enough to refuse all.
            if (!local && !addresses.All(PublicAddress.Is))
            {
                throw new DialRefusal("private-address", $"{host} leads to an address that is not public");
            }

            return await ConnectAsync(host, port, addresses, local, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new DialRefusal("unreachable", $"{host} does not answer");
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        try
        {
            if (IPAddress.TryParse(host.AsSpan().Trim("[]"), out var literal))
            {
                return [literal];
            }

            var addresses = await world.Resolve(host, cancel).ConfigureAwait(false);
            return addresses.Length > 0 ? addresses : throw new DialRefusal("unknown-host", $"{host} has no address");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw new DialRefusal("unknown-host", $"the name {host} can't be resolved");
        }
    }

    private async Task<Socket> ConnectAsync(string host, int port, IPAddress[] addresses, bool local, CancellationToken cancel)
    {
        foreach (var address in addresses)
        {
            try
            {
                var socket = await world.Connect(new IPEndPoint(address, port), cancel).ConfigureAwait(false);
                if (local || !IsOurselves(socket.LocalEndPoint, address))
                {
                    return socket;
                }

                socket.Dispose();
                throw new DialRefusal("private-address", $"{host} is this machine");
            }
            catch (SocketException)
            {
                // The next address may do.
            }
        }

        throw new DialRefusal("unreachable", $"{host} does not take connections on port {port}");
    }

    /// <summary>A public address of this very machine: the kernel then takes it for both ends.</summary>
    internal static bool IsOurselves(EndPoint? here, IPAddress asked) => here is IPEndPoint ours && ours.Address.Equals(asked);
}
