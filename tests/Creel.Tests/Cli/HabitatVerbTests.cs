using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Cli;

/// <summary>plan, up, down, ps: what a person sees while a habitat comes and goes.</summary>
public sealed class HabitatVerbTests : IAsyncLifetime
{
    private const string Plan =
        """{"steps":[{"kind":"start","cell":"0a","group":"homer","agents":["homer"],"driver":"bubblewrap","level":"session","network":"proxy","limits":{"memory":{"value":268435456,"written":true},"cpu":0.5},"why":"new","notes":["cells share a uid"]},{"kind":"start","cell":"0b","group":"bart","agents":["bart","lisa"],"driver":"bubblewrap","level":"session","network":"proxy","why":"new","notes":["cells share a uid","no isolation"]}],"notes":["cells share a uid","no isolation"],"problems":[]}""";

    private static readonly string[] Applied =
    [
        $$"""{"event":"plan","plan":{{Plan}}}""",
        """{"event":"step","index":0,"state":"running"}""",
        """{"event":"step","index":0,"state":"done","ms":41.2}""",
        """{"event":"connected","cell":"0a","group":"homer","ms":58.6}""",
        """{"event":"step","index":1,"state":"done","ms":40}""",
        """{"event":"done","ok":true,"seconds":0.2}""",
    ];

    private ApiServer server = null!;
    private string file = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        server.On("POST /habitat/plan", Plan).Lines("POST /habitat/apply", Applied).Lines("POST /habitat/down", Applied);
        file = Path.Combine(server.Home, "habitat.json5");
        await File.WriteAllTextAsync(file, "{}");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Plan_shows_steps_in_columns_and_changes_nothing()
    {
        var run = await CliRun.RunAsync(server, "plan", file);

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe(
            """
            ACTION  GROUP  AGENTS      DRIVER      LEVEL    NETWORK  LIMITS         WHY
            start   homer  homer       bubblewrap  session  proxy    256m, 0.5 cpu  new
            start   bart   bart, lisa  bubblewrap  session  proxy    -              new

            """
        );
        run.Error.ShouldBe("note: cells share a uid\nnote: bart: no isolation\n");
        server.Requests.ShouldHaveSingleItem().Body.ShouldContain($"\"file\":\"{file}\"");
    }

    [Theory]
    [InlineData(true, true, "256m, 0.5 cpu, 128 pids")]
    [InlineData(true, false, "256m, 128 pids; not enforced: 0.5 cpu")]
    [InlineData(false, false, "not enforced: 256m, 0.5 cpu, 128 pids")]
    public async Task Plan_shows_in_its_table_which_limits_hold(bool memory, bool cpu, string limits)
    {
        var holds = JsonSerializer.Serialize(
            new
            {
                memory,
                cpu,
                pids = memory,
            }
        );
        server.On(
            "POST /habitat/plan",
            $$"""{"steps":[{"kind":"start","group":"homer","agents":["homer"],"driver":"host","limits":{"memory":268435456,"cpu":0.5,"pids":128},"enforced":{{holds}},"why":"new"}]}"""
        );

        (await CliRun.RunAsync(server, "plan", file)).Output.ShouldContain($"  {limits}  new\n");
    }

    [Fact]
    public async Task Up_with_yes_plans_applies_and_tells_each_step()
    {
        var run = await CliRun.RunAsync(server, "up", file, "--yes");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldEndWith(
            "homer: start done (41 ms)\nhomer: connected in 59 ms\nbart: start done (40 ms)\n2 steps done in 200 ms\n"
        );
        run.Error.ShouldContain("creel ps");
    }

    [Theory]
    [InlineData("""{"agent":"bart","gateway":"prod","standing":"new"},{"agent":"moe","standing":"imported"}""", true)]
    [InlineData("""{"agent":"moe","gateway":"prod","standing":"imported"}""", false)]
    public async Task Up_says_what_brings_agents_their_files(string agents, bool told)
    {
        server.On("GET /provision", $$"""{"agents":[{{agents}}]}""");

        var run = await CliRun.RunAsync(server, "up", file, "--yes");

        run.Error.Contains("for 1 agent with files of templates is brought there by: creel provision")
            .ShouldBe(told, run.ToString());
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("contract", false)]
    public async Task I_know_without_the_profile_is_told_that_it_does_nothing(string? profile, bool told)
    {
        string[] arguments = profile is null ? [] : ["--profile", profile];

        var run = await CliRun.RunAsync(server, ["up", file, "--yes", "--i-know", .. arguments]);

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.Contains("--i-know does nothing here").ShouldBe(told);
    }

    [Fact]
    public async Task Up_without_a_terminal_and_without_yes_exits_64_before_anything_is_applied()
    {
        var run = await CliRun.RunAsync(server, "up", file);

        run.ExitCode.ShouldBe(64);
        run.Error.ShouldEndWith("creel: nobody is at a terminal to confirm this: Apply this plan?\n  → add --yes\n");
        server.Requests.ShouldAllBe(request => request.Path == "/habitat/plan");
    }

