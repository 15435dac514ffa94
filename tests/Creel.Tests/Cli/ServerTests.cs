using System.Net;
using System.Net.Sockets;

namespace Creel.Tests.Cli;

/// <summary>How the command line finds its server, and what it says when it can't.</summary>
public class ServerTests
{
    [Fact]
    public async Task No_server_exits_4_and_says_how_to_start_one()
    {
        var home = Directory.CreateTempSubdirectory("creel-cli-").FullName;
        ApiServer.Secret(Path.Combine(home, "admin.token"), "t");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();

        var run = await new CliRun.Setting { Home = home }.RunAsync("ps", "--url", $"http://127.0.0.1:{port}");

        run.ExitCode.ShouldBe(4);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldBe($"creel: no server answers at http://127.0.0.1:{port}\n  → start it with: creel serve\n");
        Directory.Delete(home, recursive: true);
    }

    [Fact]
    public async Task A_home_without_a_token_exits_4()
    {
        var run = await CliRun.RunAsync("ps");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldContain("start it with: creel serve");
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_token_that_others_may_touch_is_not_used(UnixFileMode more)
    {
        await using var server = await ApiServer.StartAsync();
        var file = Path.Combine(server.Home, "admin.token");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);

        var run = await CliRun.RunAsync(server, "ps");

        run.ExitCode.ShouldBe(6);
        run.Error.ShouldContain($"chmod 600 {file}");
        run.Error.ShouldNotContain(ApiServer.Token);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_token_is_never_sent_over_a_network_in_clear()
    {
        await using var server = await ApiServer.StartAsync();

        var run = await CliRun.RunAsync(server, "ps", "--url", "http://192.0.2.1:9091");

        run.ExitCode.ShouldBe(6);
        run.Error.ShouldContain("in clear");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ftp://localhost/")]
    [InlineData("http://user:secret@localhost/")]
    public async Task An_address_that_is_none_exits_2(string url)
    {
        await using var server = await ApiServer.StartAsync();

        (await CliRun.RunAsync(server, "ps", "--url", url)).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_wrong_token_exits_6_and_asks_whose_home_it_is()
    {
        await using var server = await ApiServer.StartAsync();
        ApiServer.Secret(Path.Combine(server.Home, "admin.token"), "another");

        var run = await CliRun.RunAsync(server, "ps");

        run.ExitCode.ShouldBe(6);
        run.Error.ShouldBe("creel: the token is wrong\n  → is --home the folder of that server?\n");
    }

    [Theory]
    [InlineData(400, 2)]
    [InlineData(403, 6)]
    [InlineData(404, 3)]
    [InlineData(409, 5)]
    [InlineData(413, 2)]
    [InlineData(429, 5)]
    [InlineData(500, 1)]
    [InlineData(501, 7)]
    [InlineData(503, 4)]
    [InlineData(504, 124)]
    public async Task A_fault_comes_back_with_its_sentence_its_remedy_and_its_exit_code(int status, int exit)
    {
        await using var server = await ApiServer.StartAsync();
        server.On("GET /cells", """{"error":"the \u001b[31mcause\u001b[0m","code":"c","remedy":"do this"}""", status);

        var run = await CliRun.RunAsync(server, "ps");

        run.ExitCode.ShouldBe(exit);
        run.Output.ShouldBeEmpty();
        run.Error.ShouldBe("creel: the cause\n  → do this\n");

        run = await CliRun.RunAsync(server, "ps", "--json");

        run.ExitCode.ShouldBe(exit);
        run.Error.ShouldBeEmpty();
        run.Output.ShouldBe(
            $$$"""{"error":{"code":"c","message":"the cause","remedy":"do this","exitCode":{{{exit}}}}}""" + "\n"
        );
    }

    [Fact]
    public async Task Where_no_server_left_its_address_none_is_guessed()
    {
        await using var server = await ApiServer.StartAsync();
        File.Delete(Path.Combine(server.Home, "serve.json"));

        var run = await CliRun.RunAsync(server, "ps");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldStartWith($"creel: no server is running from {server.Home}\n  → start it with: creel serve");
    }

    [Theory]
    [InlineData("brat", "did you mean 'bart'? all of them: creel agent list")]
    [InlineData("moe", "see who is there: creel agent list")]
    public async Task An_agent_that_nobody_knows_is_answered_with_who_was_meant(string typed, string remedy)
    {
        await using var server = await ApiServer.StartAsync();
        server.On("GET /agents", """{"agents":[{"id":"bart"},{"id":"lisa"}]}""");
        server.On(
            $"POST /agents/{typed}/task",
            """{"error":"Agent not found","code":"agent-not-found","remedy":"list the agents: GET /agents"}""",
            404
        );

        var run = await CliRun.RunAsync(server, "task", "send", typed, """{"type":"exec","command":"true"}""");

        run.ExitCode.ShouldBe(3);
        run.Error.ShouldBe($"creel: there is no agent '{typed}'\n  → {remedy}\n");
    }

    [Fact]
    public async Task A_remedy_is_a_command_and_no_route()
    {
        const string Id = "0197a000-0000-7000-8000-000000000001";
        await using var server = await ApiServer.StartAsync();
        server.On($"GET /tasks/{Id}", """{"error":"none","code":"task-not-found","remedy":"list them: GET /tasks"}""", 404);

        (await CliRun.RunAsync(server, "task", "show", Id)).Error.ShouldEndWith(
            "  → see them: creel task list; finished ones are kept for 7 days\n"
        );
    }

    [Fact]
    public async Task An_answer_that_is_not_JSON_is_told_plainly()
    {
        await using var server = await ApiServer.StartAsync();
        server.On("GET /cells", "<html>");

        var run = await CliRun.RunAsync(server, "ps");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldContain("not JSON");
    }

    [Fact]
    public async Task Variables_name_the_server_and_its_home()
    {
        await using var server = await ApiServer.StartAsync();
        server.On("GET /cells", """{"cells":[]}""");
        File.Delete(Path.Combine(server.Home, "serve.json"));

        var run = await new CliRun.Setting { Home = server.Home, Variables = { ["CREEL_URL"] = server.Url } }.RunAsync("ps");

        run.ExitCode.ShouldBe(0, run.ToString());
    }

    [Fact]
    public async Task Serve_gets_what_was_typed()
    {
        Creel.Commands.ServeOptions? got = null;
        var setting = new CliRun.Setting
        {
            Home = "/some/home",
            Serve = (options, _) =>
            {
                got = options;
                return Task.FromResult(9);
            },
        };

        var run = await setting.RunAsync(
            "serve",
            "--http-port",
            "0",
            "--run-dir",
            "run",
            "--unauthenticated-old-api",
            "--env",
            "A",
            "--env",
            "B",
            "--host-name",
            "creel.example"
        );

        run.ExitCode.ShouldBe(9);
        got!.Env.ShouldBe(["A", "B"]);
        got.ShouldBe(
            new Creel.Commands.ServeOptions("/some/home", 0, 9090, null, "/run", true, got.Env, false)
            {
                HostNames = got.HostNames,
            }
        );
        got.HostNames.ShouldBe(["creel.example"]);
        (await setting.RunAsync("serve", "--host-name", "https://creel.example/")).ExitCode.ShouldBe(64);
    }
}
