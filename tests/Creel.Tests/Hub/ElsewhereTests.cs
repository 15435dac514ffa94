using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Hub;
using Creel.Tests.Sqlite;

namespace Creel.Tests.Hub;

/// <summary>Agents at gateways elsewhere call the agents' own API by their tokens.</summary>
public sealed class ElsewhereTests : IAsyncLifetime
{
    private static readonly AgentId Lisa = AgentId.Parse("lisa");
    private static readonly AgentId Moe = AgentId.Parse("moe");

    private readonly StoreFolder folder = new();
    private readonly ShiftedTime time = new();
    private readonly LogLines log = new();
    private BridgeModel bridge = new(true, ["*"]);
    private SqliteStore store = null!;
    private StandInElsewhere elsewhere = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        store = await folder.OpenAsync();
        elsewhere = new StandInElsewhere(store.AgentTokens, time) { Habitat = { [Lisa] = "prod", [Moe] = "prod" } };
        server = await HubServer.StartAsync(
            new HubConfig
            {
                Elsewhere = elsewhere,
                Bridge = () => bridge,
                CallsOpen = 2,
            },
            log: log
        );
        await server.OpenAsync("c1", "bart");
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await store.DisposeAsync();
        log.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("X-Agent-Token", "")]
    [InlineData("Authorization", "Bearer ")]
    public async Task Its_token_says_who_it_is_in_either_header(string header, string before)
    {
        using var lisa = await ClientAsync(Lisa, header, before);

        var me = HubServer.Parse(await lisa.GetStringAsync("/creel/whoami"));

        me.GetProperty("agent").GetString().ShouldBe("lisa");
        me.GetProperty("gateway").GetString().ShouldBe("prod");
        me.GetProperty("agents").EnumerateArray().Select(a => a.GetString()).ShouldBe(["lisa"]);
        elsewhere.Calls.ShouldBe([Lisa]);
    }

    [Fact]
    public async Task It_asks_an_agent_of_ours_for_work_and_reads_what_came_of_it()
    {
        using var lisa = await ClientAsync(Lisa);
        using var moe = await ClientAsync(Moe);

        var agents = HubServer.Parse(await lisa.GetStringAsync("/creel/agents")).GetProperty("agents");
        agents.EnumerateArray().Select(a => a.GetProperty("id").GetString()).ShouldBe(["bart"]);
        using var asked = await lisa.PostAsync("/creel/agents/bart/task", HubServer.Json("""{"type":"exec","command":"true"}"""));
        var text = await asked.Content.ReadAsStringAsync();
        asked.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var id = HubServer.Parse(text).GetProperty("taskId").GetString();

        var task = HubServer.Parse(await lisa.GetStringAsync($"/creel/tasks/{id}"));
        task.GetProperty("from").GetString().ShouldBe("agent:lisa");
        (await StatusAsync(moe, $"/creel/tasks/{id}")).ShouldBe(404);
        HubServer.Parse(await lisa.GetStringAsync("/creel/tasks")).GetProperty("tasks").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Whom_it_may_not_ask_it_neither_sees_nor_reaches()
    {
        bridge = BridgeModel.Off;
        using var lisa = await ClientAsync(Lisa);

        HubServer.Parse(await lisa.GetStringAsync("/creel/agents")).GetProperty("agents").GetArrayLength().ShouldBe(0);
        using var asked = await lisa.PostAsync("/creel/agents/bart/task", HubServer.Json("""{"type":"exec"}"""));
        asked.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        var entries = await server.GetAsync("/audit");
        entries.GetRawText().ShouldContain("bridge.refuse");
    }

    [Theory]
    [InlineData("GET", "/agents")]
    [InlineData("GET", "/agents/bart/status")]
    [InlineData("GET", "/tasks")]
    [InlineData("POST", "/agents/bart/task")]
    [InlineData("POST", "/agents/register")]
    [InlineData("POST", "/admin/join-tokens")]
    [InlineData("GET", "/audit")]
    [InlineData("GET", "/metrics")]
    [InlineData("GET", "/agent/lisa")]
    [InlineData("GET", "/agent/bart")]
    [InlineData("GET", "/nowhere")]
    public async Task Its_token_opens_nothing_else(string method, string path)
    {
        foreach (var (header, before) in new[] { ("X-Agent-Token", ""), ("Authorization", "Bearer ") })
        {
            using var lisa = await ClientAsync(Lisa, header, before);
            using var request = new HttpRequestMessage(new HttpMethod(method), path)
            {
                Content = method == "POST" ? HubServer.Json("{}") : null,
            };
            using var answer = await lisa.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, path);
        }
    }

    [Fact]
    public async Task What_is_for_cells_alone_says_so()
    {
        using var lisa = await ClientAsync(Lisa);

        using var answer = await lisa.GetAsync("/cell");

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("cells-only");
    }

    [Fact]
    public async Task No_token_a_wrong_one_and_the_admins_are_refused_with_what_to_do_and_written_down_without_it()
    {
        var token = await elsewhere.Tokens.MintAsync(new(Lisa, "prod"));
        var wrong = token[..^4] + "AAAA";
        foreach (
            var (name, value) in new[]
            {
                ("X-None", "1"),
                ("X-Agent-Token", ""),
                ("X-Agent-Token", wrong),
                ("X-Agent-Token", "moe" + token[4..]),
                ("X-Agent-Token", HubServer.Token),
                ("Authorization", $"Bearer {HubServer.Token}"),
                ("Cookie", $"X-Agent-Token={token}"),
            }
        )
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/creel/whoami");
            request.Headers.TryAddWithoutValidation(name, value);
            using var answer = await server.Anybody.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, name);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("TOOLS.md");
        }

        (await StatusAsync(server.Anybody, $"/creel/whoami?token={token}")).ShouldBe(401);
        (await StatusAsync(server.Anybody, "/creel/whoami", ("X-Agent-Token", token), ("X-Agent-Token", wrong))).ShouldBe(401);
        elsewhere.Calls.ShouldBeEmpty();
        var audit = (await server.GetAsync("/audit")).GetRawText();
        audit.ShouldContain("auth.refuse");
        (audit + log.Text).ShouldNotContain(wrong[5..]);
        (audit + log.Text).ShouldNotContain(token[5..]);
    }

    [Fact]
    public async Task Guessing_is_slowed_down_and_the_right_token_is_not()
    {
        var statuses = new List<int>();
        for (var n = 0; n < 40; n++)
        {
            statuses.Add(await StatusAsync(server.Anybody, "/creel/whoami", ("X-Agent-Token", $"lisa.{new string('A', 43)}")));
        }

        statuses.ShouldContain(401);
        statuses[^1].ShouldBe(429);
        using var lisa = await ClientAsync(Lisa);
        (await StatusAsync(lisa, "/creel/whoami")).ShouldBe(200);
    }

    [Fact]
    public async Task A_header_of_a_megabyte_and_one_with_a_newline_end_at_the_door()
    {
        (await RawAsync($"X-Agent-Token: lisa.{new string('A', 1024 * 1024)}\r\n")).ShouldContain(" 431 ");
        (await RawAsync($"X-Agent-Token: lisa.\n {new string('A', 43)}\r\n")).ShouldContain(" 400 ");
        (await RawAsync($"X-Agent-Token: lisa.{new string('A', 600)}\r\n")).ShouldContain(" 401 ");
    }

    [Fact]
    public async Task A_body_is_as_long_as_elsewhere_and_calls_that_wait_are_counted()
    {
        using var lisa = await ClientAsync(Lisa);
        using var large = await lisa.PostAsync(
            "/creel/agents/bart/task",
            HubServer.Json($$"""{"type":"exec","command":"{{new string('x', 2 * 1024 * 1024)}}"}""")
        );
        large.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);

        // One after the other, and then the third: a look in between would take the place of the second.
        var waiting = new List<Task<HttpResponseMessage>>();
        for (var n = 1; n <= 2; n++)
        {
            var task = HubServer.Json("""{"type":"exec","command":"true"}""");
            waiting.Add(lisa.PostAsync("/creel/agents/bart/task?wait=60", task));
            await Eventually.Until(async () => (await server.GetAsync("/tasks")).GetProperty("tasks").GetArrayLength() == n);
        }

        (await StatusAsync(lisa, "/creel/whoami")).ShouldBe(429);
        foreach (var task in (await server.GetAsync("/tasks")).GetProperty("tasks").EnumerateArray())
        {
            await server.PostAsync($"/tasks/{task.GetProperty("id").GetString()}/cancel", "{}");
        }

        foreach (var one in waiting)
        {
            (await one).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        await Eventually.Until(async () => await StatusAsync(lisa, "/creel/whoami") == 200);
    }

    [Fact]
    public async Task One_that_calls_without_end_is_told_to_wait()
    {
        using var lisa = await ClientAsync(Lisa);
        var status = 0;
        for (var n = 0; n < 2000 && status != 429; n++)
        {
            status = await StatusAsync(lisa, "/creel/whoami");
        }

        status.ShouldBe(429);
        using var moe = await ClientAsync(Moe);
        (await StatusAsync(moe, "/creel/whoami")).ShouldBe(200);
    }

    [Fact]
    public async Task An_agent_that_the_habitat_no_longer_has_is_told_so()
    {
        using var lisa = await ClientAsync(Lisa);
        elsewhere.Habitat.Remove(Lisa);

        (await StatusAsync(lisa, "/creel/whoami")).ShouldBe(403);
        elsewhere.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_token_of_an_agent_that_lives_at_another_gateway_now_is_nobodys()
    {
        using var lisa = await ClientAsync(Lisa);
        elsewhere.Habitat[Lisa] = "other";

        using var refused = await lisa.GetAsync("/creel/whoami");

        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("no agent 'lisa' at prod");
        elsewhere.Calls.ShouldBeEmpty();
    }

    /// <summary>The new token of an agent that is not let in ends no older one, and none of them lives longer.</summary>
    [Fact]
    public async Task Who_is_refused_has_changed_nothing()
    {
        var place = new Resident(Lisa, "prod");
        var old = await elsewhere.Tokens.MintAsync(place);
        var fresh = await elsewhere.Tokens.MintAsync(place);
        await elsewhere.Tokens.SucceedAsync(place, fresh, time.GetUtcNow().AddHours(1));
        var before = await elsewhere.Tokens.FindAsync(fresh);
        elsewhere.Habitat[Lisa] = "other";
        time.Shift(TimeSpan.FromMinutes(30));

        (await StatusAsync(server.Anybody, "/creel/whoami", ("X-Agent-Token", fresh))).ShouldBe(403);

        (await elsewhere.Tokens.FindAsync(fresh)).ShouldNotBeNull().ExpiresAt.ShouldBe(before!.ExpiresAt);
        (await elsewhere.Tokens.FindAsync(old)).ShouldNotBeNull();
        elsewhere.Habitat[Lisa] = "prod";
        (await StatusAsync(server.Anybody, "/creel/whoami", ("X-Agent-Token", fresh))).ShouldBe(200);
        (await elsewhere.Tokens.FindAsync(old)).ShouldBeNull();
    }

    [Fact]
    public async Task A_foreign_host_name_and_a_page_of_another_site_stay_outside_with_a_right_token()
    {
        var token = await elsewhere.Tokens.MintAsync(new(Lisa, "prod"));
        (await StatusAsync(server.Anybody, "/creel/whoami", ("X-Agent-Token", token), ("Host", "evil.example"))).ShouldBe(421);
        (
            await StatusAsync(server.Anybody, "/creel/whoami", ("X-Agent-Token", token), ("Origin", "http://evil.example"))
        ).ShouldBe(403);
    }

    [Fact]
    public async Task Behind_a_reverse_proxy_it_is_served_under_the_name_that_was_given()
    {
        await using var named = await HubServer.StartAsync(
            new HubConfig { Elsewhere = elsewhere },
            web: w => w with { HostNames = ["creel.example"] }
        );
        var token = await elsewhere.Tokens.MintAsync(new(Lisa, "prod"));

        (await StatusAsync(named.Anybody, "/creel/whoami", ("X-Agent-Token", token), ("Host", "creel.example"))).ShouldBe(200);
    }

    [Fact]
    public async Task A_cell_needs_no_token_and_is_seen_too()
    {
        using var bart = server.CellClient("c1");

        (await StatusAsync(bart, "/creel/whoami")).ShouldBe(200);

        elsewhere.Calls.ShouldBe([AgentId.Parse("bart")]);
    }

    [Fact]
    public async Task A_task_for_an_agent_elsewhere_is_refused_with_where_it_is()
    {
        using var answer = await server.Client.PostAsync(
            "/agents/lisa/task",
            HubServer.Json("""{"type":"turn","message":"hi"}""")
        );

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await answer.Content.ReadAsStringAsync()).ShouldContain("prod");
    }

    private async Task<HttpClient> ClientAsync(AgentId agent, string header = "X-Agent-Token", string before = "")
    {
        var client = new HttpClient { BaseAddress = server.Client.BaseAddress };
        client.DefaultRequestHeaders.Add(header, before + await elsewhere.Tokens.MintAsync(new(agent, "prod")));
        return client;
    }

    private static async Task<int> StatusAsync(HttpClient client, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await client.SendAsync(request);
        return (int)answer.StatusCode;
    }

    private async Task<string> RawAsync(string headers)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.HttpPort);
        await using var stream = socket.GetStream();
        var request = Encoding.ASCII.GetBytes(
            $"GET /creel/whoami HTTP/1.1\r\nHost: 127.0.0.1:{server.HttpPort}\r\n{headers}\r\n"
        );
        try
        {
            await stream.WriteAsync(request);
        }
        catch (IOException)
        {
            // It need not read all of it to refuse it.
        }

        var answer = new byte[4096];
        var got = 0;
        try
        {
            got = await stream.ReadAsync(answer);
        }
        catch (IOException) { }

        return Encoding.ASCII.GetString(answer, 0, got);
    }
}
