using System.Text.Json;
using Creel.Commands.Agents;

namespace Creel.Tests.Cli;

/// <summary>agent, driver, token, audit.</summary>
public sealed class AgentVerbTests : IAsyncLifetime
{
    private const string Agents =
        """{"agents":[{"id":"bart","status":"online","registeredAt":1,"lastSeen":2,"lastHealthCheck":null,"metadata":{"type":"builder","capabilities":"build,docker"},"stats":{"tasksReceived":4,"tasksCompleted":2,"tasksFailed":1,"messagesReceived":0,"messagesSent":0},"health":{"cpu":12.5,"memory":{"total":4000,"used":1000,"free":3000,"usagePercent":25},"disk":null,"uptime":12345},"currentTasks":[{"id":"t1","type":"exec","startedAt":1}]},{"id":123,"status":"offline","registeredAt":1,"lastSeen":null,"metadata":{"type":"generic","capabilities":[]},"stats":null,"health":{"cpu":null,"memory":null,"disk":null,"uptime":null},"currentTasks":[]}]}""";

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task List_shows_agents_even_with_a_number_for_an_id()
    {
        server.On("GET /agents", Agents);

        var run = await CliRun.RunAsync(server, "agent", "list");

        run.ExitCode.ShouldBe(0, run.ToString());
        var lines = run.Output.Split('\n');
        lines[1].ShouldStartWith("bart   online   builder  12.5%  1000m   1 open, 2 ok, 1 failed");
        lines[2].ShouldStartWith("123    offline  generic  -      -       -");
        lines[2].ShouldEndWith("never");
    }

    [Fact]
    public async Task Status_shows_one_agent_and_its_open_tasks()
    {
        server.On(
            "GET /agents/bart/status",
            $$"""{"agent":{{JsonDocument.Parse(Agents).RootElement.GetProperty("agents")[0]}}}"""
        );

        var run = await CliRun.RunAsync(server, "agent", "status", "bart");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("capabilities  build,docker");
        run.Output.ShouldContain("up            3h 25m");
        run.Output.ShouldContain("OPEN TASK");
    }

    [Theory]
    [InlineData("start")]
    [InlineData("stop")]
    [InlineData("restart")]
    public async Task Start_stop_and_restart_say_who_else_was_in_the_cell(string verb)
    {
        server.On("GET /cells", """{"cells":[{"id":"0a","state":"running","agents":["bart","lisa"]}]}""");
        server.On($"POST /agents/bart/{verb}", """{"cell":{"id":"0a","state":"running","agents":["bart","lisa"]}}""");

        var run = await CliRun.RunAsync(server, "agents", verb, "bart");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("bart: running (with lisa, in the same cell)\n");
    }

    [Fact]
    public async Task A_cell_that_is_stopped_already_is_said_to_be()
    {
        server.On("GET /cells", """{"cells":[{"id":"0a","state":"stopped","agents":["bart"]}]}""");

        var run = await CliRun.RunAsync(server, "agent", "stop", "bart");

        (run.ExitCode, run.Output).ShouldBe((0, "bart: already stopped\n"));
    }

    [Fact]
    public async Task An_agent_in_a_cell_shows_what_the_cell_uses_and_never_the_machines_figures()
    {
        const string Health = "\"health\":{\"cpu\":99,\"memory\":{\"used\":9999}}";
        server.On(
            "GET /agents",
            $$$"""{"agents":[{"id":"in","metadata":{"cell":"0a"},{{{Health}}}},{"id":"bare","metadata":{"cell":"0b"},{{{Health}}}},{"id":"far",{{{Health}}}}]}"""
        );
        server.On("GET /cells", """{"cells":[{"id":"0a","usage":{"cpu":0.5,"memory":1048576}},{"id":"0b"}]}""");

        var lines = (await CliRun.RunAsync(server, "agent", "list")).Output.Split('\n');

        lines[1].ShouldMatch(" 50% +1m ");
        lines[2].ShouldMatch("^bare +- +- +- +- ");
        lines[3].ShouldMatch(" 99% +9.8g ");
    }

