using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Proxy;
using Creel.Proxy.Control;
using Creel.Proxy.Egress;
using Creel.Proxy.Routes;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging;

namespace Creel.Tests.Proxy;

/// <summary>A whole proxy in this process, with a world around it in which tests say which name leads where.</summary>
internal sealed class ProxyServer : IAsyncDisposable
{
    public const string Bart = "aaaaaaa1";
    public const string Lisa = "aaaaaaa2";
    public const string Key = "sk-canary-7f3a91c4d2e8-never-to-be-seen";

    /// <summary>Any address that counts as public; nothing is ever sent there.</summary>
    public static readonly IPAddress Somewhere = IPAddress.Parse("93.184.216.34");

    private readonly ProxyHost host;
    private readonly Socket control;

    private ProxyServer(
        string folder,
        Func<ProxySettings, ProxySettings>? change,
        ICallBook? book,
        TestRoots roots,
        MoneyRoutes? money
    )
    {
        Folder = folder;
        Roots = roots;
        control = ControlSocket.Bind(Path.Combine(folder, ControlPaths.SocketName), null);
        var settings = new ProxySettings
        {
            Home = Path.Combine(folder, "home"),
            Cells = Path.Combine(folder, "proxy"),
            World = new OutsideWorld(ResolveAsync, ConnectAsync),
            Roots = roots.All,
            Drain = TimeSpan.FromMilliseconds(200),
        };
        OwnHome.Make(settings.Home, null);
        host = new ProxyHost(
            change?.Invoke(settings) ?? settings,
            control,
            book ?? new OpenBook(),
            LoggerFactory.Create(l => l.AddProvider(Log).SetMinimumLevel(LogLevel.Debug)),
            money
        );
        Control = Client(Path.Combine(folder, ControlPaths.SocketName));
    }

    public string Folder { get; }
    public TestRoots Roots { get; }

    /// <summary>Completes when it means to end.</summary>
    public Task Ending => host.Stopping;
    public LogLines Log { get; } = new();
    public HttpClient Control { get; }

    /// <summary>Addresses of names. Others don't exist.</summary>
    public ConcurrentDictionary<string, IPAddress[]> Names { get; } = new();

    /// <summary>Ports of this machine that stand for ports of public hosts.</summary>
    public ConcurrentDictionary<int, int> Ports { get; } = new();

    /// <summary>Names that somebody wanted to be resolved.</summary>
    public ConcurrentQueue<string> Resolved { get; } = new();

    public static ProxyOrders Orders { get; } =
        new()
        {
            Habitat = "test",
            Cells =
            [
                new CellOrders
                {
                    Cell = new CellId(Bart),
                    Group = GroupId.Parse("bart"),
                    Agents = [AgentId.Parse("bart")],
                },
                new CellOrders
                {
                    Cell = new CellId(Lisa),
                    Group = GroupId.Parse("lisa"),
                    Agents = [AgentId.Parse("lisa"), AgentId.Parse("maggie")],
                },
            ],
        };

    public static async Task<ProxyServer> StartAsync(
        ProxyOrders? orders = null,
        Func<ProxySettings, ProxySettings>? change = null,
        ICallBook? book = null,
        string? folder = null,
        TestRoots? roots = null,
        MoneyRoutes? money = null
    )
    {
        var proxy = new ProxyServer(
            folder ?? Directory.CreateTempSubdirectory("creel-px-").FullName,
            change,
            book,
            roots ?? new TestRoots(),
            money
        );
        await proxy.host.StartAsync();
        if (folder is null || orders is not null)
        {
            await proxy.OrderAsync(orders ?? Orders);
        }

        return proxy;
    }

    /// <summary>The provider stands at its own name with TLS, and there is a key for it.</summary>
    public async Task<StubUpstream> ProviderAsync(string name = "anthropic", string host = "api.anthropic.com", int port = 443)
    {
        var stub = await StubUpstream.StartAsync(Roots, host);
        Names[host] = [Somewhere];
        Ports[port] = stub.Port;
        await SetKeyAsync(name, Key);
        return stub;
    }

