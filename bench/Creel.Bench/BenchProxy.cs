using System.Diagnostics;
using System.Net.Sockets;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>The published proxy with one cell, budgets of group and habitat, and two providers on this machine.</summary>
internal sealed class BenchProxy : IAsyncDisposable
{
    /// <summary>By this name programs that know no proxy call the provider that streams.</summary>
    public const string Host = "slow.bench.example";

    private readonly Process process;

    private BenchProxy(Process process, string socket) => (this.process, Socket) = (process, socket);

    public int Pid => process.Id;

    public string Socket { get; }

    public static async Task<BenchProxy> StartAsync(string folder, int stub, int streams)
    {
        var run = Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
        var start = new ProcessStartInfo(
            Path.Combine(Published.Folder, "creel-proxy"),
            ["--home", Path.Combine(folder, "home"), "--run", run]
        );
        foreach (var (name, value) in ProxyEnvironment.Settings)
        {
            start.Environment[name] = value;
        }

        var proxy = new BenchProxy(Process.Start(start)!, Path.Combine(run, "proxy", "aaaaaaa1", "proxy.sock"));
        var control = Path.Combine(run, ControlPaths.SocketName);
        await Ready.WhenAsync(() => File.Exists(control));
        using var client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancel) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(control), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://proxy"),
        };
        BudgetModel[] budgets = [new(1_000_000m, "day", 0.8), new(10_000_000m, "month", 0.8)];
        var anthropic = BuiltInUpstreams.Anthropic with { Local = true, Hosts = [] };
        var orders = new ProxyOrders
        {
            Habitat = "bench",
            Budgets = budgets,
            Cells =
            [
                new CellOrders
                {
                    Cell = new CellId("aaaaaaa1"),
                    Group = GroupId.Parse("bart"),
                    Agents = [AgentId.Parse("bart")],
                    Budgets = budgets,
                },
            ],
            Upstreams =
            [
                anthropic with
                {
                    BaseUrl = $"http://127.0.0.1:{stub}",
                },
                anthropic with
                {
                    Name = "slow",
                    BaseUrl = $"http://127.0.0.1:{streams}",
                    Hosts = [Host],
                },
            ],
        };
        await Ready.WhenAsync(() => TryAsync(client).GetAwaiter().GetResult());
        (await client.PutAsync(ControlPaths.Orders, new ByteArrayContent(OrdersText.Write(orders)))).EnsureSuccessStatusCode();
        foreach (var name in (string[])["anthropic", "slow"])
        {
            (await client.PutAsync($"{ControlPaths.Keys}/{name}", new StringContent("sk-bench"))).EnsureSuccessStatusCode();
        }

        await Ready.WhenAsync(() => File.Exists(proxy.Socket));
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static async Task<bool> TryAsync(HttpClient client)
    {
        try
        {
            return (await client.GetAsync(ControlPaths.Status)).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