    [Fact]
    public async Task Create_sends_what_was_said_and_nothing_else()
    {
        server.Lines("POST /habitat/agents", """{"event":"plan","plan":{"steps":[]}}""", """{"event":"done","ok":true}""");

        var run = await CliRun.RunAsync(
            server,
            "agent",
            "create",
            "Ned Flanders",
            "--isolation",
            "session",
            "--memory",
            "256m",
            "--pids",
            "9"
        );

        run.ExitCode.ShouldBe(0, run.ToString());
        server
            .Requests.First()
            .Body.ShouldBe(
                """{"id":"ned-flanders","name":"Ned Flanders","isolation":"session","resources":{"memory":"256m","pids":9}}"""
            );
        run.Error.ShouldContain("creel task send ned-flanders");
    }

    [Theory]
    [InlineData("Ned Flanders", "ned-flanders")]
    [InlineData("bart", "bart")]
    [InlineData("--", null)]
    [InlineData("日本", null)]
    public void An_id_is_made_of_a_name(string name, string? id) => CreateCommand.IdOf(name).ShouldBe(id);

    [Theory]
    [InlineData(null, "/habitat/roster/bart")]
    [InlineData("--delete-files", "/habitat/roster/bart?deleteWorkspaces=true")]
    [InlineData("--delete-workspaces", "/habitat/roster/bart?deleteWorkspaces=true")]
    public async Task Delete_takes_files_along_only_where_that_is_said(string? option, string path)
    {
        server.On("DELETE /habitat/roster/bart", """{"removedBindings":1}""");
        string[] words = ["agent", "delete", "bart", "--yes", .. option is null ? Array.Empty<string>() : [option]];
        (await CliRun.RunAsync(server, words)).ExitCode.ShouldBe(0);
        server.Requests.Last().Path.ShouldBe(path);
    }

    [Fact]
    public async Task Destroy_wants_a_yes_and_keeps_the_workspace()
    {
        server.Lines("DELETE /habitat/agents/bart", """{"event":"done","ok":true}""");

        (await CliRun.RunAsync(server, "agent", "destroy", "bart")).ExitCode.ShouldBe(64);
        server.Requests.ShouldBeEmpty();
        (await CliRun.RunAsync(server, "agent", "destroy", "bart", "--yes")).ExitCode.ShouldBe(0);
        server.Requests.Last().Path.ShouldBe("/habitat/agents/bart");
        (await CliRun.RunAsync(server, "agent", "destroy", "bart", "--yes", "--delete-workspaces")).ExitCode.ShouldBe(0);
        server.Requests.Last().Path.ShouldBe("/habitat/agents/bart?deleteWorkspaces=true");
    }

    [Fact]
    public async Task Destroy_says_what_it_left_behind_and_how_to_delete_it()
    {
        server.Lines(
            "DELETE /habitat/agents/bart",
            """{"event":"local-file","path":"/srv/h.local.json5","state":"written"}""",
            """{"event":"workspace","agent":"bart","path":"/srv/bart's","state":"kept"}""",
            """{"event":"done","ok":true}"""
        );

        var run = await CliRun.RunAsync(server, "agent", "destroy", "bart", "--yes");

        run.Error.ShouldBe(
            "written: /srv/h.local.json5\nworkspace stays: /srv/bart's\n  → to delete it: rm -r '/srv/bart'\\''s'\n"
        );
    }

