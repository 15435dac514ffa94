using Creel.Core;

namespace Creel.Server.Gateway.Protocol;

/// <summary>The gateway while <c>creel serve</c> runs: it can be closed and opened again, on the same port, by what is configured then.</summary>
/// <param name="open">Makes a gateway by what is configured now; the argument is the port that it had, null the first time.</param>
public sealed class GatewayDoor(Func<int?, GatewayHost> open) : IAsyncDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile GatewayHost? host;

    /// <summary>Null while there is none.</summary>
    public GatewayHost? Host => host;

    /// <summary>Why there is none; null: there is one, or nobody has opened it yet.</summary>
    public Fault? Refusal { get; private set; }

    /// <exception cref="CreelException">The port is in use, or the configuration would open what must stay closed.</exception>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await OpenAsync(null, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Tells all clients, closes them, and opens again. Turns go on meanwhile.</summary>
    /// <exception cref="CreelException">As <see cref="StartAsync"/>; then the gateway is closed.</exception>
    public async Task RestartAsync(CancellationToken cancel = default)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var port = host?.Port;
            await CloseAsync("gateway restarting");
            await OpenAsync(port, cancel);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync();
        await CloseAsync("gateway stopping");
        turn.Release();
    }

    private async Task OpenAsync(int? port, CancellationToken cancel)
    {
        Refusal = null;
        try
        {
            host = await BegunAsync(open(port), cancel);
        }
        catch (CreelException e)
        {
            Refusal = e.Fault;
            throw;
        }
    }

    private static async Task<GatewayHost> BegunAsync(GatewayHost next, CancellationToken cancel)
    {
        try
        {
            await next.StartAsync(cancel);
            return next;
        }
        catch
        {
            await next.DisposeAsync();
            throw;
        }
    }

    private async Task CloseAsync(string reason)
    {
        if (host is { } old)
        {
            host = null;
            await old.StopAsync(reason);
            await old.DisposeAsync();
        }
    }
}