    /// <summary>What it was told last.</summary>
    public ProxyOrders? LastOrders { get; private set; }

    public async Task<ProxyStatus> OrderAsync(ProxyOrders orders)
    {
        LastOrders = orders;
        using var answer = await Control.PutAsync(ControlPaths.Orders, new ByteArrayContent(OrdersText.Write(orders)));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonSerializer.Deserialize(text, OutboundJson.Default.ProxyStatus)!;
    }

    public async Task SetKeyAsync(string upstream, string key, string? group = null)
    {
        var query = group is null ? "" : $"?group={group}";
        using var answer = await Control.PutAsync($"{ControlPaths.Keys}/{upstream}{query}", new StringContent(key));
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
    }

    public async Task<ProxyStatus> StatusAsync() =>
        JsonSerializer.Deserialize(await Control.GetStringAsync(ControlPaths.Status), OutboundJson.Default.ProxyStatus)!;

    /// <summary>Completes when nobody is at Bart's door any more, and so many of his calls are read on all the same.</summary>
    public Task LeftAsync(int calls) =>
        Eventually.Until(async () =>
            (await StatusAsync()).Cells.Single(c => c.Cell.Value == Bart) is { Connections: 0 } bart
            && (bart.Calls, bart.ReadOn) == (calls, calls)
        );

    public async Task<IReadOnlyList<Denial>> DenialsAsync()
    {
        var text = await Control.GetStringAsync(ControlPaths.Denials);
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonSerializer.Deserialize(l, OutboundJson.Default.Denial)!),
        ];
    }

    public async Task<IReadOnlyList<CallFact>> CallsAsync()
    {
        var text = await Control.GetStringAsync(ControlPaths.Calls);
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => JsonSerializer.Deserialize(l, OutboundJson.Default.CallFact)!),
        ];
    }

    public string SocketPath(string cell) => Path.Combine(Folder, "proxy", cell, "proxy.sock");

    /// <summary>A program in the cell, that knows the proxy by its base URL.</summary>
    public HttpClient Cell(string cell = Bart) => Client(SocketPath(cell));

    public async Task<Socket> LineAsync(string cell = Bart)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath(cell)));
        return socket;
    }

    /// <summary>Sends bytes and reads until the proxy closes.</summary>
    public async Task<string> RawAsync(string bytes, string cell = Bart, bool finish = false)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var socket = await LineAsync(cell);
        await using var stream = new NetworkStream(socket);
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(bytes), limit.Token);
            if (finish)
            {
                socket.Shutdown(SocketShutdown.Send);
            }

            await stream.CopyToAsync(answer, limit.Token);
        }
        catch (IOException)
        {
            // Closed with bytes of ours unread.
        }

        return Encoding.Latin1.GetString(answer.ToArray());
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Ends it, and leaves its folder.</summary>
    public async Task StopAsync()
    {
        Control.Dispose();
        await host.StopAsync();
        await host.DisposeAsync();
        control.Dispose();
    }

    private static HttpClient Client(string path) =>
        new(
            new SocketsHttpHandler
            {
                UseProxy = false,
                AllowAutoRedirect = false,
                UseCookies = false,
                MaxResponseDrainSize = 0,
                ConnectCallback = async (_, cancel) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://127.0.0.1:18080"),
            Timeout = TimeSpan.FromSeconds(60),
        };

    private Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancel)
    {
        Resolved.Enqueue(host);
        return Names.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses)
            : throw new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<Socket> ConnectAsync(IPEndPoint to, CancellationToken cancel)
    {
        var port =
            IPAddress.IsLoopback(to.Address) ? to.Port
            : Ports.TryGetValue(to.Port, out var mapped) ? mapped
            : throw new SocketException((int)SocketError.ConnectionRefused);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancel);
        return socket;
    }
}
