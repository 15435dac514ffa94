using Creel.Core;

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
                  = USER.md        kept: the agent changed it, and so did we
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
        run.Output.ShouldStartWith("prod: can't be looked at: it is gone\nbart: waiting\nlisa: waiting\n");
        run.Output.ShouldEndWith("0 of 2 agents as the habitat says, in 5.0 s; see: creel provision status\n");
        run.Error.ShouldBe("  → at once: creel provision --gateway prod\n");
        var status = await CliRun.RunAsync(server, "provision", "status");
        status.Output.ShouldContain("it is gone\n");
        status.Output.ShouldEndWith("as bart\n");
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
        run.Output.ShouldStartWith(
            "prod: 1 agent of 1; its configuration is not written\n  bart: SOUL.md written\nbart: waiting: it is gone\n"
        );
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
}
