using Creel.Core;
using Creel.Core.Outbound;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Outbound;

/// <summary>
/// Keeps the proxy running, of our own version, and told what it is to do. It goes on without us; the next serve finds it by its
/// socket.
/// </summary>
public sealed class ProxyKeeper : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Appear = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Peek = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly ProxyLink link;
    private readonly IProxyProcess process;
    private readonly Func<ProxyOrders> orders;
    private readonly string version;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly SemaphoreSlim turn = new(1);
    private readonly CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;
    private TimeSpan pause = Look;
    private string? said;
    private HashSet<ClosedCell> loggedClosed = [];
    private DateTimeOffset again;
    private TimeSpan rest = Look;

    /// <param name="orders">What it should be told now.</param>
    /// <param name="version">Ours: a proxy of another one is replaced.</param>
    public ProxyKeeper(
        ProxyLink link,
        IProxyProcess process,
        Func<ProxyOrders> orders,
        string version,
        TimeProvider time,
        ILogger<ProxyKeeper> log
    ) => (this.link, this.process, this.orders, this.version, this.time, this.log) = (link, process, orders, version, time, log);

    /// <summary>Why it is not there; null: it is, and does what it was told last.</summary>
    public string? Trouble { get; private set; } = "it has not been started";

    /// <summary>Cells that reach nothing, each with the reason, as it said last.</summary>
    public IReadOnlyList<ClosedCell> Closed { get; private set; } = [];

    /// <summary>Told each time how it is.</summary>
    public Func<ProxyStatus, Task> SeeAsync { get; set; } = _ => Task.CompletedTask;

    /// <summary>Brings it up and goes on looking after it. A proxy that can't be had is told in the log, and tried again.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        await TryTellAsync(round: false, cancel);
        running = LookAfterAsync();
    }

    /// <summary>
    /// Tells it at once what is wanted now, and returns when it stands by that: a cell that is about to start finds its socket
    /// open. Where the proxy can't be had, its cells start all the same, and reach nothing until it is back.
    /// </summary>
    public Task TellAsync(CancellationToken cancel) => TryTellAsync(round: false, cancel);

    /// <summary>Nobody needs it any more.</summary>
    public async Task EndProxyAsync()
    {
        await CeaseAsync();
        try
        {
            await link.StopAsync(CancellationToken.None);
            await GoneAsync(CancellationToken.None);
        }
        catch (CreelException)
        {
            // It is gone already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CeaseAsync();
        stop.Dispose();
        turn.Dispose();
    }

    private async Task CeaseAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task LookAfterAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(pause, time, stop.Token);
            await TryTellAsync(round: true, stop.Token);
        }
    }

    /// <param name="round">Nobody waits for it: what failed before may rest a while, and what still fails is told in the log.</param>
    private async Task TryTellAsync(bool round, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            await TellInTurnAsync(round, cancel);
            (Trouble, pause) = (null, Look);
            Say(null);
        }
        catch (CreelException e)
        {
            Fail(e.Fault);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // A program that can't be started, a bug: whoever watches must not stop watching for it.
            var fault = new Fault(FaultKind.Internal, "proxy-keeper", $"the proxy can't be kept: {e.Message}", "see serve's log");
            log.LogDebug(e, "the proxy can't be kept");
            Fail(fault);
        }
        finally
        {
            turn.Release();
        }
    }

    private void Fail(Fault fault)
    {
        Trouble = fault.Message;
        pause = Longer(pause);
        Say(fault);
    }

    private async Task TellInTurnAsync(bool round, CancellationToken cancel)
    {
        var status = await link.StatusAsync(cancel);
        if (status is not null && status.Version != version)
        {
            log.LogInformation("the proxy is of version {Theirs}, and this is {Ours}: it is replaced", status.Version, version);
            await link.StopAsync(cancel);
            await GoneAsync(cancel);
            status = null;
        }

        status ??= await BringUpAsync(cancel);
        var wanted = orders();
        var changed = status.Orders != OrdersText.Revision(wanted);

        // Of a cell that it could not serve the folder may be there by now: the same orders open its socket then.
        if (changed || (status.Closed.Count > 0 && (!round || time.GetUtcNow() >= again)))
        {
            status = await link.OrderAsync(wanted, cancel);
            rest = status.Closed.Count == 0 || changed || !round ? Look : Longer(rest);
            again = time.GetUtcNow() + rest;
            if (changed && status.Compatibility?.Trouble is { } trouble)
            {
                log.LogError("nobody listens on the compatibility port: {Trouble}", trouble);
            }
        }

        Closed = status.Closed;
        if (round)
        {
            SayClosed();
        }

        await SeeAsync(status);
    }

    /// <summary>Only what lasts: while cells start together, one is named before its folder is there.</summary>
    private void SayClosed()
    {
        foreach (var closed in Closed.Except(loggedClosed))
        {
            log.LogError("the proxy can't serve cell {Cell}: {Reason}", closed.Cell, closed.Reason);
        }

        loggedClosed = [.. Closed];
    }

    private static TimeSpan Longer(TimeSpan span) => span * 2 < LongestPause ? span * 2 : LongestPause;

    private async Task<ProxyStatus> BringUpAsync(CancellationToken cancel)
    {
        var end = process.Start();
        var status = await WithinAsync(Appear, link.StatusAsync, status => status is not null || end.IsCompleted, cancel);
        return status
            ?? throw new CreelException(
                Fault.Unavailable(
                    "proxy-start",
                    end.IsCompleted ? $"the proxy ended at once: {await end}" : "the proxy was started, and does not answer",
                    "see its log: proxy.log, beside serve's database"
                )
            );
    }

    private async Task GoneAsync(CancellationToken cancel) =>
        await WithinAsync(TimeSpan.FromMinutes(1), link.StatusAsync, status => status is null, cancel);

    private async Task<T> WithinAsync<T>(
        TimeSpan limit,
        Func<CancellationToken, Task<T>> ask,
        Func<T, bool> enough,
        CancellationToken cancel
    )
    {
        var begin = time.GetTimestamp();
        var answer = await ask(cancel);
        while (!enough(answer) && time.GetElapsedTime(begin) < limit)
        {
            await Task.Delay(Peek, time, cancel);
            answer = await ask(cancel);
        }

        return answer;
    }

    /// <summary>The same once, and when it is over.</summary>
    private void Say(Fault? fault)
    {
        if (fault?.Message == said)
        {
            return;
        }

        if (fault is not null)
        {
            log.LogError("cells reach nothing outside: {Fault}", fault);
        }
        else
        {
            log.LogInformation("the proxy is up");
        }

        said = fault?.Message;
    }
}
