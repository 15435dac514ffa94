namespace Creel.Tests.Cli;

/// <summary>chat, session, agent wake.</summary>
public sealed class ChatVerbTests : IAsyncLifetime
{
    private const string Accepted =
        """{"event":"accepted","runId":"r1","agent":"bart","sessionKey":"agent:bart:main","repeated":false}""";

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_answer_is_on_standard_output_and_nothing_else_is()
    {
        server.Lines(
            "POST /turns",
            Accepted,
            """{"event":"started"}""",
            """{"event":"tool","tool":{"type":"tool","phase":"start","name":"exec"}}""",
            "{\"event\":\"text\",\"delta\":\"good \\u001b[2J\"}",
            """{"event":"text","delta":"mor"}""",
            """{"event":"end","state":"ok","text":"good morning","error":null}"""
        );
        var run = await CliRun.RunAsync(server, "chat", "bart", "-m", "hello", "--session", "review");
        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("good morning\n");
        run.Error.ShouldBe("  · exec\n");
        server.Requests.Single().Body.ShouldBe("""{"agent":"bart","sessionKey":"review","message":"hello"}""");
    }

    [Theory]
    [InlineData("error", "\"no brain\"", 1, "no answer: no brain\n")]
    [InlineData("timeout", "null", 124, "the agent took too long\n")]
    [InlineData("aborted", "null", 130, "(stopped)\n")]
    public async Task A_turn_that_goes_wrong_says_how(string state, string error, int code, string said)
    {
        server.Lines("POST /turns", Accepted, $$"""{"event":"end","state":"{{state}}","text":null,"error":{{error}}}""");
        var run = await CliRun.RunAsync(server, "chat", "bart", "-m", "hello");
        (run.ExitCode, run.Output, run.Error).ShouldBe((code, "", said));
    }

    [Fact]
    public async Task What_was_no_answer_after_all_is_shown_to_who_watches_and_to_nobody_else()
    {
        server.Lines(
            "POST /turns",
            Accepted,
            """{"event":"text","delta":"let me see"}""",
            """{"event":"text","text":""}""",
            """{"event":"end","state":"ok","text":"it is noon","error":null}"""
        );
        (await CliRun.RunAsync(server, "chat", "bart", "-m", "time?")).Output.ShouldBe("it is noon\n");
        (
            await new CliRun.Setting { Home = server.Home, Terminal = true }.RunAsync("chat", "bart", "-m", "time?")
        ).Output.ShouldBe("let me see\nit is noon\n");
    }

    [Fact]
    public async Task Events_are_lines_for_programs()
    {
        server.Lines("POST /turns", Accepted, """{"event":"end","state":"ok","text":"hi","error":null}""");
        var run = await CliRun.RunAsync(server, "agent", "wake", "bart", "--json");
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        server.Requests.Single().Body.ShouldBe("""{"agent":"bart","message":null,"wake":true}""");
    }

    [Fact]
    public async Task A_server_that_goes_away_is_told()
    {
        server.Lines("POST /turns", Accepted);
        (await CliRun.RunAsync(server, "chat", "bart", "-m", "hello")).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task A_label_is_said_or_taken_away()
    {
        server.On("POST /sessions/patch", """{"session":{}}""");
        (await CliRun.RunAsync(server, "session", "label", "main", "the plan")).ExitCode.ShouldBe(0);
        server.Requests.Last().Body.ShouldBe("""{"key":"main","label":"the plan"}""");
        (await CliRun.RunAsync(server, "session", "label", "main", "--none")).ExitCode.ShouldBe(0);
        server.Requests.Last().Body.ShouldBe("""{"key":"main","label":null}""");
        (await CliRun.RunAsync(server, "session", "label", "main")).ExitCode.ShouldBe(64);
        (await CliRun.RunAsync(server, "session", "set", "main", "thinkingLevel")).ExitCode.ShouldBe(64);
        (await CliRun.RunAsync(server, "session", "set", "main", "model=a/b", "label=")).ExitCode.ShouldBe(0);
        server.Requests.Last().Body.ShouldBe("""{"key":"main","model":"a/b","label":null}""");
    }

    [Fact]
    public async Task Conversations_of_agents_that_are_gone_are_shown_to_who_asks()
    {
        server.On(
            "GET /sessions",
            """{"sessions":[{"key":"agent:bart:main","updatedAt":1,"busy":false,"totalTokens":0}],"hidden":2}"""
        );
        var run = await CliRun.RunAsync(server, "session", "list", "--agent", "bart");
        run.Output.ShouldContain("agent:bart:main");
        run.Error.ShouldContain("2 of agents that there are no more: --all");
        server.Requests.Last().Path.ShouldBe("/sessions?all=0&agent=bart");
        await CliRun.RunAsync(server, "session", "list", "--all");
        server.Requests.Last().Path.ShouldBe("/sessions?all=1");
    }

    [Fact]
    public async Task A_turn_without_an_answer_has_its_reason_in_what_was_said()
    {
        server.On(
            "GET /sessions/history",
            """{"session":{},"messages":[{"role":"assistant","content":[],"errorMessage":"status 400: no"}]}"""
        );
        (await CliRun.RunAsync(server, "session", "show", "main")).Output.ShouldBe("assistant: (no answer: status 400: no)\n");
    }

    [Fact]
    public async Task What_was_said_is_shown_without_control_characters()
    {
        server.On(
            "GET /sessions/history",
            """
            {"session":{},"messages":[{"role":"user","content":"hello"},
              {"role":"assistant","content":[{"type":"text","text":"hi \u001b[31mthere"},{"type":"toolCall","name":"exec"}]}]}
            """
        );
        (await CliRun.RunAsync(server, "session", "show", "main", "-n", "5")).Output.ShouldBe(
            "user: hello\nassistant: hi there\n[exec]\n"
        );
    }
}
