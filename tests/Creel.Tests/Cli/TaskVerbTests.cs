using System.Text;
using System.Text.Json;
using Creel.Commands.Tasks;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Cli;

/// <summary>task send, list, show, cancel, dead.</summary>
public sealed class TaskVerbTests : IAsyncLifetime
{
    private const string True = """{"type":"exec","command":"true"}""";
    private const string Id = "0197a000-0000-7000-8000-000000000001";
    private const string Task1 = $"/tasks/{Id}";

    private ApiServer server = null!;

    public async Task InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        server.On("POST /agents/bart/task", $$"""{"taskId":"{{Id}}","status":"sent","queued":false}""");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Send_gives_the_id_on_standard_output_and_what_next_on_standard_error()
    {
        var run = await CliRun.RunAsync(server, "task", "send", "bart", """{"type":"exec","command":"true"}""");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe($"{Id}\n");
        run.Error.ShouldBe($"sent to bart\n  → its result: creel task show {Id} --wait\n");
        server.Requests.Single().Body.ShouldBe("""{"type":"exec","command":"true"}""");
    }

    [Fact]
    public async Task A_task_for_an_agent_that_is_away_is_queued_and_said_to_be()
    {
        server.On("POST /agents/bart/task", $$"""{"taskId":"{{Id}}","status":"sent","queued":true}""");

        (await CliRun.RunAsync(server, "task", "send", "bart", True)).Error.ShouldContain("queued: bart is not connected");
    }

