using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using Creel.Core;
using Creel.Server.Hub;
using Creel.Server.Web;

namespace Creel.Tests.Hub;

public sealed class AccessTests
{
    [Fact]
    public async Task A_port_in_use_is_told_once_and_not_by_a_stack_trace_in_the_log()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        var log = new LogLines();

        var fault = await Should.ThrowAsync<CreelException>(() =>
            HubServer.StartAsync(web: w => w with { HttpPort = port }, log: log)
        );

        fault.Message.ShouldContain($"port {port} is in use");
        log.Text.ShouldNotContain("AddressInUse");
    }

    private static readonly string[] Routes =
    [
        "GET /agents",
        "GET /agents/bart/status",
        "GET /metrics",
        "POST /agents/bart/task",
        "DELETE /agents/bart",
        "GET /admin/dlq",
        "DELETE /admin/dlq",
        "GET /admin/stats",
        "GET /tasks",
        "POST /admin/join-tokens",
        "GET /audit",
        "GET /audit/verify",
        "GET /agents/bart/streams?kind=shell",
        "POST /agents/register",
        "GET /nowhere",
    ];

    [Fact]
    public async Task Nothing_but_health_answers_without_the_token()
    {
        await using var server = await HubServer.StartAsync();
        foreach (var route in Routes)
        {
            using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
            client.DefaultRequestHeaders.Add("Cookie", $"token={HubServer.Token}");
            using var request = new HttpRequestMessage(new HttpMethod(route.Split(' ')[0]), route.Split(' ')[1]);
            using var answer = await client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, route);
            answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
        }

        using var health = await server.Anybody.GetAsync("/health");
        health.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var query = await server.Anybody.GetAsync($"/agents?token={HubServer.Token}");
        query.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1")]
    [InlineData("localhost:1")]
    public async Task A_foreign_host_name_is_misdirected(string host)
    {
        await using var server = await HubServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health");
        request.Headers.Host = host;
        using var answer = await server.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.MisdirectedRequest);
    }

    [Fact]
    public async Task Our_own_names_are_served()
    {
        await using var server = await HubServer.StartAsync(web: w => w with { HostNames = ["creel.example"] });
        foreach (
            var host in new[] { $"localhost:{server.HttpPort}", $"[::1]:{server.HttpPort}", "creel.example", "creel.example:80" }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/agents");
            request.Headers.Host = host;
            using var answer = await server.Client.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, host);
        }
    }

    [Theory]
    [InlineData("https://creel.example", true)]
    [InlineData("http://creel.example", true)]
    [InlineData("https://creel.example:444", false)]
    [InlineData("https://evil.example", false)]
    public async Task Pages_of_a_name_that_was_given_are_ours_behind_a_proxy_that_speaks_tls_too(string origin, bool ours)
    {
        await using var server = await HubServer.StartAsync(web: w => w with { HostNames = ["creel.example"] });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/agents");
        request.Headers.Host = "creel.example";
        request.Headers.Add("Origin", origin);
        using var answer = await server.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(ours ? HttpStatusCode.OK : HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("http://evil.example")]
    [InlineData("null")]
    [InlineData("http://127.0.0.1")]
    public async Task A_page_of_another_site_is_refused_even_with_the_token(string origin)
    {
        await using var server = await HubServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/agents");
        request.Headers.Add("Origin", origin);
        using var answer = await server.Client.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var own = new HttpRequestMessage(HttpMethod.Get, "/agents");
        own.Headers.Add("Origin", $"http://127.0.0.1:{server.HttpPort}");
        using var fine = await server.Client.SendAsync(own);
        fine.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_page_can_not_ask_leave_by_a_preflight()
    {
        await using var server = await HubServer.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/agents");
        request.Headers.Add("Origin", "http://evil.example");
        using var answer = await server.Anybody.SendAsync(request);
        ((int)answer.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
        answer.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_the_right_token_is_not()
    {
        await using var server = await HubServer.StartAsync();
        using var wrong = new HttpClient { BaseAddress = server.Client.BaseAddress };
        wrong.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 60; i++)
        {
            using var answer = await wrong.GetAsync("/agents");
            statuses.Add(answer.StatusCode);
        }

        statuses.ShouldContain(HttpStatusCode.Unauthorized);
        statuses[^1].ShouldBe(HttpStatusCode.TooManyRequests);
        using var right = await server.Client.GetAsync("/agents");
        right.StatusCode.ShouldBe(HttpStatusCode.OK);
        server.Time.Shift(TimeSpan.FromSeconds(5));
        using var later = await wrong.GetAsync("/agents");
        later.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task The_admin_registers_as_many_as_there_are_and_a_stranger_is_slowed_down()
    {
        await using var server = await HubServer.StartAsync();
        for (var n = 0; n < 200; n++)
        {
            using var answer = await server.Client.PostAsJsonAsync("/agents/register", new { agentId = $"a{n}" });
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var stranger = new HttpClient { BaseAddress = server.Client.BaseAddress };
        HttpStatusCode last = default;
        for (var n = 0; n < 200 && last != HttpStatusCode.TooManyRequests; n++)
        {
            using var answer = await stranger.PostAsJsonAsync("/agents/register", new { agentId = $"s{n}" });
            last = answer.StatusCode;
        }

        last.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Tcp_never_serves_what_is_for_cells_and_cells_never_get_anything_else()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        using var door = await server.Client.GetAsync("/cell");
        door.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var path in new[] { "/creel/whoami", "/creel/tasks" })
        {
            // There are no agents elsewhere, so nobody's token opens it; the admin's neither.
            using var answer = await server.Client.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }

        using var cell = server.CellClient("c1");
        cell.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", HubServer.Token);
        foreach (var path in new[] { "/agents", "/health", "/metrics", "/tasks", "/audit", "/nowhere" })
        {
            using var answer = await cell.GetAsync(path);
            answer.StatusCode.ShouldBe(HttpStatusCode.NotFound, path);
        }
    }

    [Fact]
    public async Task A_join_token_registers_one_new_agent_once()
    {
        await using var server = await HubServer.StartAsync();
        await server.RegisterAsync("taken");
        var join = (await server.PostAsync("/admin/join-tokens", """{"ttlSeconds":60}""")).GetProperty("token").GetString();
        using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", join);
        using var taken = await client.PostAsync("/agents/register", HubServer.Json("""{"agentId":"taken"}"""));
        taken.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var first = await client.PostAsync("/agents/register", HubServer.Json("""{"agentId":"fresh"}"""));
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var second = await client.PostAsync("/agents/register", HubServer.Json("""{"agentId":"another"}"""));
        second.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_join_token_ends_with_its_time_and_serves_only_its_agent()
    {
        await using var server = await HubServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
        var named = (await server.PostAsync("/admin/join-tokens", """{"ttlSeconds":60,"agentId":"lisa"}"""))
            .GetProperty("token")
            .GetString();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", named);
        using var other = await client.PostAsync("/agents/register", HubServer.Json("""{"agentId":"bart"}"""));
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        server.Time.Shift(TimeSpan.FromSeconds(61));
        using var late = await client.PostAsync("/agents/register", HubServer.Json("""{"agentId":"lisa"}"""));
        late.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_agents_token_opens_its_own_link_in_three_forms_and_nothing_else()
    {
        await using var server = await HubServer.StartAsync();
        var bart = await server.RegisterAsync("bart");
        var homer = await server.RegisterAsync("homer");
        (await StatusAsync(server, $"/agent/bart/{homer}")).ShouldBe(401);
        (await StatusAsync(server, "/agent/bart/wrong")).ShouldBe(401);
        (await StatusAsync(server, "/agent/bart")).ShouldBe(401);
        (await StatusAsync(server, $"/agent/bart/{bart}/more")).ShouldBe(401);
        (await StatusAsync(server, $"/agent/bart/{bart}")).ShouldBe(101);
        (await StatusAsync(server, "/agent/bart", o => o.SetRequestHeader("Authorization", $"Bearer {bart}"))).ShouldBe(101);
        (
            await StatusAsync(
                server,
                "/agent/bart",
                o =>
                {
                    o.AddSubProtocol("vm-agent");
                    o.AddSubProtocol($"token.{bart}");
                }
            )
        ).ShouldBe(101);
        using var api = new HttpClient { BaseAddress = server.Client.BaseAddress };
        api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bart);
        using var answer = await api.GetAsync("/agents");
        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task No_token_is_ever_logged()
    {
        using var log = new LogLines();
        await using (var server = await HubServer.StartAsync(log: log))
        {
            var token = await server.RegisterAsync("bart");
            await using var agent = await Peer.OldAsync(server, "bart", token);
            await agent.NextAsync("status");
            (await StatusAsync(server, $"/agent/bart/{new string('f', 64)}")).ShouldBe(401);
            log.Text.ShouldNotContain(token);
            log.Text.ShouldNotContain(new string('f', 64));
            log.Text.ShouldNotContain(HubServer.Token);
        }
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_tells_an_id_and_only_the_log_tells_more()
    {
        using var log = new LogLines();
        await using var server = await HubServer.StartAsync(log: log);
        await server.OpenAsync("c1", "bart");
        server.Store.Tasks.BeforeAppend = () => throw new InvalidOperationException("the inner secret");
        using var answer = await server.Client.PostAsync("/agents/bart/task", HubServer.Json("""{"type":"exec"}"""));
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        text.ShouldNotContain("inner secret");
        log.Text.ShouldContain(HubServer.Parse(text).GetProperty("id").GetString()!);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var busy = new TcpListener(IPAddress.Loopback, 0);
        busy.Start();
        var port = ((IPEndPoint)busy.LocalEndpoint).Port;
        var fault = await Should.ThrowAsync<CreelException>(() => HubServer.StartAsync(web: w => w with { HttpPort = port }));
        fault.Fault.Kind.ShouldBe(FaultKind.Conflict);
        fault.Fault.Message.ShouldContain($"{port}");
    }

    [Fact]
    public void The_unauthenticated_mode_is_refused_beyond_loopback() =>
        Should
            .Throw<CreelException>(() =>
                CreelWeb.Create(
                    new WebConfig
                    {
                        AdminTokenHash = new byte[32],
                        OldUnauthenticated = true,
                        Address = IPAddress.Any,
                    },
                    TimeProvider.System
                )
            )
            .Fault.Kind.ShouldBe(FaultKind.Refused);

    [Fact]
    public async Task The_unauthenticated_mode_warns_and_opens_the_old_routes_only()
    {
        using var log = new LogLines();
        await using var server = await HubServer.StartAsync(new HubConfig { OldUnauthenticated = true }, log: log);
        log.Text.ShouldContain("UNAUTHENTICATED");
        using var old = await server.Anybody.GetAsync("/agents");
        old.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in new[] { "/tasks", "/audit", "/agents/x/tasks", "/agents/x/streams?kind=shell" })
        {
            using var fresh = await server.Anybody.GetAsync(path);
            fresh.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
    }

    private static async Task<int> StatusAsync(HubServer server, string path, Action<ClientWebSocketOptions>? set = null)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        set?.Invoke(socket.Options);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.SocketPort}{path}"), default);
        }
        catch (WebSocketException) { }

        return (int)socket.HttpStatusCode;
    }
}