    [Theory]
    [InlineData("y\n", 0)]
    [InlineData("YES\n", 0)]
    [InlineData("n\n", 1)]
    [InlineData("\n", 1)]
    [InlineData("", 1)]
    public async Task On_a_terminal_up_asks(string typed, int exit)
    {
        var run = await CliRun.Setting.Typing(server, typed).RunAsync("up", file);

        run.ExitCode.ShouldBe(exit, run.ToString());
        run.Error.ShouldContain("Apply this plan? [y/N]");
        server.Requests.Any(request => request.Path == "/habitat/apply").ShouldBe(exit == 0);
    }

    [Fact]
    public async Task On_a_terminal_a_table_fills()
    {
        var run = await new CliRun.Setting { Home = server.Home, Terminal = true }.RunAsync("up", file, "--yes");

        run.ExitCode.ShouldBe(0);
        run.Output.ShouldContain("CONNECTED");
        run.Output.ShouldContain("59 ms");
        run.Output.ShouldEndWith("2 steps done in 200 ms\n");
    }

    [Fact]
    public async Task Up_in_JSON_gives_the_events_a_line_each_and_nothing_else()
    {
        var run = await CliRun.RunAsync(server, "up", file, "--yes", "--json");

        run.ExitCode.ShouldBe(0);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("event").GetString())
            .ShouldBe(["plan", "step", "step", "connected", "step", "done"]);
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_step_that_fails_exits_8_with_its_reason()
    {
        server.Lines(
            "POST /habitat/apply",
            Applied[0],
            """{"event":"step","index":0,"state":"failed","message":"bwrap: \u001b[31mno\u001b[0m user namespaces"}""",
            """{"event":"done","ok":false,"seconds":1.5}"""
        );

        var run = await CliRun.RunAsync(server, "up", file, "--yes");

        run.ExitCode.ShouldBe(8);
        run.Output.ShouldContain("homer: start failed: bwrap: no user namespaces\n1 step of 2 failed in 1.5 s");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_step_that_fails_says_what_mends_it(bool terminal)
    {
        server.Lines(
            "POST /habitat/apply",
            Applied[0],
            """{"event":"step","index":0,"state":"failed","message":"no bwrap","remedy":"apt install bubblewrap"}""",
            """{"event":"done","ok":false,"seconds":1.5}"""
        );

        var run = await new CliRun.Setting { Home = server.Home, Terminal = terminal }.RunAsync("up", file, "--yes");

        run.ExitCode.ShouldBe(8);
        run.Output.ReplaceLineEndings("\n")
            .ShouldContain("homer: start failed: no bwrap\n  → apt install bubblewrap\n1 step of 2 failed");
    }

    [Fact]
    public async Task A_fault_while_applying_exits_8_with_its_remedy()
    {
        server.Lines(
            "POST /habitat/apply",
            Applied[0],
            """{"event":"fault","error":"the disk is full","code":"disk","remedy":"make room"}"""
        );

        var run = await CliRun.RunAsync(server, "up", file, "--yes");

        run.ExitCode.ShouldBe(8);
        run.Error.ShouldEndWith("creel: the disk is full\n  → make room\n");
    }

    [Fact]
    public async Task A_server_that_goes_away_while_applying_exits_4()
    {
        server.Lines("POST /habitat/apply", Applied[0], Applied[1]);

        var run = await CliRun.RunAsync(server, "up", file, "--yes");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("run the same again");
    }

    [Fact]
    public async Task A_habitat_with_errors_exits_2_with_every_problem_at_its_place()
    {
        server.On(
            "POST /habitat/plan",
            """{"problems":[{"severity":"error","file":"h.json5","line":3,"column":7,"path":"agents.list[0].isolation","message":"'sesion' is no level; did you mean 'session'?"},{"severity":"warning","file":"h.json5","line":9,"column":1,"path":"x","message":"unknown key"}]}""",
            400
        );

        var run = await CliRun.RunAsync(server, "up", file, "--yes");

        run.ExitCode.ShouldBe(2);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldBe(
            """
            h.json5:3:7 agents.list[0].isolation: 'sesion' is no level; did you mean 'session'?
            warning: h.json5:9:1 x: unknown key
            creel: 1 error in the habitat, so nothing was done

            """
        );
    }

    [Fact]
    public async Task A_file_that_is_not_there_exits_3()
    {
        var run = await CliRun.RunAsync(server, "up", file + ".not", "--yes");

        run.ExitCode.ShouldBe(3);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Down_asks_with_the_names_of_the_cells_and_keeps_workspaces()
    {
        server.On(
            "GET /cells",
            """{"cells":[{"id":"0a","group":"homer","tasks":{"running":2,"queued":1}},{"id":"0b","group":"bart"}]}"""
        );

        var run = await CliRun.Setting.Typing(server, "y\n").RunAsync("down");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldContain(
            "Stop 2 cells (homer, bart)? Workspaces, homes and sessions stay. 2 tasks that run are interrupted. [y/N]"
        );
        server.Requests.Last().Body.ShouldStartWith("""{"deleteWorkspaces":false,""");
    }

    [Fact]
    public async Task Down_with_yes_can_delete_workspaces()
    {
        (await CliRun.RunAsync(server, "down", "--yes", "--delete-workspaces")).ExitCode.ShouldBe(0);

        server.Requests.Last().Body.ShouldStartWith("""{"deleteWorkspaces":true,""");
    }

    [Fact]
    public async Task Down_says_what_became_of_workspaces()
    {
        server.Lines(
            "POST /habitat/down",
            """{"event":"workspace","agent":"bart","path":"/w/bart","state":"deleted"}""",
            """{"event":"workspace","agent":"lisa","path":"/w/lisa","state":"kept"}""",
            """{"event":"workspace","agent":"moe","path":"/w/moe","state":"kept"}""",
            """{"event":"state","cell":"0a","group":"lisa","path":"/s/0a","state":"kept"}""",
            """{"event":"state","cell":"0b","group":"bart","path":"/s/0b","state":"deleted"}""",
            """{"event":"done","ok":true}"""
        );

        (await CliRun.RunAsync(server, "down", "--yes")).Error.ShouldBe(
            "workspace deleted: /w/bart\nworkspaces stay: /w/lisa, /w/moe\nhomes and sessions stay: /s/0a\n"
                + "  → to delete them: rm -r /w/lisa /w/moe /s/0a\n"
        );
    }

    [Fact]
    public async Task Ps_shows_cells_and_strips_what_agents_put_into_them()
    {
        server.On("GET /cells", Cells);

        var run = await CliRun.RunAsync(server, "ps", "--wide");

        run.ExitCode.ShouldBe(0, run.ToString());
        var lines = run.Output.Split('\n');
        lines[0].ShouldStartWith("CELL");
        lines[1].ShouldContain("1 queued, 40 ok");
        lines[1].ShouldContain("12.5%");
        lines[1].ShouldContain("100m");
        lines[2].ShouldContain("running, not connected");
        lines[2].ShouldEndWith(" 3");
        run.Error.ShouldBe(
            "bart: it evil died; it is started again in 0s\nnote: identity is declared, not proven\nnote: bart: no isolation\n"
        );
    }

    [Fact]
    public async Task Ps_in_JSON_is_the_servers_answer_on_standard_output_alone()
    {
        server.On("GET /cells", Cells);

        var run = await CliRun.RunAsync(server, "ps", "--json");

        run.Error.ShouldBeEmpty();
        run.Output.ShouldNotContain("\x1b");
        run.Output.ShouldNotContain("\u009b");
        run.Output.Count(c => c == '\n').ShouldBe(1);
        var cells = JsonDocument.Parse(run.Output).RootElement.GetProperty("cells");
        cells[1].GetProperty("reason").GetString().ShouldBe("it\u001b[2J evil\u009b31m died");
    }

    [Theory]
    [InlineData(false, "left before the server said that it began; it may have, or not")]
    [InlineData(true, "left; the server finishes what it has begun")]
    public async Task Who_leaves_a_down_is_told_no_more_than_is_known(bool begun, string says)
    {
        using var interrupt = new CancellationTokenSource();
        server.On(
            "POST /habitat/down",
            async context =>
            {
                await context.Response.WriteAsync(begun ? Applied[0] + "\n" : "");
                await context.Response.Body.FlushAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
            }
        );
        var setting = new CliRun.Setting
        {
            Home = server.Home,
            Terminal = true,
            Cancel = interrupt.Token,
        };

        var running = setting.RunAsync("down", "--yes");
        await Eventually.Until(() => begun ? setting.Out.Text.Contains("waiting") : !server.Requests.IsEmpty);
        await interrupt.CancelAsync();

        var run = await running;
        run.ExitCode.ShouldBe(130);
        run.Error.ShouldContain(says);
    }

    private const string Cells =
        """{"cells":[{"id":"0a","group":"homer","agents":["homer"],"level":"session","driver":"bubblewrap","network":"proxy","state":"running","connected":true,"since":1795248587666,"restarts":0,"health":{"cpu":99,"memory":{"used":9999}},"usage":{"cpu":0.125,"memory":104857600},"notes":["identity is declared, not proven"],"tasks":{"queued":1,"running":0,"succeeded":40}},{"id":"0b","group":"bart","agents":["bart"],"state":"running","connected":false,"restarts":3,"reason":"it\u001b[2J evil\u009b31m died","nextTry":1795248587666,"notes":["identity is declared, not proven","no isolation"]}]}""";
}
