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
    public static readonly byte[] Established = "HTTP/1.1 200 Connection Established\r\n\r\n"u8.ToArray();

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
            await client.Output.WriteAsync(Established, closed).ConfigureAwait(false);
            var (hello, wrong) = await HelloAsync(client.Input, closed).ConfigureAwait(false);
            wrong ??= hello!.ServerName == asked.Host ? null : "server-name";
            if (wrong is not null)
            {
                denials.Add(cell, "connect", asked.Host, asked.Port, wrong);
                return;
            }

            await RunAsync(cell, asked, client, socket, ending).ConfigureAwait(false);
        }
    }

    /// <summary>Passes on what began with TLS, without a <c>CONNECT</c> before it; nobody is there to be told why not.</summary>
    /// <param name="named">Whom its hello names.</param>
    /// <param name="ending">As above.</param>
    public async Task PassAsync(Cell cell, HostPort named, IDuplexPipe client, CancellationToken closed, CancellationToken ending)
    {
        var (rule, why) = Refusal(cell, named) ?? default;
        if (rule is null)
        {
            try
            {
                using var socket = await dialler.ConnectAsync(named.Host, named.Port, local: false, closed).ConfigureAwait(false);
                await RunAsync(cell, named, client, socket, ending).ConfigureAwait(false);
                return;
            }
            catch (DialRefusal e)
            {
                (rule, why) = (e.Rule, e.Message);
            }
        }

        denials.Add(cell, "connect", named.Host, named.Port, rule, why);
    }

    private async Task RunAsync(Cell cell, HostPort to, IDuplexPipe client, Socket socket, CancellationToken ending)
    {
        using var tunnel = new Tunnel(cell, to, client, socket, TimeSpan.FromSeconds(standing.Orders.ReadTimeout));
        EgressPolicy.Reached(cell, new EgressRule(to.Host, to.Port));
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

    private (string Code, string Why)? Refusal(Cell cell, HostPort asked) =>
        standing.IsUpstreamHost(asked.Host) ? ("upstream", $"{asked.Host} is called by its base URL, not by a tunnel")
        : EgressPolicy.Allows(cell, asked.Host, asked.Port) ? null
        : ("not-allowed", $"this cell's egress does not list {asked.Host}:{asked.Port}");

    /// <returns>The hello, still unread; or why there is none to go by, as a rule's code.</returns>
    public static async ValueTask<(ClientHello? Hello, string? Wrong)> HelloAsync(PipeReader input, CancellationToken closed)
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
                return (null, "no-hello");
            }

            var state = ClientHello.Read(read.Buffer, out var hello);
            var more = state == ClientHello.State.Unfinished && !read.IsCompleted;
            input.AdvanceTo(read.Buffer.Start, more ? read.Buffer.End : read.Buffer.Start);
            if (more)
            {
                continue;
            }

            return hello is null ? (null, "not-tls")
                : hello.IsEncrypted ? (hello, "encrypted-name")
                : (hello, null);
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
        if (Refusal(tunnel.Cell, tunnel.To) is var (code, why) && tunnel.Cut())
        {
            denials.Add(tunnel.Cell, "connect", tunnel.To.Host, tunnel.To.Port, code, why);
        }
    }

    private async Task RefuseAsync(IDuplexPipe client, Cell cell, HostPort asked, string rule, string why)
    {
        denials.Add(cell, "connect", asked.Host, asked.Port, rule, why);
        await TunnelAnswer.RefuseAsync(client.Output, rule, why).ConfigureAwait(false);
    }
}
