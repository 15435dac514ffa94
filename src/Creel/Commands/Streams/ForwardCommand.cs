using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Creel.Core;
using Creel.Terminal;
using Creel.Terminal.Client;

namespace Creel.Commands.Streams;

/// <summary><c>creel forward AGENT PORT[:LOCALPORT]</c>: a port of the agent's cell, here on the loopback, until interrupted.</summary>
internal static class ForwardCommand
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    public static Command Build(Cli cli)
    {
        var agent = AgentArgument.Make();
        var ports = new Argument<string>("PORT[:LOCALPORT]")
        {
            Description = "A port in the cell, and the one here (the same; 0: any)",
        };
        var command = new Command("forward", "Reach a port of an agent's cell from here; so can other users of this machine")
        {
            agent,
            ports,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(agent), Parse(call.Value(ports)), cancel));
    }

    /// <exception cref="UsageException">These are no ports.</exception>
    public static (int Port, int Local) Parse(string text)
    {
        var parts = text.Split(':');
        return
            parts.Length <= 2
            && ushort.TryParse(parts[0], System.Globalization.NumberStyles.None, null, out var port)
            && port > 0
            && ushort.TryParse(parts[^1], System.Globalization.NumberStyles.None, null, out var local)
            ? (port, local)
            : throw new UsageException(
                $"'{PlainText.Line(text, 40)}' is no port",
                "write it as 8080, or 8080:18080 for another port here"
            );
    }

    /// <summary>Carries until it is interrupted.</summary>
    /// <param name="listening">Called with the port here.</param>
    public static async Task<int> RunAsync(
        Call call,
        string agent,
        (int Port, int Local) ports,
        Action<int> listening,
        CancellationToken cancel
    )
    {
        // Asked first, so that a wrong name is told here and not to a browser.
        await call.Client.GetAsync($"agents/{AgentArgument.Segment(agent)}/status", cancel);
        using var listener = Listen(ports.Local);
        listening(((IPEndPoint)listener.LocalEndpoint).Port);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var alive = WatchServerAsync(call, over.Token);
        var carrying = CarryAllAsync(call, agent, ports.Port, listener, over.Token);
        var first = await Task.WhenAny(alive, carrying);
        await over.CancelAsync();
        await first;
        return ExitCodes.Ok;
    }

    private static Task<int> RunAsync(Call call, string agent, (int Port, int Local) ports, CancellationToken cancel) =>
        RunAsync(call, agent, ports, local => Tell(call, agent, ports.Port, local), cancel);

    private static void Tell(Call call, string agent, int port, int local)
    {
        var url = $"http://{agent}.localhost:{local}";
        if (call.Json)
        {
            call.PrintLine(
                new
                {
                    agent,
                    port,
                    localPort = local,
                    url,
                }
            );
        }
        else
        {
            call.Say(url);
            call.Note($"  → port {port} of {agent}, until Ctrl-C");
        }
    }

    private static async Task CarryAllAsync(Call call, string agent, int port, TcpListener listener, CancellationToken cancel)
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(cancel);
            _ = CarryAsync(call, agent, port, client, cancel);
        }
    }

    /// <summary>
    /// Ends in a fault when the server is gone: what listens here would lead nowhere. One that answers oddly or late may still carry
    /// what is under way; that is told, once.
    /// </summary>
    private static async Task WatchServerAsync(Call call, CancellationToken cancel)
    {
        string? told = null;
        using var timer = new PeriodicTimer(Look, call.Time);
        while (await timer.WaitForNextTickAsync(cancel))
        {
            try
            {
                await call.Client.GetAsync("health", cancel);
                told = null;
            }
            catch (CreelException e) when (!ServerDoor.IsGone(e.Fault))
            {
                if (told != e.Message)
                {
                    call.Note($"the server is there, but: {PlainText.Line(told = e.Message)}");
                }
            }
        }
    }

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw e.SocketErrorCode == SocketError.AccessDenied
                ? new CreelException(
                    Fault.Missing("port-right", $"only root may listen on port {port}", "name another one, as in 80:8080"),
                    e
                )
                : new CreelException(
                    Fault.Conflict("port-used", $"port {port} is in use", "name another one, as in 8080:18080; 0 takes any"),
                    e
                );
        }
    }

    private static async Task CarryAsync(Call call, string agent, int port, TcpClient client, CancellationToken cancel)
    {
        using (client)
        {
            try
            {
                client.NoDelay = true;
                await using var stream = await call.Client.StreamAsync(
                    agent,
                    StreamQuery.Of("tcp", [("port", $"{port}")]),
                    cancel
                );
                var socket = client.GetStream();
                using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                var towards = TowardsAsync(socket, stream, over.Token);
                var piece = new byte[32 * 1024];
                for (int count; (count = await stream.ReadAsync(piece, over.Token)) > 0; )
                {
                    await socket.WriteAsync(piece.AsMemory(0, count), over.Token);
                }

                if (stream.End?.Error is { Length: > 0 } error)
                {
                    call.Note($"port {port} of {agent}: {PlainText.Line(error)}");
                }

                client.Client.Shutdown(SocketShutdown.Send);
                await over.CancelAsync();
                await towards;
            }
            catch (CreelException e)
            {
                call.Note($"port {port} of {agent}: {PlainText.Line(e.Message)}");
            }
            catch (Exception e)
                when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException) { }
        }
    }

    private static async Task TowardsAsync(NetworkStream socket, AgentStream stream, CancellationToken cancel)
    {
        try
        {
            var piece = new byte[32 * 1024];
            for (int count; (count = await socket.ReadAsync(piece, cancel)) > 0; )
            {
                await stream.WriteAsync(piece.AsMemory(0, count), cancel);
            }

            await stream.FinishAsync(cancel);
        }
        catch (Exception e)
            when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or CreelException)
        { }
    }
}
