using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;

namespace Creel.Proxy.Egress;

/// <summary>
/// Connections of cells to other hosts, whose content stays unseen. Only TLS is let through, to the server that was asked for;
/// orders that no longer allow it cut it.
/// </summary>
internal sealed class Tunnels
{
    private static readonly TimeSpan HelloPatience = TimeSpan.FromSeconds(10);
    private static readonly byte[] Established = "HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray();

    private readonly ConcurrentDictionary<Tunnel, bool> open = new();
    private readonly Standing standing;
    private readonly Dialler dialler;
    private readonly Denials denials;

    public Tunnels(Standing standing, Dialler dialler, Denials denials)
    {
        this.standing = standing;
        this.dialler = dialler;
        this.denials = denials;
        standing.Changed += CutRefused;
    }

    /// <summary>Answers a <c>CONNECT</c>, and returns when all is over.</summary>
    /// <param name="target">As the cell wrote it.</param>
    /// <param name="closed">The client is gone.</param>
    /// <param name="ending">The proxy ends: nobody can say when a tunnel would, so it is cut.</param>
    public async Task ServeAsync(Cell cell, string target, IDuplexPipe client, CancellationToken closed, CancellationToken ending)
    {
        if (!HostPort.TryParse(target, null, out var asked))
        {
            await RefuseAsync(client, cell, new HostPort("", 0), "bad-target", "CONNECT needs host:port").ConfigureAwait(false);
            return;
        }

        if (Refusal(cell, asked) is { } rule)
        {
            var (code, why) = rule;
            await RefuseAsync(client, cell, asked, code, why).ConfigureAwait(false);
            return;
        }

        Socket socket;
        try
        {
            socket = await dialler.ConnectAsync(asked.Host, asked.Port, local: false, closed).ConfigureAwait(false);
        }
        catch (DialRefusal e)
        {
            await RefuseAsync(client, cell, asked, e.Rule, e.Message).ConfigureAwait(false);
            return;
        }

        using (socket)
        {
            var patience = TimeSpan.FromSeconds(standing.Orders.ReadTimeout);
            using var tunnel = new Tunnel(cell, asked, client, socket, patience);
            await client.Output.WriteAsync(Established, closed).ConfigureAwait(false);
            if (await NamesAnotherAsync(client.Input, asked, closed).ConfigureAwait(false) is { } wrong)
            {
                denials.Add(cell, "connect", asked.Host, asked.Port, wrong);
                return;
            }

            EgressPolicy.Reached(cell, new EgressRule(asked.Host, asked.Port));
            using var stop = ending.Register(() => tunnel.Cut());
            open[tunnel] = true;
            try
            {
                // Orders may have changed since it was asked for.
                Cut(tunnel);
                await tunnel.RunAsync().ConfigureAwait(false);
            }
            finally
            {
                open.TryRemove(tunnel, out _);
            }
        }
    }

    private (string Code, string Why)? Refusal(Cell cell, HostPort asked) =>
        standing.IsUpstreamHost(asked.Host) ? ("upstream", $"{asked.Host} is called by its base URL, not by a tunnel")
        : EgressPolicy.Allows(cell, asked.Host, asked.Port) ? null
        : ("not-allowed", $"this cell's egress does not list {asked.Host}:{asked.Port}");

    /// <returns>Why not, as a rule's code; null: the hello is there, unread, and names whom it should.</returns>
    private static async ValueTask<string?> NamesAnotherAsync(PipeReader input, HostPort asked, CancellationToken closed)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(closed);
        limit.CancelAfter(HelloPatience);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return "no-hello";
            }

            var state = ClientHello.Read(read.Buffer, out var hello);
            var more = state == ClientHello.State.Unfinished && !read.IsCompleted;
            input.AdvanceTo(read.Buffer.Start, more ? read.Buffer.End : read.Buffer.Start);
            if (more)
            {
                continue;
            }

            return hello is null ? "not-tls"
                : hello.IsEncrypted ? "encrypted-name"
                : hello.ServerName == asked.Host ? null
                : "server-name";
        }
    }

    private void CutRefused()
    {
        foreach (var tunnel in open.Keys)
        {
            Cut(tunnel);
        }
    }

    private void Cut(Tunnel tunnel)
    {
        if (Refusal(tunnel.Cell, tunnel.To) is { Code: var code } && tunnel.Cut())
        {
            denials.Add(tunnel.Cell, "connect", tunnel.To.Host, tunnel.To.Port, code);
        }
    }

    private async Task RefuseAsync(IDuplexPipe client, Cell cell, HostPort asked, string rule, string why)
    {
        denials.Add(cell, "connect", asked.Host, asked.Port, rule);
        await TunnelAnswer.RefuseAsync(client.Output, rule, why).ConfigureAwait(false);
    }
}
