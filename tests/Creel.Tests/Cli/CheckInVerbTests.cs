using System.Text.Json;

namespace Creel.Tests.Cli;

/// <summary>agent nudge, rotate-token, and the status of an agent elsewhere.</summary>
public sealed class CheckInVerbTests : IAsyncLifetime
{
    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("online", "null", 0, "bart: online\n")]
    [InlineData("offline", "\"it was called 3 times\"", 1, "bart: offline: it was called 3 times\n")]
    public async Task Nudge_waits_and_says_how_it_stands(string status, string why, int code, string said)
    {
        server.On("POST /agents/bart/nudge", Answer(status, why));

        var run = await CliRun.RunAsync(server, "agent", "nudge", "bart", "--wait");

        (run.ExitCode, run.Output).ShouldBe((code, said), run.ToString());
        server.Requests.Single().Body.ShouldBe("""{"wait":true}""");
        if (code != 0)
        {
            run.Error.ShouldContain("creel gateway test prod");
        }
    }

    [Fact]
    public async Task Without_waiting_it_says_how_long_the_agent_has()
    {
        var due = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeMilliseconds();
        server.On("POST /agents/bart/nudge", Answer("awaited", "null", $"{due}"));

        var run = await CliRun.RunAsync(server, "agent", "nudge", "bart");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldStartWith("bart: woken; it has ");
        run.Output.ShouldEndWith(" to check in\n");
    }

    [Fact]
    public async Task Who_does_not_want_to_wait_any_longer_is_told_that_the_wake_goes_on()
    {
        using var interrupt = new CancellationTokenSource();
        server.On(
            "POST /agents/bart/nudge",
            async context =>
            {
                await interrupt.CancelAsync();
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        );
        var setting = new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token };

        var run = await setting.RunAsync("agent", "nudge", "bart", "--wait");

        run.ExitCode.ShouldBe(130, run.ToString());
        run.Error.ShouldBe(
            "creel: left; if the wake of bart has begun, it goes on\n  → see whether it has checked in: creel agent status bart\n"
        );
    }

    [Fact]
    public async Task For_programs_it_is_the_answer_with_the_same_exit_code()
    {
        server.On("POST /agents/bart/nudge", Answer("offline", "\"no\""));

        var run = await CliRun.RunAsync(server, "agent", "nudge", "bart", "--wait", "--json");

        run.ExitCode.ShouldBe(1);
        JsonDocument.Parse(run.Output).RootElement.GetProperty("agent").GetProperty("status").GetString().ShouldBe("offline");
    }

    [Fact]
    public async Task Another_token_is_said_and_never_shown()
    {
        var until = DateTimeOffset.UtcNow.AddMinutes(61).ToUnixTimeMilliseconds();
        server.On("POST /agents/bart/rotate-token", $$"""{"agent":"bart","gateway":"prod","othersUntil":{{until}}}""");

        var run = await CliRun.RunAsync(server, "agent", "rotate-token", "bart");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldStartWith("bart has another token at prod; the old one ends when it uses that, or in 1h");
        (await CliRun.RunAsync(server, "agent", "rotate-token", "bart", "--print")).ExitCode.ShouldBe(64);
    }

    [Fact]
    public async Task Status_of_one_elsewhere_shows_where_and_whether_it_was_heard_of()
    {
        server.On(
            "GET /agents/bart/status",
            """{"agent":{"id":"bart","status":"offline","registeredAt":null,"lastSeen":null,"lastHealthCheck":null,"metadata":{"type":"elsewhere","capabilities":[],"gateway":"prod"},"stats":null,"health":null,"checkIn":{"generation":4,"wakes":3,"due":null,"why":"it was called 3 times"},"currentTasks":[]}}"""
        );

        var run = await CliRun.RunAsync(server, "agent", "status", "bart");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldMatch(@"gateway +prod\n");
        run.Output.ShouldMatch(@"woken +3 times\n");
        run.Output.ShouldMatch(@"why +it was called 3 times\n");
        run.Output.ShouldNotContain("memory");

        server.On(
            "GET /gateways",
            """{"gateways":[{"name":"prod","url":"wss://x","agents":[{"id":"bart","gateway":"prod","name":"Bart","kind":"lead","board":"school","files":true}]}]}"""
        );
        server.On(
            "GET /provision",
            """{"agents":[{"gateway":"prod","agent":"bart","standing":"waiting","error":"Connection refused"}]}"""
        );
        run = await CliRun.RunAsync(server, "agent", "status", "bart");
        run.Output.ShouldMatch(@"name +Bart\n");
        run.Output.ShouldMatch(@"kind +lead\n");
        run.Output.ShouldMatch(@"board +school\n");
        run.Output.ShouldMatch(@"standing +waiting\n.* Connection refused\n");
    }

    private static string Answer(string status, string why, string due = "null") =>
        $$$"""{"agent":{"id":"bart","gateway":"prod","status":"{{{status}}}","lastSeen":null,"generation":1,"wakes":1,"due":{{{due}}},"why":{{{why}}}}}""";
}
