using System.Text.Json;

namespace Creel.Tests.Cli;

/// <summary>agent add, delete, list and import of agents at gateways elsewhere; board, user.</summary>
public sealed class ElsewhereVerbTests : IAsyncLifetime
{
    private const string Gateways = """
        {"gateways":[{"name":"prod","url":"wss://x","device":false,"secret":true,"agents":[
          {"id":"moe","gateway":"prod","name":"Moe","kind":"standalone","files":false},
          {"id":"bart","gateway":"prod","name":"Bart","kind":"board","board":"school","files":true}]}]}
        """;

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task One_is_added_to_the_habitat_and_it_is_said_how_it_comes_there()
    {
        server.On("POST /gateways/prod/agents", """{"id":"bart"}""");

        var run = await CliRun.RunAsync(
            server,
            [
                .. (string[])["agent", "add", "Bart S", "--gateway", "prod", "--board", "school", "--lead"],
                "--role",
                "Pupil",
                "--every",
                "5m",
            ]
        );

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("added bart-s to the habitat, for prod\n");
        run.Error.ShouldBe("  → it is brought there by: creel provision --gateway prod\n");
        JsonElement
            .Parse(server.Requests.First().Body)
            .GetRawText()
            .ShouldBe(
                """{"id":"bart-s","lead":true,"name":"Bart S","board":"school","profile":{"role":"Pupil"},"heartbeat":{"every":"5m"}}"""
            );
    }

    [Fact]
    public async Task A_time_without_a_unit_is_written_with_one_and_that_is_said()
    {
        server.On("POST /gateways/prod/agents", """{"id":"bart"}""");

        var run = await CliRun.RunAsync(server, "agent", "add", "bart", "--gateway", "prod", "--every", "10");

        run.Error.ShouldStartWith("  --every 10 has no unit: 10 minutes are written, 10m\n");
        server.Requests.Single().Body.ShouldContain("\"every\":\"10m\"");

        // What is no time is refused as it was written.
        await CliRun.RunAsync(server, "agent", "add", "lisa", "--gateway", "prod", "--every", "");
        server.Requests.Last().Body.ShouldContain("\"every\":\"\"");
    }

    [Fact]
    public async Task A_name_that_is_all_emoji_wants_an_id_beside_it()
    {
        var run = await CliRun.RunAsync(server, "agent", "add", "🦊🦊", "--gateway", "prod");

        run.ExitCode.ShouldBe(2, run.ToString());
        run.Error.ShouldContain("has no letter or digit to make an id of");
        run.Error.ShouldContain("creel agent add fox --name NAME");

        server.On("POST /gateways/prod/agents", "{}");
        (await CliRun.RunAsync(server, "agent", "add", "fox", "--name", "🦊🦊", "--gateway", "prod")).ExitCode.ShouldBe(0);
        JsonElement.Parse(server.Requests.Single().Body).GetProperty("name").GetString().ShouldBe("🦊🦊");
    }

