using System.Globalization;
using Creel.Core;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Cli;

/// <summary>Agents at gateways elsewhere on the command line.</summary>
public sealed class ProvisionVerbTests : IAsyncLifetime
{
    private const string Plan = """
        {"gateways":[
          {"gateway":"prod","work":true,"patches":true,
           "agents":[
             {"agent":"bart","id":"mc-bart","work":true,"creates":true,"session":"made","token":"new","wake":"provisioned",
              "files":[{"name":"SOUL.md","act":"write","why":"not there yet"}]},
             {"agent":"lisa","id":"mc-lisa","work":true,"changes":["heartbeat"],"files":[
              {"name":"USER.md","act":"keep","why":"the agent changed it, and so did we","diff":["-old","+new"]}]},
             {"agent":"ned","id":"mc-ned","work":false}],
           "leaving":[{"agent":"maggie","id":"mc-maggie","act":"told"}],
           "problems":[{"agent":"todd","error":"SOUL.md:1:2 no such filter","remedy":"mend it"}]},
          {"gateway":"test","work":false,"patches":false,"agents":[]},
          {"gateway":"gone","work":false,"error":"nobody listens","remedy":"start it"}]}
        """;

    private const string Bart =
        """{"gateway":"prod","agent":"bart","id":"mc-bart","standing":"waiting","attempts":2,"nextTry":"2099-01-01T00:00:00Z","error":"it is gone","command":"creel provision --gateway prod --agent bart"}""";

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task A_plan_is_read_as_a_diff()
    {
        server.On("POST /provision/plan", Plan);

        var run = await CliRun.RunAsync(server, "provision", "--plan", "--gateway", "prod", "--overwrite");

        run.Output.ShouldBe(
            """
            prod: 2 agents of 3; its configuration is written once
              + bart (mc-bart): made; conversation made; a new token; woken
                  + SOUL.md        not there yet
              ~ lisa (mc-lisa): heartbeat
                  = USER.md        kept: the agent changed it, and so did we (--overwrite writes ours)
                      -old
                      +new
              . maggie (mc-maggie): the habitat does not name it any more; --prune takes it away
              ! todd: SOUL.md:1:2 no such filter
                  → mend it
            test: nothing to do (0 agents)
            gone: can't be looked at: nobody listens
              → start it

            """
        );
        run.ExitCode.ShouldBe(ExitCodes.Negative);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_line_of_a_file_begins_nowhere_where_one_of_ours_does(bool terminal)
    {
        var far = new string(' ', 68);
        server.On(
            "POST /provision/plan",
            $$"""
            {"gateways":[{"gateway":"prod","work":true,"agents":[{"agent":"lisa","id":"mc-lisa","work":true,"files":[
              {"name":"SOUL.md","act":"write","why":"x","diff":["-a\rforged: 1","+{{far}}forged: 2","+\u0301\u200bforged: 3"]}]}]}]}
            """
        );

        var run = await new CliRun.Setting { Home = server.Home, Terminal = terminal }.RunAsync("provision", "--plan", "--diff");

        var lines = run.Output.Split('\n').SkipWhile(l => !l.Contains("SOUL.md")).Skip(1).SkipLast(1).ToList();
        lines.Count.ShouldBe(terminal ? 4 : 3, run.ToString());
        lines.ShouldAllBe(l => l.StartsWith("          ") && (!terminal || l.Length < 80));
        lines[0].ShouldBe(@"          -a\rforged: 1");
        lines[^1].ShouldBe("          +\u0301\\u{200b}forged: 3");
    }

    [Theory]
    [InlineData("""{"gateway":"prod","work":false,"agents":[],"problems":[{"agent":"todd","error":"x","invalid":true}]}""", 2)]
    [InlineData("""{"gateway":"prod","work":false,"agents":[],"problems":[{"agent":"todd","error":"x","invalid":false}]}""", 1)]
    [InlineData("""{"gateway":"prod","work":true,"agents":[{"agent":"a","id":"a","work":true,"error":"x","invalid":true}]}""", 2)]
    [InlineData("""{"gateway":"prod","work":true,"agents":[{"agent":"a","id":"a","work":true}],"problems":[]}""", 0)]
    public async Task A_plan_with_problems_is_no_success(string plan, int code)
    {
        server.On("POST /provision/plan", $$"""{"gateways":[{{plan}}]}""");

        (await CliRun.RunAsync(server, "provision", "--plan")).ExitCode.ShouldBe(code);
        (await CliRun.RunAsync(server, "provision", "--plan", "--json")).ExitCode.ShouldBe(code);
    }

    [Fact]
    public async Task What_is_wrong_with_a_gateway_is_said_once_for_all_who_live_there()
    {
        var lisa = Bart.Replace("bart", "lisa", StringComparison.Ordinal);
        server.Lines(
            "POST /provision",
            """{"event":"unreached","gateway":"prod","error":"it is gone"}""",
            $$"""{"event":"agent","agent":{{Bart}}}""",
            $$"""{"event":"agent","agent":{{lisa}}}""",
            $$"""{"event":"done","ok":false,"seconds":4.986,"agents":[{{Bart}},{{lisa}}]}"""
        );
        server.On("GET /provision", $$"""{"agents":[{{Bart}},{{lisa}}]}""");

        var run = await CliRun.RunAsync(server, "provision");

        run.Output.Split("it is gone").Length.ShouldBe(2, run.ToString());
        run.Output.ShouldBe(
            """
            prod: can't be looked at: it is gone
            prod can't be reached; 2 wait
            0 of 2 agents known to be as the habitat says, in 5.0 s; see: creel provision status

            """
        );
        run.Error.ShouldBe("  → at once: creel provision --gateway prod\n");
        var status = await CliRun.RunAsync(server, "provision", "status");
        status.Output.ShouldContain("it is gone\n");
        status.Output.ShouldEndWith("as bart\n");
    }

    [Fact]
    public async Task A_gateway_that_goes_is_told_at_once_and_who_was_well_is_not_said_to_wait()
    {
        var lisa = Bart.Replace("bart", "lisa", StringComparison.Ordinal)
            .Replace("\"waiting\"", "\"provisioned\",\"unseen\":true", StringComparison.Ordinal);
        server.Lines(
            "POST /provision",
            """{"event":"waits","gateway":"prod","began":"2099-01-01T00:00:00Z","seconds":12.04}""",
            """{"event":"away","gateway":"prod","error":"it is gone"}""",
            """{"event":"unreached","gateway":"prod","error":"it is gone","nextTry":"2099-01-01T00:00:00Z"}""",
            $$"""{"event":"agent","agent":{{Bart}}}""",
            $$"""{"event":"done","ok":false,"seconds":5,"agents":[{{Bart}},{{lisa}}]}"""
        );

        var run = await CliRun.RunAsync(server, "provision");

        var at = DateTimeOffset.Parse("2099-01-01T00:00:00Z", CultureInfo.InvariantCulture).ToLocalTime();
        run.Output.ShouldBe(
            $"""
            waits for the run at prod that began 12.0 s ago
            prod can't be reached: it is gone; trying again
            prod still can't be reached; trying again, next at {at.ToString("HH:mm:ss", CultureInfo.InvariantCulture)}
            prod can't be reached; 1 as they were, 1 waits
            0 of 2 agents known to be as the habitat says, in 5.0 s; see: creel provision status

            """
        );
        run.ExitCode.ShouldBe(ExitCodes.Negative);
    }

    [Fact]
    public async Task What_happens_is_told_and_the_end_says_where_all_stand()
    {
        server.On(
            "POST /provision",
            """{"event":"plan","plan":{"gateway":"prod","work":true,"patches":false,"agents":[{"agent":"bart","id":"mc-bart","work":true}]}}"""
                + "\n"
                + """{"event":"step","gateway":"prod","agent":"bart","text":"SOUL.md written"}"""
                + "\n"
                + $$"""{"event":"agent","agent":{{Bart}}}"""
                + "\n"
                + $$"""{"event":"done","ok":false,"seconds":1.5,"agents":[{{Bart}}]}"""
                + "\n"
        );

        var run = await CliRun.RunAsync(server, "provision");

        run.ExitCode.ShouldBe(ExitCodes.Negative, run.ToString());
        run.Output.ShouldStartWith("prod: 1 agent of 1\n  bart: SOUL.md written\nbart: waiting: it is gone\n");
        run.Output.ShouldContain("0 of 1 agent as the habitat says");
        run.Error.ShouldContain("→ at once: creel provision --gateway prod --agent bart");
    }

    [Fact]
    public async Task A_sync_says_how_many_it_brought_up_to_date()
    {
        server.On(
            "POST /provision/sync",
            """{"event":"done","ok":true,"seconds":1,"agents":[],"agentsUpdated":2,"agentsUnchanged":3,"agentsSkipped":1,"mainUpdated":true}"""
                + "\n"
        );

        var run = await CliRun.RunAsync(server, "provision", "sync", "--gateway", "prod");

        run.ExitCode.ShouldBe(ExitCodes.Ok, run.ToString());
        run.Output.ShouldStartWith("2 updated, 3 as they should be, 1 skipped, and the main agent updated");
        (await CliRun.RunAsync(server, "provision", "sync")).ExitCode.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task Its_status_names_the_next_try_and_what_to_do()
    {
        server.On("GET /provision", $$"""{"agents":[{{Bart}},{"agent":"lisa","gateway":"prod","standing":"new"}]}""");

        var run = await CliRun.RunAsync(server, "provision", "status");

        run.Output.ShouldContain("bart   prod     waiting");
        run.Error.ShouldContain("what is new in the habitat is brought there by: creel provision");
    }

    [Fact]
    public async Task Where_no_habitat_is_up_there_is_nothing_to_stand_in()
    {
        server.On("GET /provision", """{"agents":[]}""");

        (await CliRun.RunAsync(server, "provision", "status")).ExitCode.ShouldBe(ExitCodes.Unavailable);

        server.On("GET /habitat", """{"name":"x","file":"/x"}""");
        (await CliRun.RunAsync(server, "provision", "status")).ExitCode.ShouldBe(ExitCodes.Ok);
    }

    [Fact]
    public async Task One_that_is_left_at_a_gateway_is_not_shown_as_provisioned()
    {
        server.On(
            "GET /provision",
            """{"agents":[{"agent":"bart","gateway":"prod","id":"mc-bart","standing":"left","atWork":false,"error":"not wanted any more","remedy":"Take it away: creel provision --gateway prod --agent bart --prune"}]}"""
        );

        var run = await CliRun.RunAsync(server, "provision", "status");

        run.Output.ShouldContain("bart   prod     left");
        run.Output.ShouldContain("not wanted any more");
        run.Error.ShouldContain("creel provision --gateway prod --agent bart --prune");
    }

    [Fact]
    public async Task A_file_that_is_not_the_one_that_is_up_is_refused_with_how_to_bring_it_up()
    {
        server.On("GET /habitat", """{"name":"x","file":"/else/habitat.json5"}""");
        var file = Path.Combine(server.Home, "habitat.json5");
        await File.WriteAllTextAsync(file, "{}");

        var run = await CliRun.RunAsync(server, "provision", file);

        run.ExitCode.ShouldBe(ExitCodes.Conflict);
        run.Error.ShouldContain($"creel up {file}");

        // By another way to it, it is the same one.
        var link = Path.Combine(server.Home, "link.json5");
        File.CreateSymbolicLink(link, file);
        server.On("GET /habitat", $$"""{"name":"x","file":"{{file}}"}""");
        server.On("POST /provision/plan", """{"gateways":[]}""");
        (await CliRun.RunAsync(server, "provision", link, "--plan")).ExitCode.ShouldBe(ExitCodes.Ok);
    }

    private const string Wrong =
        """{"file":"/h.json5","notice":"the files are wrong, and what was right before stays in force: h.json5:3:5 no such key","wrong":true}""";

    private const string Pruned =
        """{"gateways":[{"gateway":"prod","work":true,"agents":[],"leaving":[{"agent":"maggie","id":"mc-maggie","act":"removed"}]}]}""";

    private const string Nothing = """{"event":"done","ok":true,"seconds":1,"agents":[]}""";

    [Fact]
    public async Task Who_provisions_what_was_right_before_is_told_that_the_files_are_wrong()
    {
        server.On("POST /habitat/look", Wrong);
        server.Lines("POST /provision", Nothing);
        server.On("POST /provision/plan", """{"gateways":[]}""");

        var run = await CliRun.RunAsync(server, "provision");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldStartWith(
            "note: the files are wrong, and what was right before stays in force: h.json5:3:5 no such key\n"
        );
        (await CliRun.RunAsync(server, "provision", "--plan")).Error.ShouldStartWith("note: the files are wrong");
        (await CliRun.RunAsync(server, "provision", "--prune")).ExitCode.ShouldBe(0, "nobody would go");
    }

    [Fact]
    public async Task A_file_that_is_named_and_wrong_is_refused()
    {
        var file = Path.Combine(server.Home, "habitat.json5");
        await File.WriteAllTextAsync(file, "{");
        server.On("GET /habitat", $$"""{"name":"x","file":"{{file}}"}""");
        server.On("POST /habitat/look", Wrong);
        server.On("POST /provision/plan", """{"gateways":[]}""");

        foreach (
            var line in (string[][])
                [
                    ["provision", file],
                    ["provision", file, "--plan"],
                ]
        )
        {
            var run = await CliRun.RunAsync(server, line);

            run.ExitCode.ShouldBe(ExitCodes.Invalid, run.ToString());
            run.Error.ShouldContain("no such key");
            run.Error.ShouldContain("creel habitat check /h.json5");
        }

        server.Requests.ShouldNotContain(r => r.Path.StartsWith("/provision", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("provision --prune --yes")]
    [InlineData("provision --overwrite --yes")]
    [InlineData("provision sync --gateway prod")]
    public async Task While_the_files_are_wrong_nothing_is_taken_away_or_written_over(string line)
    {
        server.On("POST /habitat/look", Wrong);
        Overwriting(
            """{"gateways":[{"gateway":"prod","work":true,"leaving":[{"agent":"maggie","id":"m","act":"removed"}],"agents":[{"agent":"lisa","id":"lisa","work":true,"files":[{"name":"MEMORY.md","act":"ACT","why":""}]}]}]}"""
        );

        var run = await CliRun.RunAsync(server, line.Split(' '));

        run.ExitCode.ShouldBe(ExitCodes.Invalid, run.ToString());
        server.Requests.ShouldNotContain(r => r.Path == "/provision" || r.Path == "/provision/sync");
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("\n", 1)]
    public async Task Who_would_be_taken_away_is_named_and_goes_only_when_that_is_meant(string typed, int code)
    {
        server.On("POST /provision/plan", Pruned);
        server.Lines("POST /provision", Nothing);

        var run = await Terminal(typed).RunAsync("provision", "--prune");

        run.ExitCode.ShouldBe(code, run.ToString());
        run.Error.ShouldStartWith(
            "  - maggie, at prod\nTake away 1 agent, with files and conversation? It can't be undone. [y/N] "
        );
        server.Requests.Count(r => r.Path == "/provision").ShouldBe(1 - code);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_nobody_is_taken_away_without_yes()
    {
        server.On("POST /provision/plan", Pruned);
        server.Lines("POST /provision", Nothing);

        (await CliRun.RunAsync(server, "provision", "--prune")).ExitCode.ShouldBe(ExitCodes.Usage);
        server.Requests.ShouldNotContain(r => r.Path == "/provision");
        (await CliRun.RunAsync(server, "provision", "--prune", "--yes")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_gateway_that_cant_be_looked_at_may_lose_what_nobody_sees()
    {
        server.On("POST /provision/plan", """{"gateways":[{"gateway":"gone","work":false,"error":"nobody listens"}]}""");

        var run = await Terminal("\n").RunAsync("provision", "--prune");

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Error.ShouldContain("at gone, where nobody can see now what that is?");
    }

    [Fact]
    public async Task Only_files_that_would_stay_without_it_are_asked_for_before_they_are_written_over()
    {
        Overwriting(
            """{"gateways":[{"gateway":"prod","work":true,"agents":[{"agent":"lisa","id":"lisa","work":true,"files":[{"name":"SOUL.md","act":"write","why":""},{"name":"MEMORY.md","act":"ACT","why":""}]}]}]}"""
        );
        server.Lines("POST /provision", Nothing);

        var run = await Terminal("y\n").RunAsync("provision", "--overwrite");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldStartWith("  ~ lisa, at prod: MEMORY.md\nReplace files of 1 agent with ours? It can't be undone. [y/N] ");
    }

    [Fact]
    public async Task A_lead_who_may_ask_nobody_is_named_below_the_plan()
    {
        server.On("POST /provision/plan", Plan);
        server.On(
            "GET /boards",
            """{"boards":[{"id":"school","lead":"lisa","leadAsks":false,"agents":["lisa","bart"]},{"id":"bar","lead":"ned","leadAsks":true,"agents":["ned","moe"]}]}"""
        );

        var run = await CliRun.RunAsync(server, "provision", "--plan");

        run.Error.ShouldBe(
            "note: lisa leads school, and may ask nobody there for work\n"
                + "  → write into the habitat: tools: { agentToAgent: { enabled: true, allow: [\"bart\", \"lisa\"] } }\n"
        );
    }

    [Fact]
    public async Task As_seed_nobody_is_asked()
    {
        server.Lines("POST /provision", Nothing);

        var run = await CliRun.RunAsync(server, "provision", "--as", "seed", "--overwrite");

        run.ExitCode.ShouldBe(0, run.ToString());
        server.Requests.ShouldNotContain(r => r.Path == "/provision/plan");
    }

    private CliRun.Setting Terminal(string typed) =>
        new()
        {
            Home = server.Home,
            Terminal = true,
            Input = System.Text.Encoding.UTF8.GetBytes(typed),
        };

    /// <summary>A plan in which ACT is what becomes of a file, with and without writing over it.</summary>
    private void Overwriting(string plan) =>
        server.On(
            "POST /provision/plan",
            async context =>
            {
                context.Request.Body.Position = 0;
                using var asked = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
                var act = asked.RootElement.GetProperty("overwrite").GetBoolean() ? "write" : "keep";
                await context.Response.WriteAsync(plan.Replace("ACT", act, StringComparison.Ordinal));
            }
        );
}