    [Theory]
    [InlineData("{bad", "line 1, byte 2")]
    [InlineData("", "line 1, byte 1")]
    [InlineData("[1]", "no JSON object")]
    [InlineData("{\n \"type\": }", "line 2, byte 10")]
    public async Task What_is_no_task_exits_2_with_its_place_and_goes_nowhere(string json, string place)
    {
        var run = await CliRun.RunAsync(server, "task", "send", "bart", json);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(place);
        server.Requests.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(
        "{\"type\":\"exec\",\n  \"comand\":\"true\"}",
        "line 2, column 3: exec has no field 'comand'",
        "did you mean 'command'?"
    )]
    [InlineData("""{"type":"file:read","path":"x"}""", "file:read has no field 'path'", "it has: filePath, encoding")]
    [InlineData("""{"command":"true"}""", "'type' is missing", "")]
    [InlineData("""{"type":"exec","timeout":"soon"}""", "'timeout' is not a number", "")]
    public async Task A_field_that_its_type_does_not_have_exits_2_and_goes_nowhere(string json, string cause, string remedy)
    {
        var run = await CliRun.RunAsync(server, "task", "send", "bart", json);

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(cause);
        run.Error.ShouldContain(remedy);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_type_that_only_an_agent_from_elsewhere_knows_may_have_any_field()
    {
        (await CliRun.RunAsync(server, "task", "send", "bart", """{"type":"paint","colour":"red"}""")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("--wait")]
    [InlineData("--watch")]
    public async Task Who_waits_no_longer_is_told_that_the_task_goes_on_and_how_to_end_it(string how)
    {
        using var interrupt = new CancellationTokenSource();
        server.On($"GET {Task1}", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        server.On($"GET {Task1}/events", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var setting = new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token };

        var running = setting.RunAsync("task", "send", "bart", True, how);
        await Eventually.Until(() => server.Requests.Count == 2);
        setting.Error.Text.ShouldBe($"task {Id}: sent to bart\n");
        await interrupt.CancelAsync();

        var run = await running;
        run.ExitCode.ShouldBe(130);
        run.Error.ShouldEndWith(
            $"creel: stopped waiting; task {Id} goes on\n  → look again: creel task show {Id}; end it: creel task cancel {Id}\n"
        );
    }

    [Fact]
    public async Task A_task_without_its_command_is_not_sent()
    {
        var run = await CliRun.RunAsync(server, "task", "send", "bart", """{"type":"exec"}""");

        run.ExitCode.ShouldBe(2, run.ToString());
        run.Error.ShouldBe("creel: exec needs 'command' or 'argv'\n");
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_task_may_come_on_standard_input()
    {
        var run = await new CliRun.Setting
        {
            Home = server.Home,
            Input = """{"type":"turn","message":"hi"}"""u8.ToArray(),
        }.RunAsync("task", "send", "bart", "-");

        run.ExitCode.ShouldBe(0, run.ToString());
        server.Requests.Single().Body.ShouldBe("""{"type":"turn","message":"hi"}""");
    }

    [Fact]
    public async Task Longer_than_a_mebibyte_is_refused_here()
    {
        var run = await new CliRun.Setting
        {
            Home = server.Home,
            Input = Encoding.ASCII.GetBytes("{}" + new string(' ', 1 << 20)),
        }.RunAsync("task", "send", "bart", "-");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain("1 MiB");
    }

    [Fact]
    public async Task Send_and_wait_shows_both_streams_apart_and_made_plain()
    {
        Answer(
            "succeeded",
            """{"taskId":"t","success":true,"result":{"stdout":"\u001b[31mout","stderr":"err","exitCode":0},"duration":3}"""
        );

        var run = await CliRun.RunAsync(server, "task", "send", "bart", True, "--wait");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("out\n");
        run.Error.ShouldBe($"task {Id}: sent to bart\nerr\ntask {Id} of bart: succeeded in 12 ms\n");
    }

    [Fact]
    public async Task Text_alone_leaves_the_sentence_out()
    {
        Answer("succeeded", """{"success":true,"result":{"filePath":"notes.txt","size":3}}""");

        var run = await CliRun.RunAsync(server, "task", "send", "bart", True, "--wait", "--text");

        run.Output.ShouldBe("notes.txt: 3 bytes written\n");
        run.Error.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("succeeded", 0)]
    [InlineData("failed", 1)]
    [InlineData("cancelled", 1)]
    [InlineData("expired", 1)]
    [InlineData("interrupted", 1)]
    [InlineData("timed-out", 124)]
    public async Task The_exit_code_says_how_a_task_ended(string state, int exit)
    {
        Answer(state, "null");

        (await CliRun.RunAsync(server, "task", "send", "bart", True, "--wait")).ExitCode.ShouldBe(exit);
        TaskResult.ExitCode(state).ShouldBe(exit);
    }

    [Fact]
    public async Task A_task_that_failed_says_its_exit_code_and_why()
    {
        Answer("failed", """{"success":false,"error":"it ended with 3","result":{"stdout":"","stderr":"oh","exitCode":3}}""");

        var run = await CliRun.RunAsync(server, "task", "show", Id, "--wait=5");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldBe($"oh\ntask {Id} of bart: failed in 12 ms, exit code 3: it ended with 3\n");
    }

    [Fact]
    public async Task Waiting_that_ends_before_the_task_exits_124()
    {
        Answer("running", "null");

        var run = await CliRun.RunAsync(server, "task", "send", "bart", True, "--wait=1");

        run.ExitCode.ShouldBe(124);
        run.Error.ShouldContain("still running");
        server.Requests.ShouldContain(request => request.Path == $"{Task1}?wait=1");
    }

    [Fact]
    public async Task Send_and_wait_in_JSON_is_one_document()
    {
        Answer("succeeded", """{"success":true,"result":{"stdout":"a\u001b[2J\u009bb"}}""");

        var run = await CliRun.RunAsync(server, "task", "send", "bart", True, "--wait", "--json");

        JsonDocument.Parse(run.Output).RootElement.GetProperty("state").GetString().ShouldBe("succeeded");
        run.Output.Trim().ShouldAllBe(c => !char.IsControl(c));
        run.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task Watching_passes_output_on_as_it_comes_even_through_the_middle_of_a_character()
    {
        var euro = "€\n"u8.ToArray();
        server.On(
            $"GET {Task1}/events",
            Events(
                ("state", View("running", "null")),
                ("output", Output("stdout", euro[..1])),
                ("output", Output("stderr", "warn\n"u8.ToArray())),
                ("output", Output("stdout", [.. euro[1..], 0x1b, (byte)'[', (byte)'2', (byte)'J'], offset: 1)),
                ("end", View("succeeded", """{"success":true,"result":{"stdout":"€","exitCode":0}}"""))
            )
        );

        var run = await CliRun.RunAsync(server, "task", "send", "bart", True, "--watch");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldBe("€\n");
        run.Error.ShouldBe($"task {Id}: sent to bart\nwarn\ntask {Id} of bart: succeeded in 12 ms\n");
    }

    [Fact]
    public async Task Output_that_comes_twice_is_shown_once_and_a_gap_is_told()
    {
        server.On(
            $"GET {Task1}/events",
            Events(
                ("output", Output("stdout", "abc"u8.ToArray())),
                ("output", Output("stdout", "abcd"u8.ToArray())),
                ("output", Output("stdout", "z"u8.ToArray(), offset: 9)),
                ("end", View("succeeded", "null"))
            )
        );

        var run = await CliRun.RunAsync(server, "task", "show", Id, "--watch");

        run.Output.ShouldBe("abcdz\n");
        run.Error.ShouldStartWith("(5 bytes of stdout did not come through)\n");
    }

    [Fact]
    public async Task Watching_in_JSON_gives_an_event_a_line()
    {
        server.On($"GET {Task1}/events", Events(("state", View("running", "null")), ("end", View("failed", "null"))));

        var run = await CliRun.RunAsync(server, "task", "show", Id, "--watch", "--json");

        run.ExitCode.ShouldBe(1);
        var lines = run
            .Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToList();
        lines.Select(line => line.GetProperty("event").GetString()).ShouldBe(["state", "end"]);
    }

    [Fact]
    public async Task Events_that_end_before_the_task_exit_4()
    {
        server.On($"GET {Task1}/events", Events(("state", View("running", "null"))));

        (await CliRun.RunAsync(server, "task", "show", Id, "--watch")).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task List_asks_for_what_was_typed_and_shows_a_line_a_task()
    {
        server.On("GET /tasks", $$"""{"tasks":[{{View("failed", "null")}}]}""");

        var run = await CliRun.RunAsync(
            server,
            "tasks",
            "ls",
            "-a",
            "bart",
            "-s",
            "failed",
            "-s",
            "timed-out",
            "-n",
            "5",
            "--before",
            Id
        );

        run.ExitCode.ShouldBe(0, run.ToString());
        server.Requests.Single().Path.ShouldBe($"/tasks?limit=5&agent=bart&state=failed,timed-out&before={Id}");
        run.Output.Split('\n')[1].ShouldStartWith($"{Id}  bart   exec  failed  admin");
    }

    [Fact]
    public async Task Cancel_that_comes_too_late_exits_1()
    {
        server.On($"POST {Task1}/cancel", View("succeeded", "null"));
        (await CliRun.RunAsync(server, "task", "cancel", Id)).ExitCode.ShouldBe(1);

        server.On($"POST {Task1}/cancel", View("running", "null"));
        (await CliRun.RunAsync(server, "task", "cancel", Id)).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("show")]
    [InlineData("cancel")]
    public async Task What_is_no_task_id_never_becomes_part_of_an_address(string verb)
    {
        var run = await CliRun.RunAsync(server, "task", verb, "../agents");

        run.ExitCode.ShouldBe(2);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Dead_letters_are_listed_redriven_and_cleared()
    {
        server
            .On(
                "GET /admin/dlq",
                """{"deadLetterQueue":[{"id":"d1","agent":"bart","message":{"type":"exec"},"error":"expired","timestamp":1}]}"""
            )
            .On("POST /admin/dlq/d1/redrive", $$"""{"taskId":"{{Id}}"}""")
            .On("DELETE /admin/dlq", """{"status":"cleared"}""");

        (await CliRun.RunAsync(server, "task", "dead", "list")).Output.ShouldContain("""expired  {"type":"exec"}""");
        (await CliRun.RunAsync(server, "task", "dead", "redrive", "d1")).Output.ShouldBe($"{Id}\n");
        (await CliRun.RunAsync(server, "task", "dead", "clear")).ExitCode.ShouldBe(64);
        (await CliRun.RunAsync(server, "task", "dead", "clear", "--yes")).ExitCode.ShouldBe(0);
    }

    private static string View(string state, string result) =>
        $$"""{"id":"{{Id}}","agent":"bart","type":"exec","state":"{{state}}","from":"admin","createdAt":1000,"startedAt":2000,"finishedAt":2012,"attempts":1,"retry":false,"payload":{},"result":{{result}},"reason":null}""";

    private static string Output(string stream, byte[] bytes, int offset = 0) =>
        JsonSerializer.Serialize(
            new
            {
                stream,
                offset,
                data = bytes,
            }
        );

    private static RequestDelegate Events(params (string Name, string Data)[] events) =>
        async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(":keep-alive\n\n");
            foreach (var (name, data) in events)
            {
                await context.Response.WriteAsync($"event: {name}\ndata: {data}\n\n");
                await context.Response.Body.FlushAsync();
            }
        };

    private void Answer(string state, string result) => server.On($"GET {Task1}", View(state, result));
}