    [Theory]
    [InlineData("agent add bart --board school")]
    [InlineData("agent add bart --gateway prod --workspace /x")]
    [InlineData("agent add bart --gateway prod --bind telegram")]
    [InlineData("agent import")]
    public async Task What_does_not_go_together_is_a_wrong_usage(string line)
    {
        (await CliRun.RunAsync(server, line.Split(' '))).ExitCode.ShouldBe(64);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_is_taken_out_of_the_habitat_and_it_is_said_that_it_is_still_there()
    {
        server.On("GET /gateways", Gateways);
        server.On("DELETE /gateways/prod/agents/bart", """{"removed":true}""");

        var run = await CliRun.RunAsync(server, "agent", "delete", "bart", "--yes");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("deleted bart from the habitat; at prod it is still there\n");
        run.Error.ShouldContain("creel provision --gateway prod --prune");
    }

    [Fact]
    public async Task They_are_listed_with_their_gateway_and_what_is_known()
    {
        server.On("GET /agents", """{"agents":[]}""");
        server.On("GET /gateways", Gateways);
        server.On("GET /checkins", """{"agents":[{"id":"bart","status":"online","lastSeen":1,"generation":1,"wakes":1}]}""");

        var run = await CliRun.RunAsync(server, "agent", "list");

        run.ExitCode.ShouldBe(0, run.ToString());
        var lines = run.Output.TrimEnd('\n').Split('\n');
        lines[0].ShouldContain("GATEWAY");
        lines[1].ShouldMatch(@"^bart\s+prod\s+online\s+Bart\s+board\s+school\s+ours\s+\d+d.* ago$");
        lines[2].ShouldMatch(@"^moe\s+prod\s+-\s+Moe\s+standalone\s+-\s+left as they are\s+never$");
        var json = JsonElement.Parse((await CliRun.RunAsync(server, "agent", "list", "--json")).Output);
        json.GetProperty("elsewhere")[0].GetProperty("id").GetString().ShouldBe("bart");
        json.GetProperty("elsewhere")[0].GetProperty("status").GetString().ShouldBe("online");
    }

    [Fact]
    public async Task Why_one_is_away_is_told_below_once_for_all_of_one_cause()
    {
        var cause = "woken 3 times without a call: " + new string('x', 300);
        server.On("GET /agents", """{"agents":[]}""");
        server.On(
            "GET /gateways",
            Gateways.Replace("]}]}", """,{"id":"lisa","gateway":"prod","name":"Lisa","kind":"lead","files":true}]}]}""")
        );
        server.On(
            "GET /checkins",
            $$"""
            {"agents":[
              {"id":"bart","status":"offline","generation":1,"wakes":3,"why":"{{cause}}"},
              {"id":"lisa","status":"offline","generation":1,"wakes":3,"why":"{{cause}}"},
              {"id":"moe","status":"awaited","generation":1,"wakes":1,"why":"the gateway is\u202e away"}]}
            """
        );

        var run = await CliRun.RunAsync(server, "agent", "list");

        run.ExitCode.ShouldBe(0, run.ToString());
        var told = run.Error.TrimEnd('\n').Split('\n');
        told.Length.ShouldBe(2, run.ToString());
        told[0].ShouldStartWith("bart, lisa: offline: woken 3 times without a call: xxx");
        told[0].ShouldEndWith("x…");
        told[0].Length.ShouldBeLessThan(240);
        told[1].ShouldBe("moe: awaited: the gateway is away");
        var json = JsonElement.Parse((await CliRun.RunAsync(server, "agent", "list", "--json")).Output).GetProperty("elsewhere");
        json[0].GetProperty("why").GetString().ShouldBe(cause);
    }

    [Fact]
    public async Task Why_they_are_away_is_told_however_many_they_are()
    {
        var ids = Enumerable.Range(10, 60).Select(i => $"agent-{i}").ToList();
        var known = ids.Select(id => $$"""{"id":"{{id}}","gateway":"prod","name":"x","kind":"standalone","files":true}""");
        var signs = ids.Select(id => $$"""{"id":"{{id}}","status":"offline","generation":1,"wakes":3,"why":"no model"}""");
        server.On("GET /agents", """{"agents":[]}""");
        server.On("GET /gateways", $$"""{"gateways":[{"name":"prod","url":"wss://x","agents":[{{string.Join(',', known)}}]}]}""");
        server.On("GET /checkins", $$"""{"agents":[{{string.Join(',', signs)}}]}""");

        var run = await CliRun.RunAsync(server, "agent", "list");

        run.Error.ShouldBe($"{string.Join(", ", ids)}: offline: no model\n", run.ToString());
    }

    [Fact]
    public async Task An_import_tells_what_it_took_and_what_it_could_not()
    {
        server.On(
            "POST /gateways/prod/import",
            """
            {"gateway":"prod","plan":false,"adopted":[{"id":"moe","name":"Moe","session":"agent:moe:main","workspace":"/w/moe"}],"known":["bart"],
             "told":[{"agent":"main","message":"taken","remedy":"do"}]}
            """
        );

        var run = await CliRun.RunAsync(server, "agent", "import", "--gateway", "prod", "--agent", "moe", "--agent", "main");

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Output.ShouldContain("agent:moe:main");
        run.Output.ShouldEndWith("1 agent of prod taken in; the habitat has 1 agent of it already\n");
        run.Error.ShouldContain("main: taken\n  → do\n");
        server.Requests.Single().Body.ShouldBe("""{"agents":["moe","main"],"as":null,"plan":false}""");
    }

    [Fact]
    public async Task An_import_with_nothing_to_do_says_so_and_exits_0()
    {
        server.On("POST /gateways/prod/import", """{"gateway":"prod","plan":true,"adopted":[],"known":["a","b"],"told":[]}""");

        var run = await CliRun.RunAsync(server, "agent", "import", "--gateway", "prod", "--plan");

        (run.ExitCode, run.Output).ShouldBe((0, "nothing to do at prod; the habitat has 2 agents of it already\n"));
    }

    [Fact]
    public async Task Boards_and_users_are_added_listed_and_taken_out()
    {
        server.On("POST /boards", "{}");
        server.On(
            "GET /boards",
            """{"boards":[{"id":"school","name":"School","type":"goal","objective":"Marks","lead":"lisa","user":"marge","agents":["bart","lisa"]}]}"""
        );
        server.On("GET /users", """{"users":[]}""");
        server.On("DELETE /users/marge", "{}");

        var add = await CliRun.RunAsync(server, "board", "add", "school", "--objective", "Marks", "--target-date", "2026-03-01");
        add.Output.ShouldBe("added the board school\n", add.ToString());
        JsonElement
            .Parse(server.Requests.Single().Body)
            .GetRawText()
            .ShouldBe("""{"objective":"Marks","targetDate":"2026-03-01","id":"school"}""");
        (await CliRun.RunAsync(server, "board", "list")).Output.ShouldContain("bart, lisa");
        (await CliRun.RunAsync(server, "user", "list")).Error.ShouldContain("creel user add ID");
        (await CliRun.RunAsync(server, "user", "rm", "marge")).Output.ShouldBe("took out the user marge\n");
    }

    [Fact]
    public async Task Ps_shows_them_below_the_cells_with_how_they_stand()
    {
        server.On("GET /cells", """{"cells":[]}""");
        server.On("GET /gateways", Gateways);
        server.On("GET /checkins", """{"agents":[{"id":"bart","status":"online","lastSeen":1,"generation":1,"wakes":1}]}""");
        server.On("GET /provision", """{"agents":[{"gateway":"prod","agent":"bart","standing":"provisioned"}]}""");

        var run = await CliRun.RunAsync(server, "ps");

        run.ExitCode.ShouldBe(0, run.ToString());
        var lines = run.Output.TrimEnd('\n').Split('\n');
        lines[0].ShouldMatch(@"^ELSEWHERE\s+GATEWAY\s+STANDING\s+STATUS\s+SEEN$");
        lines[1].ShouldMatch(@"^bart\s+prod\s+provisioned\s+online\s+\d+d.* ago$");
        lines[2].ShouldMatch(@"^moe\s+prod\s+-\s+-\s+never$");
        var json = JsonElement.Parse((await CliRun.RunAsync(server, "ps", "--json")).Output);
        json.GetProperty("elsewhere")[0].GetProperty("standing").GetString().ShouldBe("provisioned");
    }

    [Fact]
    public async Task Where_a_habitat_is_up_and_has_nobody_nobody_is_told_to_bring_one_up()
    {
        server.On("GET /agents", """{"agents":[]}""");
        server.On("GET /cells", """{"cells":[]}""");
        (await CliRun.RunAsync(server, "agent", "list")).Error.ShouldBe("  → bring a habitat up with: creel up FILE\n");
        (await CliRun.RunAsync(server, "ps")).Error.ShouldBe("  → bring a habitat up with: creel up FILE\n");

        server.On("GET /habitat", """{"name":"x","file":"/x"}""");

        (await CliRun.RunAsync(server, "agent", "list")).Error.ShouldStartWith(
            "  → the habitat that is up has none: creel agent add ID"
        );
        (await CliRun.RunAsync(server, "ps")).Error.ShouldContain("creel agent add ID --gateway NAME");
    }

    [Fact]
    public async Task Who_is_meant_may_live_elsewhere()
    {
        server.On("GET /agents", """{"agents":[]}""");
        server.On("GET /gateways", Gateways);
        server.On("GET /agents/brat/status", """{"error":"no","code":"agent-not-found"}""", 404);

        var run = await CliRun.RunAsync(server, "agent", "status", "brat");

        run.ExitCode.ShouldBe(3, run.ToString());
        run.Error.ShouldContain("did you mean 'bart'?");
    }

    [Theory]
    [InlineData("GET /agents/bart/streams", "agent-not-found", "exec bart -- true")]
    [InlineData("POST /agents/bart/restart", "agent", "agent restart bart")]
    [InlineData("POST /turns", "unknown-agent", "chat bart -m hello")]
    public async Task What_needs_a_cell_is_refused_with_what_one_elsewhere_can_be_asked_for(
        string route,
        string code,
        string line
    )
    {
        server.On("GET /agents", """{"agents":[]}""");
        server.On("GET /gateways", Gateways);
        server.On(route, $$"""{"error":"there is no agent","code":"{{code}}"}""", 404);

        var run = await CliRun.RunAsync(server, line.Split(' '));

        run.ExitCode.ShouldBe(6, run.ToString());
        run.Error.ShouldContain("bart lives at prod, and has no cell here");
        run.Error.ShouldContain("creel agent nudge bart");
        run.Error.ShouldContain("creel task send bart");
    }
}
