using System.Net.Sockets;

namespace Creel.Runtime.Relay;

/// <summary>A client's connection to the proxy, made when the first request needs it; answers flow back by themselves.</summary>
internal sealed class ProxyLine(Socket client, string? path, CancellationToken cancel) : IDisposable
{
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(60);
    private Socket? proxy;
    private Task answers = Task.CompletedTask;
    private volatile bool leaving;
    private volatile bool left;

    /// <summary>Requests have gone over it, so the client waits for the proxy's answers and for nobody else's.</summary>
    public bool IsOpen => proxy is not null;

    /// <summary>The proxy has hung up, and so has the relay.</summary>
    public bool HasEnded => IsOpen && answers.IsCompleted;

    /// <summary>False: this cell has no proxy, or it does not listen.</summary>
    public async Task<bool> OpenAsync()
    {
        if (proxy is not null)
        {
            return true;
        }

        proxy = await SocketBytes.ConnectAsync(path, cancel).ConfigureAwait(false);
        if (proxy is null)
        {
            return false;
        }

        answers = AnswersAsync(proxy);
        return true;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes) => proxy!.SendAllAsync(bytes, cancel);

    /// <summary>All that the client still sends, and all answers, until both ends have finished.</summary>
    public async Task CopyAllAsync()
    {
        await SocketBytes.CopyAsync(client, proxy!, cancel).ConfigureAwait(false);
        await answers.ConfigureAwait(false);
    }

    /// <summary>No more requests come; the answers to those before still do.</summary>
    public async Task FinishAsync()
    {
        proxy?.Shutdown(SocketShutdown.Send);
        await answers.ConfigureAwait(false);
    }

    /// <summary>
    /// The same before somebody else answers: the client stays connected. False: it does not, or the answers did not end.
    /// </summary>
    public async Task<bool> LeaveAsync()
    {
        if (proxy is not null)
        {
            leaving = true;
            proxy.Shutdown(SocketShutdown.Send);
            await SocketBytes.DrainAsync(answers, LastAnswers, cancel).ConfigureAwait(false);
        }

        return !left && answers.IsCompletedSuccessfully;
    }

    public void Dispose() => proxy?.Dispose();

    private async Task AnswersAsync(Socket from)
    {
        await SocketBytes.CopyAsync(from, client, cancel, finish: false).ConfigureAwait(false);
        if (!leaving)
        {
            left = true;
            client.Shutdown(SocketShutdown.Send);
        }
    }
}
