using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using Creel.EndToEnd.Harness;

namespace Creel.Bench;

/// <summary>What the server pays for a connected runtime that says nothing.</summary>
internal static class ConnectedBench
{
    private const int Count = 1000;

    public static async Task<IReadOnlyList<Figure>> RunAsync()
    {
        await using var serve = await Serve.StartAsync();
        var addresses = new List<Uri>();
        for (var n = 0; n < Count; n++)
        {
            using var response = await serve.Http.PostAsJsonAsync("/agents/register", new { agentId = $"r{n}" });
            using var json = JsonDocument.Parse(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
            var path = new Uri(json.RootElement.GetProperty("wsUrl").GetString()!).AbsolutePath;
            addresses.Add(new Uri($"ws://{serve.Http.BaseAddress!.Authority}{path}"));
        }

        // One connection first: what only the first one costs is not the price of each.
        var sockets = new List<ClientWebSocket> { await ConnectAsync(addresses[0]) };
        await SettleAsync();
        var before = CellBench.PrivateMegabytes(serve.Pid);
        foreach (var address in addresses.Skip(1))
        {
            sockets.Add(await ConnectAsync(address));
        }

        await SettleAsync();
        var after = CellBench.PrivateMegabytes(serve.Pid);
        var online = (await serve.GetAsync("/admin/stats")).GetProperty("router").GetProperty("onlineAgents").GetInt32();
        sockets.ForEach(s => s.Dispose());
        return
        [
            new Figure("connected runtimes", online, "", Count, AtLeast: true),
            new Figure("server memory for each of them", (after - before) * 1024 / (Count - 1), "KiB", 24),
        ];
    }

    private static async Task<ClientWebSocket> ConnectAsync(Uri address)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, CancellationToken.None);
        var welcome = new byte[1024];
        await socket.ReceiveAsync(welcome, CancellationToken.None);
        return socket;
    }

    /// <summary>Lets the server's collector give back what registering and connecting left behind.</summary>
    private static async Task SettleAsync()
    {
        using var calm = new PeriodicTimer(TimeSpan.FromSeconds(10));
        await calm.WaitForNextTickAsync();
    }
}