    [Fact]
    public async Task Register_can_put_the_token_into_a_file_that_only_its_owner_reads()
    {
        server.On("POST /agents/register", """{"agent":{"id":"far"},"token":"far-token","wsUrl":"ws://x/agent/far/far-token"}""");
        var file = Path.Combine(server.Home, "far.token");

        var run = await CliRun.RunAsync(server, "agent", "register", "far", "--token-file", file, "--capabilities", "a, b");

        run.ExitCode.ShouldBe(0, run.ToString());
        (run.Output + run.Error).ShouldNotContain("far-token");
        (await File.ReadAllTextAsync(file)).ShouldBe("far-token\n");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        server.Requests.Single().Body.ShouldBe("""{"agentId":"far","metadata":{"type":"generic","capabilities":["a","b"]}}""");
        (await CliRun.RunAsync(server, "agent", "register", "far", "--token-file", file)).ExitCode.ShouldBe(5);
        server.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("Far/../x")]
    [InlineData("")]
    [InlineData("😀")]
    public async Task What_is_no_agent_id_is_not_registered(string id)
    {
        (await CliRun.RunAsync(server, "agent", "register", id)).ExitCode.ShouldBe(2);

        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Deregister_forgets_it()
    {
        server.On("DELETE /agents/far", """{"status":"deregistered"}""");

        (await CliRun.RunAsync(server, "agent", "deregister", "far")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Drivers_say_what_works_and_what_would_mend_the_rest()
    {
        server.On(
            "GET /drivers",
            """{"drivers":[{"driver":"bubblewrap","level":"session","works":true,"sentence":"bubblewrap 0.8.0","networks":["none","proxy"],"limits":{"memory":true,"cpu":true,"pids":false},"ownUser":true,"provenIdentity":true,"notes":[]},{"driver":"docker","level":"container","works":false,"sentence":"no engine answers","remedy":"apt-get install docker.io","notes":["a note"]}]}"""
        );

        var run = await CliRun.RunAsync(server, "driver", "list");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("bubblewrap  session    yes    none, proxy  memory, cpu  yes       proven");
        run.Error.ShouldBe("note: docker: a note\n  → for docker: apt-get install docker.io\n");
    }

    [Fact]
    public async Task A_join_token_is_the_only_thing_on_standard_output()
    {
        server.On("POST /admin/join-tokens", """{"token":"join-me","expiresAt":9}""");

        var run = await CliRun.RunAsync(server, "token", "join", "--ttl", "30m", "--agent", "far");

        run.Output.ShouldBe("join-me\n");
        server.Requests.Single().Body.ShouldBe("""{"ttlSeconds":1800,"agentId":"far"}""");
    }

    [Fact]
    public async Task Audit_shows_the_newest_entries_and_verify_tells_a_break()
    {
        server
            .On(
                "GET /audit",
                """{"entries":[{"sequence":7,"at":1000,"actor":"agent:homer","action":"bridge.refuse","target":"agent:bart","outcome":"refused","detail":{"kind":"exec","port":null},"hash":"aa"}]}"""
            )
            .On("GET /audit/verify", """{"count":7,"head":"aa","brokenAt":null,"problem":null}""");

        var list = (await CliRun.RunAsync(server, "audit", "-n", "5")).Output;
        list.ShouldContain("agent:homer  bridge.refuse");
        list.ShouldEndWith("kind exec\n", customMessage: "what is null tells nothing");
        server.Requests.Single().Path.ShouldBe("/audit?tail=5");
        (await CliRun.RunAsync(server, "audit", "list", "--json")).Output.ShouldContain("\"sequence\":7");
        (await CliRun.RunAsync(server, "audit", "verify")).ExitCode.ShouldBe(0);

        server.On("GET /audit/verify", """{"count":7,"head":"aa","brokenAt":3,"problem":"the hash differs"}""");
        var broken = await CliRun.RunAsync(server, "audit", "verify");
        broken.ExitCode.ShouldBe(1);
        broken.Output.ShouldBe("BROKEN at entry 3: the hash differs\n");
    }

    [Fact]
    public async Task Audit_that_follows_asks_only_for_what_is_new()
    {
        server.On(
            "GET /audit",
            async context =>
            {
                var after = long.TryParse(context.Request.Query["after"], out var number) ? number : 6;
                await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(
                    context.Response,
                    $$"""{"entries":[{"sequence":{{after + 1}},"at":1,"actor":"admin"}]}"""
                );
            }
        );
        using var interrupt = new CancellationTokenSource();
        var setting = new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token };

        var running = setting.RunAsync("audit", "-f", "--json");
        await Eventually.Until(() => setting.Out.Text.Count(c => c == '\n') >= 2);
        await interrupt.CancelAsync();

        (await running).ExitCode.ShouldBe(130);
        setting.Out.Text.ShouldStartWith("""{"sequence":7,"at":1,"actor":"admin"}""");
        server.Requests.ShouldContain(request => request.Path == "/audit?after=7&limit=1000");
    }
}
