using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Creel.Commands.Streams;
using Creel.Terminal;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Cli;

/// <summary>exec, logs, forward: bytes between here and a cell.</summary>
public sealed class StreamVerbTests : IAsyncLifetime
{
    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Exec_passes_the_words_as_they_are_and_the_childs_exit_code_back()
    {
        server.Stream(
            "bart",
            async (socket, context) =>
            {
                context.Request.Query["kind"].ToString().ShouldBe("exec");
                await ApiServer.SayAsync(socket, string.Join('|', context.Request.Query["command"].ToArray()));
                await ApiServer.EndAsync(socket, 7);
            }
        );

        var run = await CliRun.RunAsync(server, "exec", "bart", "--", "sh", "-c", "echo $(id) & 'x'", "--json", "ü");

        run.ExitCode.ShouldBe(7, run.ToString());
        run.Output.ShouldBe("sh|-c|echo $(id) & 'x'|--json|ü");
    }

    [Fact]
    public async Task Exec_pipes_standard_input_and_then_its_end()
    {
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                var said = await ApiServer.HearAsync(socket);
                var end = await ApiServer.HearAsync(socket);
                await ApiServer.SayAsync(socket, $"{said!.Value.Text} {end!.Value.Text}");
                await ApiServer.EndAsync(socket, 0);
            }
        );

        var run = await new CliRun.Setting { Home = server.Home, Input = "piped"u8.ToArray() }.RunAsync(
            "exec",
            "bart",
            "--",
            "cat"
        );

        run.Output.ShouldBe("""piped {"finish":true}""");
    }

    [Fact]
    public async Task Exec_without_stdin_sends_its_end_alone()
    {
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                await ApiServer.SayAsync(socket, (await ApiServer.HearAsync(socket))!.Value.Text);
                await ApiServer.EndAsync(socket, 0);
            }
        );

        var run = await new CliRun.Setting { Home = server.Home, Input = "kept"u8.ToArray() }.RunAsync(
            "exec",
            "bart",
            "--no-stdin",
            "--",
            "cat"
        );

        run.Output.ShouldBe("""{"finish":true}""");
    }

    [Fact]
    public async Task What_a_cell_prints_is_made_plain_unless_raw_is_asked_for()
    {
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                await ApiServer.SayAsync(socket, "\x1b]0;owned\a\x1b[3");
                await ApiServer.SayAsync(socket, "1mred");
                await ApiServer.EndAsync(socket, 0);
            }
        );

        (await CliRun.RunAsync(server, "exec", "bart", "--", "x")).Output.ShouldBe("red");
        (await CliRun.RunAsync(server, "exec", "bart", "--raw", "--", "x")).Output.ShouldBe("\x1b]0;owned\a\x1b[31mred");
    }

    [Fact]
    public async Task Exec_in_JSON_collects_the_output()
    {
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                await ApiServer.SayAsync(socket, "\x1b[31mred");
                await ApiServer.EndAsync(socket, 3);
            }
        );

        var run = await CliRun.RunAsync(server, "exec", "bart", "--json", "--", "x");

        run.ExitCode.ShouldBe(3);
        var answer = JsonDocument.Parse(run.Output).RootElement;
        answer.GetProperty("exitCode").GetInt32().ShouldBe(3);
        answer.GetProperty("output").GetString().ShouldBe("\x1b[31mred");
        run.Output.ShouldNotContain("\x1b");
    }

    [Fact]
    public async Task Exec_that_never_ran_says_why()
    {
        server.Stream("bart", (socket, _) => ApiServer.EndAsync(socket, null, "there is no program 'nope' in the cell"));

        var run = await CliRun.RunAsync(server, "exec", "bart", "--", "nope");

        run.ExitCode.ShouldBe(1);
        run.Error.ShouldBe("creel: there is no program 'nope' in the cell\n");
    }

    [Fact]
    public async Task A_stream_that_is_refused_says_what_the_server_said()
    {
        server.On(
            "GET /agents/bart/streams",
            """{"error":"bart is not connected","code":"offline","remedy":"start it: creel agent start bart"}""",
            503
        );

        var run = await CliRun.RunAsync(server, "exec", "bart", "--", "x");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldBe("creel: bart is not connected\n  → start it: creel agent start bart\n");
    }

    [Fact]
    public async Task Exec_that_takes_too_long_exits_124()
    {
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                while (await ApiServer.HearAsync(socket) is not null) { }
            }
        );

        (await CliRun.RunAsync(server, "exec", "bart", "--timeout", "0.2", "--", "sleep", "9")).ExitCode.ShouldBe(124);
    }

    [Fact]
    public async Task Exec_that_is_interrupted_exits_130_and_closes_the_stream()
    {
        var closed = new TaskCompletionSource();
        var open = new TaskCompletionSource();
        server.Stream(
            "bart",
            async (socket, _) =>
            {
                open.SetResult();
                try
                {
                    while (await ApiServer.HearAsync(socket) is not null) { }
                }
                catch (System.Net.WebSockets.WebSocketException) { }

                closed.SetResult();
            }
        );
        using var interrupt = new CancellationTokenSource();

        var running = new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token }.RunAsync(
            "exec",
            "bart",
            "--",
            "sleep",
            "9"
        );
        await open.Task;
        await interrupt.CancelAsync();

        (await running).ExitCode.ShouldBe(130);
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_stream_that_breaks_off_exits_4()
    {
        server.On(
            "GET /agents/bart/streams",
            async context =>
            {
                using var socket = await context.WebSockets.AcceptWebSocketAsync();
                await ApiServer.SayAsync(socket, "half");
                context.Abort();
            }
        );

        (await CliRun.RunAsync(server, "exec", "bart", "--", "x")).ExitCode.ShouldBe(4);
    }

    [Fact]
    public async Task Logs_ask_for_lines_and_come_out_plain_or_as_a_document_a_line()
    {
        server.Stream(
            "bart",
            async (socket, context) =>
            {
                context.Request.QueryString.ToString().ShouldBe("?kind=log&follow=false&lines=5");
                await ApiServer.SayAsync(socket, "one\ntw\x1b[1mo");
                await ApiServer.EndAsync(socket, null);
            }
        );

        (await CliRun.RunAsync(server, "logs", "bart", "-n", "5")).Output.ShouldBe("one\ntwo");
        var json = await CliRun.RunAsync(server, "logs", "bart", "-n", "5", "--json");
        json.Output.ShouldBe("{\"agent\":\"bart\",\"line\":\"one\"}\n{\"agent\":\"bart\",\"line\":\"two\"}\n");
    }

    [Fact]
    public async Task Forward_carries_bytes_both_ways_and_half_closes()
    {
        server.On("GET /agents/bart/status", """{"agent":{"id":"bart"}}""");
        // Looked at every two seconds, which a slow machine may need for all this.
        server.On("GET /health", "{}");
        server.Stream(
            "bart",
            async (socket, context) =>
            {
                context.Request.QueryString.ToString().ShouldBe("?kind=tcp&port=8080");
                var said = await ApiServer.HearAsync(socket);
                var end = await ApiServer.HearAsync(socket);
                await ApiServer.SayAsync(socket, $"{said!.Value.Text}, and {end!.Value.Text}");
                await ApiServer.EndAsync(socket, null);
            }
        );
        using var interrupt = new CancellationTokenSource();
        var setting = new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token };

        var running = setting.RunAsync("forward", "bart", "8080:0", "--json");
        await Eventually.Until(() => setting.Out.Text.EndsWith('\n'));
        var told = JsonDocument.Parse(setting.Out.Text).RootElement;
        var port = told.GetProperty("localPort").GetInt32();
        told.GetProperty("url").GetString().ShouldBe($"http://bart.localhost:{port}");
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = client.GetStream();
        await stream.WriteAsync("hello"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        using var reader = new StreamReader(stream);
        (await reader.ReadToEndAsync()).ShouldBe("""hello, and {"finish":true}""");
        await interrupt.CancelAsync();

        (await running).ExitCode.ShouldBe(130);
    }

    [Fact]
    public async Task Forward_to_a_port_that_is_taken_exits_5()
    {
        server.On("GET /agents/bart/status", """{"agent":{"id":"bart"}}""");
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var run = await CliRun.RunAsync(server, "forward", "bart", $"80:{((IPEndPoint)taken.LocalEndpoint).Port}");

        run.ExitCode.ShouldBe(5);
        run.Error.ShouldContain("is in use");
    }

    [Theory]
    [InlineData("8080", 8080, 8080)]
    [InlineData("80:18080", 80, 18080)]
    [InlineData("80:0", 80, 0)]
    public void Ports_are_read(string text, int port, int local) => ForwardCommand.Parse(text).ShouldBe((port, local));

    [Fact]
    public async Task An_agents_id_stays_one_segment_of_the_address()
    {
        var run = await CliRun.RunAsync(server, "agent", "status", "../tasks?x=1#y");

        run.ExitCode.ShouldBe(3);
        server.Requests.Single().Path.ShouldBe("/agents/..%2Ftasks%3Fx=1%23y/status");
    }

    [Fact]
    public async Task A_program_that_is_not_there_exits_127_and_says_so()
    {
        server.Stream("bart", (socket, _) => ApiServer.EndAsync(socket, 127, "There is no program 'nosuch' in this cell"));

        var run = await CliRun.RunAsync(server, "exec", "bart", "nosuch", "-x");

        (run.ExitCode, run.Error).ShouldBe((127, "creel: There is no program 'nosuch' in this cell\n"));
    }

    [Fact]
    public async Task A_forward_ends_when_its_server_is_gone()
    {
        server.On("GET /agents/bart/status", """{"agent":{"id":"bart"}}""");
        var looked = new TaskCompletionSource();
        server.On(
            "GET /health",
            context =>
            {
                // Once it is answered: one that is cut off in the middle is told in other words.
                context.Response.OnCompleted(() =>
                {
                    looked.TrySetResult();
                    return Task.CompletedTask;
                });
                return context.Response.WriteAsync("{}");
            }
        );
        var setting = new CliRun.Setting { Home = server.Home };

        var running = setting.RunAsync("forward", "bart", "8080:0");
        await looked.Task;
        await server.StopAsync();

        var run = await running;
        run.ExitCode.ShouldBe(4);
        run.Error.ShouldEndWith($"creel: no server answers at {server.Url}\n  → start it with: creel serve\n");
    }

    [Theory]
    [InlineData(401, "the token is wrong")]
    [InlineData(503, "the server is shutting down")]
    public async Task A_forward_goes_on_while_its_server_is_only_unwell_and_says_so_once(int status, string says)
    {
        using var interrupt = new CancellationTokenSource();
        var looks = 0;
        server.On("GET /agents/bart/status", """{"agent":{"id":"bart"}}""");
        server.On(
            "GET /health",
            context =>
            {
                looks++;
                context.Response.StatusCode = status;
                return context.Response.WriteAsync($$"""{"error":"{{says}}","code":"c"}""");
            }
        );
        var setting = new CliRun.Setting { Home = server.Home, Cancel = interrupt.Token };

        var running = setting.RunAsync("forward", "bart", "8080:0");
        await Eventually.Until(() => looks > 2);
        await interrupt.CancelAsync();

        var run = await running;
        run.ExitCode.ShouldBe(130, run.ToString());
        run.Error.Split('\n').Count(line => line.StartsWith($"the server is there, but: {says}")).ShouldBe(1, run.Error);
    }

    [Fact]
    public void The_way_out_of_a_shell_is_a_tilde_and_a_dot_at_the_start_of_a_line()
    {
        Typed("ls\r~.").ShouldBe(("ls\r", true));
        Typed("~.").ShouldBe(("", true));
        Typed("a~.").ShouldBe(("a~.", false));
        Typed("~~.").ShouldBe(("~.", false));
        Typed("~x").ShouldBe(("~x", false));
        Typed("cd ~\r~/bin\r").ShouldBe(("cd ~\r~/bin\r", false));
    }

    private static (string Sent, bool Left) Typed(string keys)
    {
        var escape = new ShellEscape();
        var sent = new List<byte>();
        var left = keys.Any(key => escape.Take([(byte)key], sent));
        return (System.Text.Encoding.ASCII.GetString([.. sent]), left);
    }
}
