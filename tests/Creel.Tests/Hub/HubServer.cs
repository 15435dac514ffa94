using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Server.Audits;
using Creel.Server.Hub;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Hub;

/// <summary>A whole hub on free ports and its own run folder, as the executable would compose it.</summary>
internal sealed class HubServer : IAsyncDisposable
{
    public const string Token = "admin-token-of-the-tests";

    private readonly WebApplication app;
    private readonly string run;

    private HubServer(WebApplication app, HubHost hub, MemoryStore store, ShiftedTime time, IReadOnlyList<int> ports, string run)
    {
        this.app = app;
        this.run = run;
        Hub = hub;
        Store = store;
        Time = time;
        HttpPort = ports[0];
        SocketPort = ports[1];
        Client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{HttpPort}") };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Anybody = new HttpClient { BaseAddress = Client.BaseAddress };
    }

    public HubHost Hub { get; }
    public MemoryStore Store { get; }
    public ShiftedTime Time { get; }
    public int HttpPort { get; }
    public int SocketPort { get; }

    /// <summary>With the admin token.</summary>
    public HttpClient Client { get; }

    /// <summary>Without.</summary>
    public HttpClient Anybody { get; }

    public static async Task<HubServer> StartAsync(
        HubConfig? config = null,
        MemoryStore? store = null,
        Func<WebConfig, WebConfig>? web = null,
        ILoggerProvider? log = null,
        Action<WebApplication, HubHost>? map = null
    )
    {
        config ??= new HubConfig();
        store ??= new MemoryStore();
        var time = new ShiftedTime();
        var settings = new WebConfig
        {
            HttpPort = 0,
            SocketPort = 0,
            AdminTokenHash = BearerToken.Hash(Token),
            OldUnauthenticated = config.OldUnauthenticated,
        };
        var builder = CreelWeb.Create(web?.Invoke(settings) ?? settings, time);
        if (log is not null)
        {
            builder.Services.AddLogging(logging => logging.AddProvider(log).SetMinimumLevel(LogLevel.Trace));
        }

        var audit = new AuditTrail(store.Audit, time, log?.CreateLogger("audit") ?? NullLogger.Instance);
        var hub = new HubHost(config, store.PortsWith(audit), time, log?.CreateLogger("hub") ?? NullLogger.Instance);
        hub.AddTo(builder);
        var app = CreelWeb.Build(builder);
        hub.Map(app);
        map?.Invoke(app, hub);
        await hub.StartAsync();
        var ports = await CreelWeb.StartAsync(app);
        var run = Directory.CreateTempSubdirectory("creel-hub-").FullName;
        return new HubServer(app, hub, store, time, ports, run);
    }

    public string SocketFolder(string cell) => Path.Combine(run, "hub", cell);

    /// <summary>Opens the door of a cell with these agents.</summary>
    public async Task<CellId> OpenAsync(string cell, params string[] agents)
    {
        await Hub.Doors.OpenAsync(Cell(cell, agents));
        return new CellId(cell);
    }

    public HubCell Cell(string cell, params string[] agents) =>
        new(
            new CellId(cell),
            $"group-{cell}",
            SocketFolder(cell),
            null,
            [
                .. agents.Select(a => new HubAgent(
                    new AgentModel
                    {
                        Id = AgentId.Parse(a),
                        Name = a,
                        Group = default,
                    },
                    $"/workspace/{a}"
                )),
            ]
        );

    /// <summary>Registers an agent of the older protocol; its token.</summary>
    public async Task<string> RegisterAsync(string agent)
    {
        var answer = await PostAsync("/agents/register", $$"""{"agentId":"{{agent}}"}""");
        return answer.GetProperty("token").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string path) => Parse(await Client.GetStringAsync(path));

    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using var answer = await Client.PostAsync(path, Json(body));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue($"{(int)answer.StatusCode} {text}");
        return Parse(text);
    }

    /// <summary>Submits a task; its id.</summary>
    public async Task<string> SubmitAsync(string agent, string body = """{"type":"exec","command":"true"}""") =>
        (await PostAsync($"/agents/{agent}/task", body)).GetProperty("taskId").GetString()!;

    public async Task<JsonElement> TaskAsync(string id) => await GetAsync($"/tasks/{id}");

    public async Task<string> StateAsync(string id) => (await TaskAsync(id)).GetProperty("state").GetString()!;

    /// <summary>A client on a cell's own socket.</summary>
    public HttpClient CellClient(string cell, string? agent = null)
    {
        var client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancel) =>
                {
                    var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(SocketFolder(cell), "hub.sock")), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri("http://hub"),
        };
        if (agent is not null)
        {
            client.DefaultRequestHeaders.Add("x-creel-agent", agent);
        }

        return client;
    }

    public static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    public static JsonElement Parse(string text) => JsonDocument.Parse(text).RootElement.Clone();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Anybody.Dispose();
        await Hub.StopAsync();
        await app.StopAsync(new CancellationTokenSource(TimeSpan.FromSeconds(2)).Token);
        await app.DisposeAsync();
        await Hub.DisposeAsync();
        await Hub.Parts.Audit.DisposeAsync();
        Directory.Delete(run, recursive: true);
    }
}
