using System.Net.Sockets;
using System.Reflection;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy.Control;
using Creel.Proxy.Doors;
using Creel.Proxy.Egress;
using Creel.Proxy.Intercept;
using Creel.Proxy.Keys;
using Creel.Proxy.Logs;
using Creel.Proxy.Routes;
using Microsoft.Extensions.Logging;

namespace Creel.Proxy;

/// <summary>The proxy, put together.</summary>
internal sealed class ProxyHost : IAsyncDisposable
{
    private readonly ProxySettings settings;
    private readonly KeyStore keys;
    private readonly TokenStore tokens;
    private readonly WrongTries tries;
    private readonly PortDoor port;
    private readonly CellSockets sockets;
    private readonly Standing standing;
    private readonly OrdersFile file;
    private readonly Lines lines;
    private readonly LineFile denialFile;
    private readonly CellServer cells;
    private readonly ControlServer control;
    private readonly Authority authority;
    private readonly Needed needed;
    private readonly ICallBook book;
    private readonly MoneyRoutes? money;
    private readonly DateTimeOffset since;
    private readonly TaskCompletionSource stopping = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="controlSocket">Bound and listening.</param>
    /// <param name="book">Where calls are priced and booked.</param>
    /// <param name="money">What is told of it; null: nothing, since it counts nothing.</param>
    /// <exception cref="CreelException">The keys on disk can't be read.</exception>
    public ProxyHost(ProxySettings settings, Socket controlSocket, ICallBook book, ILoggerFactory logs, MoneyRoutes? money = null)
    {
        (this.settings, this.book, this.money) = (settings, book, money);
        since = settings.Time.GetUtcNow();
        keys = new KeyStore(settings.Home, settings.Credentials, settings.Time);
        tokens = new TokenStore(settings.Home, settings.Time);
        tries = new WrongTries(settings.Time);
        file = new OrdersFile(settings.Home);
        sockets = new CellSockets(logs.CreateLogger<CellSockets>());
        standing = new Standing(settings.Cells, sockets, settings.Time);
        port = new PortDoor(standing, sockets, settings.Time);
        denialFile = new LineFile(Path.Combine(settings.Home, "denials.jsonl"), most: 8 * 1024 * 1024);
        var refused = new Recent<Denial>(2048, d => d.Cell);
        var made = new Recent<CallFact>(2048, c => c.Cell);
        var denials = new Denials(refused, denialFile, settings.Time);
        var dialler = new Dialler(settings.World);
        lines = new Lines(dialler, settings.Roots);
        var tunnels = new Tunnels(standing, dialler, denials);
        var calls = new UpstreamCalls(standing, keys, lines, book, denials, made, settings.Time);
        var upstreams = new UpstreamTable(standing);
        var routes = new CellRoutes(
            standing,
            upstreams,
            calls,
            new PlainForward(standing, lines, denials),
            new PortRoutes(standing, tokens, upstreams, tries),
            denials
        );
        authority = new Authority(settings.Home, settings.Credentials, settings.Time);
        var certificates = new Certificates(standing, authority, settings.Time);
        var interception = new Interception(standing, certificates, tunnels, denials, settings.HeadPatience);
        var first = new FirstBytes(standing, tunnels, interception, settings.HeadPatience);
        cells = new CellServer(sockets, routes, first.ServeAsync, logs, settings.HeadPatience, settings.BodyPatience);
        needed = new Needed(standing, settings.Time, settings.Unneeded, () => stopping.TrySetResult());
        var commands = new ControlRoutes(
            standing,
            keys,
            tokens,
            file,
            refused,
            made,
            needed,
            book,
            money,
            Status,
            () => stopping.TrySetResult()
        );
        control = new ControlServer(controlSocket, commands, logs);
    }

    /// <summary>Somebody asked it to end.</summary>
    public Task Stopping => stopping.Task;

    /// <summary>Opens the sockets of the last orders, then the control socket.</summary>
    public async Task StartAsync(CancellationToken cancel = default)
    {
        SocketPlace.MakeParent(settings.Cells);
        SocketPlace.Sweep(settings.Cells, folders: true);
        await cells.StartAsync(cancel).ConfigureAwait(false);
        var orders = file.Read();
        await book.FollowAsync(orders).ConfigureAwait(false);
        standing.Apply(orders);
        await control.StartAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Takes no more calls, and lets those under way end.</summary>
    public async Task StopAsync()
    {
        using var drain = new CancellationTokenSource(settings.Drain, settings.Time);
        await control.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await cells.StopAsync(drain.Token).ConfigureAwait(false);
        standing.CloseAll();
        sockets.ClosePort();
    }

    public async ValueTask DisposeAsync()
    {
        needed.Dispose();
        port.Dispose();
        await control.DisposeAsync().ConfigureAwait(false);
        await cells.DisposeAsync().ConfigureAwait(false);
        await sockets.DisposeAsync().ConfigureAwait(false);
        lines.Dispose();
        await denialFile.DisposeAsync().ConfigureAwait(false);
        keys.Dispose();
        authority.Dispose();
    }

    private ProxyStatus Status() =>
        new(
            Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            Environment.ProcessId,
            since,
            OrdersText.Revision(standing.Orders),
            [
                .. standing.Cells.Select(c => new CellStatus(
                    c.Orders.Cell,
                    c.Orders.Group,
                    sockets.Connections(c.Orders.Cell),
                    c.Calls
                )
                {
                    ReadOn = c.Rests.Count,
                }),
            ],
            standing.Closed,
            keys.Facts,
            money?.Warnings()
        )
        {
            Offline = standing.Orders.Offline is not null,
            Tokens = tokens.Facts,
            Compatibility = standing.Orders.Compatibility is { } asked
                ? new PortStatus(asked.Address, asked.Port, port.Trouble, tries.Count)
                : null,
        };
}
