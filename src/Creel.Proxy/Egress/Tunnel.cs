using System.IO.Pipelines;
using System.Net.Sockets;
using Creel.Proxy.Doors;

namespace Creel.Proxy.Egress;

/// <summary>One of them: bytes both ways until both ends have finished, or nothing moves any more.</summary>
internal sealed class Tunnel : IDisposable
{
    /// <summary>What a server may take for its last words to a client that has finished, or is gone.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(60);

    private readonly CancellationTokenSource over = new();
    private readonly IDuplexPipe client;
    private readonly Socket server;
    private TimeSpan patience;

    public Tunnel(Cell cell, HostPort to, IDuplexPipe client, Socket server, TimeSpan patience)
    {
        Cell = cell;
        To = to;
        this.client = client;
        this.server = server;
        this.patience = patience;
    }

    public Cell Cell { get; }

    public HostPort To { get; }

    public async Task RunAsync()
    {
        over.CancelAfter(patience);
        try
        {
            await Task.WhenAll(EndingBothAsync(UpAsync()), EndingBothAsync(DownAsync())).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or InvalidOperationException)
        {
            // Cut, silent for too long, or one end is gone: whoever asked for it sees its connection end.
        }
    }

    /// <returns>False: it was already.</returns>
    public bool Cut()
    {
        if (over.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            over.Cancel();
            return true;
        }
        catch (ObjectDisposedException)
        {
            // It ended in this very moment.
            return false;
        }
    }

    public void Dispose() => over.Dispose();

    private async Task EndingBothAsync(Task way)
    {
        try
        {
            await way.ConfigureAwait(false);
        }
        catch
        {
            await over.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task UpAsync()
    {
        while (true)
        {
            var read = await client.Input.ReadAsync(over.Token).ConfigureAwait(false);
            foreach (var piece in read.Buffer)
            {
                for (var rest = piece; rest.Length > 0; )
                {
                    rest = rest[await server.SendAsync(rest, SocketFlags.None, over.Token).ConfigureAwait(false)..];
                }
            }

            client.Input.AdvanceTo(read.Buffer.End);
            over.CancelAfter(patience);
            if (read.IsCompleted)
            {
                patience = patience < LastWords ? patience : LastWords;
                over.CancelAfter(patience);
                server.Shutdown(SocketShutdown.Send);
                return;
            }
        }
    }

    private async Task DownAsync()
    {
        while (true)
        {
            // Waits without holding a buffer.
            await server.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None, over.Token).ConfigureAwait(false);
            var count = await server
                .ReceiveAsync(client.Output.GetMemory(4096), SocketFlags.None, over.Token)
                .ConfigureAwait(false);
            over.CancelAfter(patience);
            if (count == 0)
            {
                await client.Output.CompleteAsync().ConfigureAwait(false);
                return;
            }

            client.Output.Advance(count);
            if ((await client.Output.FlushAsync(over.Token).ConfigureAwait(false)).IsCompleted)
            {
                await over.CancelAsync().ConfigureAwait(false);
                return;
            }
        }
    }
}
