using Creel.Core;

namespace Creel.Tests.Cli;

/// <summary><c>creel provision --plan</c>: what would be done, as a person reads it.</summary>
public sealed class ProvisionPlanVerbTests : IAsyncLifetime
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
}
