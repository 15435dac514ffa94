using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Core.Link;

namespace Creel.Tests.Runtime;

public sealed class StreamTests : IAsyncLifetime
{
    private CellFixture cell = null!;

    private HubConnection Hub => cell.Connection;

    public async Task InitializeAsync() => cell = await CellFixture.StartAsync();

    public async Task DisposeAsync() => await cell.DisposeAsync();

    [Fact]
    public async Task A_shell_has_a_terminal_that_can_be_resized_and_interrupted()
    {
        await Hub.OpenAsync(1, new StreamOpen("shell", CellFixture.Agent, ["sh"], Columns: 101, Rows: 33, Term: "vt100"));
        await TypeAsync(1, "echo $TERM; stty size; tty\n");
        await ShowsAsync(1, "/dev/pts/");
        Hub.StreamText(1).ShouldContain("33 101");
        Hub.StreamText(1).ShouldContain("vt100");

        await Hub.SendAsync(StreamFrameKind.Resize, 1, new byte[] { 0, 120, 0, 50 });
        await TypeAsync(1, "stty size\n");
        await ShowsAsync(1, "50 120");

        // Said by the program itself: before it is in the foreground a Ctrl-C would be for the shell alone.
        await TypeAsync(1, "sh -c 'echo begin; exec sleep 600'\n");
        await ShowsAsync(1, "begin\r\n");
        await TypeAsync(1, "\u0003");
        await TypeAsync(1, "exit 7\n");
        (await Hub.StreamEndAsync(1)).ExitCode.ShouldBe(7);
    }

    [Fact]
    public async Task Ending_a_shell_ends_what_runs_in_it()
    {
        await Hub.OpenAsync(1, new StreamOpen("shell", CellFixture.Agent, ["sh"]));
        await TypeAsync(1, "echo pid=$$=\n");
        await Eventually.Until(() => System.Text.RegularExpressions.Regex.IsMatch(Hub.StreamText(1), @"pid=\d+="));
        var pid = System.Text.RegularExpressions.Regex.Match(Hub.StreamText(1), @"pid=(\d+)=").Groups[1].Value;
        await Hub.SendAsync(StreamFrameKind.End, 1, "{}"u8.ToArray());
        await Eventually.Until(() => !Directory.Exists($"/proc/{pid}"));
    }

    [Fact]
    public async Task An_exec_stream_pipes_in_and_out_and_tells_the_exit_code()
    {
        await Hub.OpenAsync(1, new StreamOpen("exec", CellFixture.Agent, ["sh", "-c", "cat; echo e >&2; exit 5"]));
        await TypeAsync(1, "in");
        await Hub.SendAsync(StreamFrameKind.Finish, 1);
        (await Hub.StreamEndAsync(1)).ExitCode.ShouldBe(5);
        Hub.StreamText(1).ShouldBe("ine\n");
    }

    [Theory]
    [InlineData("no-such-program", 127)]
    [InlineData("./no-such-program", 127)]
    [InlineData("/etc/passwd", 126)]
    [InlineData("./nonsense", 126)]
    public async Task A_program_that_is_not_there_or_can_not_be_run_is_told_apart(string program, int code)
    {
        await cell.PrintAsync("printf '\\177ELFnonsense' >nonsense; chmod +x nonsense");
        await Hub.OpenAsync(1, new StreamOpen("exec", CellFixture.Agent, [program]));
        var end = await Hub.StreamEndAsync(1);
        end.ExitCode.ShouldBe(code);
        end.Error.ShouldNotBeNull();

        var result = (await cell.RunAsync(new { type = "exec", argv = new[] { program } })).GetProperty("result");
        result.GetProperty("exitCode").GetInt32().ShouldBe(code);
        result.GetProperty("stderr").GetString().ShouldNotBeNull().ShouldContain(Path.GetFileName(program));
    }

    [Fact]
    public async Task Nothing_is_sent_past_the_window_and_a_grant_lets_it_go_on()
    {
        const int Total = 1_000_000;
        await Hub.OpenAsync(1, new StreamOpen("exec", CellFixture.Agent, ["head", "-c", $"{Total}", "/dev/zero"]));
        await Eventually.Until(() => Hub.StreamBytes(1).Length == StreamFrame.InitialWindow);
        (await cell.PrintAsync("echo meanwhile")).ShouldBe("meanwhile");
        Hub.StreamBytes(1).Length.ShouldBe(StreamFrame.InitialWindow);
        Hub.Frames(1)
            .Where(f => f.Kind == StreamFrameKind.Data)
            .Max(f => f.Body.Length)
            .ShouldBeLessThanOrEqualTo(StreamFrame.MaxData);

        await Hub.SendAsync(StreamFrameKind.Window, 1, new byte[] { 0, 0x10, 0, 0 });
        (await Hub.StreamEndAsync(1)).ExitCode.ShouldBe(0);
        Hub.StreamBytes(1).Length.ShouldBe(Total);
    }

    [Fact]
    public async Task What_the_hub_sends_is_granted_back_as_it_is_taken()
    {
        await Hub.OpenAsync(1, new StreamOpen("exec", CellFixture.Agent, ["wc", "-c"]));
        var sent = 0;
        while (sent < 2_000_000)
        {
            var granted = Hub.Frames(1)
                .Where(f => f.Kind == StreamFrameKind.Window)
                .Sum(f => (long)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(f.Body.Span));
            if (sent + StreamFrame.MaxData <= StreamFrame.InitialWindow + granted)
            {
                await Hub.SendAsync(StreamFrameKind.Data, 1, new byte[StreamFrame.MaxData]);
                sent += StreamFrame.MaxData;
            }
            else
            {
                await Task.Yield();
            }
        }

        await Hub.SendAsync(StreamFrameKind.Finish, 1);
        await Hub.StreamEndAsync(1);
        Hub.StreamText(1).Trim().ShouldBe($"{sent}");
    }

    [Theory]
    [InlineData("data")]
    [InlineData("window")]
    [InlineData("resize")]
    [InlineData("flood")]
    public async Task A_frame_against_the_rules_ends_its_stream_and_no_other(string what)
    {
        await Hub.OpenAsync(1, new StreamOpen("exec", CellFixture.Agent, ["sleep", "600"]));
        await Hub.OpenAsync(2, new StreamOpen("exec", CellFixture.Agent, ["cat"]));
        var (kind, size, times) = what switch
        {
            "data" => (StreamFrameKind.Data, StreamFrame.MaxData + 1, 1),
            "window" => (StreamFrameKind.Window, 3, 1),
            "resize" => (StreamFrameKind.Resize, 5, 1),
            _ => (StreamFrameKind.Data, StreamFrame.MaxData, 40),
        };
        for (var i = 0; i < times; i++)
        {
            await Hub.SendAsync(kind, 1, new byte[size]);
        }

        // sleep reads nothing, so its pipe and then the window fill up.
        (await Hub.StreamEndAsync(1)).Error.ShouldNotBeNull();
        await TypeAsync(2, "alive");
        await ShowsAsync(2, "alive");
    }

    [Fact]
    public async Task No_more_than_256_are_open_at_once_and_one_that_ends_makes_room()
    {
        var order = new StreamOpen("log", CellFixture.Agent, Follow: true, Lines: 0);
        for (var id = 1u; id <= 257; id++)
        {
            await cell.Connection.OpenAsync(id, order);
        }

        (await cell.Connection.StreamEndAsync(257)).Error!.ShouldContain("256 streams");
        await cell.Connection.SendAsync(StreamFrameKind.End, 1);
        await cell.Connection.OpenAsync(258, new StreamOpen("exec", CellFixture.Agent, ["true"]));
        (await cell.Connection.StreamEndAsync(258)).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Frames_of_unknown_streams_and_nonsense_are_ignored()
    {
        foreach (var kind in Enum.GetValues<StreamFrameKind>().Where(k => k != StreamFrameKind.Open))
        {
            await Hub.SendAsync(kind, 77, new byte[4]);
        }

        await Hub.SendAsync(StreamFrameKind.Open, 5, "nonsense"u8.ToArray());
        (await Hub.StreamEndAsync(5)).Error.ShouldNotBeNull();
        await Hub.SendAsync(StreamFrameKind.Open, 6, "null"u8.ToArray());
        (await Hub.StreamEndAsync(6)).Error.ShouldNotBeNull();
        await Hub.OpenAsync(7, new StreamOpen("shell", "stranger"));
        (await Hub.StreamEndAsync(7)).Error!.ShouldContain("agent");
        await Hub.OpenAsync(8, new StreamOpen("hologram", CellFixture.Agent));
        (await Hub.StreamEndAsync(8)).Error!.ShouldContain("kind");
        Hub.Frames(77).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_port_of_the_cell_is_reached_and_half_closed_both_ways()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        await Hub.OpenAsync(1, new StreamOpen("tcp", CellFixture.Agent, Port: port));
        using var server = await listener.AcceptAsync();
        await TypeAsync(1, "ping");
        await Hub.SendAsync(StreamFrameKind.Finish, 1);
        var text = "";
        var buffer = new byte[100];
        int count;
        while ((count = await server.ReceiveAsync(buffer)) > 0)
        {
            text += Encoding.ASCII.GetString(buffer, 0, count);
        }

        text.ShouldBe("ping");
        await server.SendAsync("pong"u8.ToArray());
        server.Shutdown(SocketShutdown.Send);
        (await Hub.StreamEndAsync(1)).Error.ShouldBeNull();
        Hub.StreamText(1).ShouldBe("pong");
        Hub.Frames(1).ShouldContain(f => f.Kind == StreamFrameKind.Finish);

        listener.Close();
        await Hub.OpenAsync(2, new StreamOpen("tcp", CellFixture.Agent, Port: port));
        (await Hub.StreamEndAsync(2)).Error!.ShouldContain($"{port}");
    }

    [Fact]
    public async Task The_log_is_shown_from_its_last_lines_and_followed()
    {
        await Hub.OpenAsync(1, new StreamOpen("log", CellFixture.Agent, Lines: 1));
        (await Hub.StreamEndAsync(1)).Error.ShouldBeNull();
        Hub.StreamText(1).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);

        await Hub.OpenAsync(2, new StreamOpen("log", CellFixture.Agent, Follow: true, Lines: 100));
        await ShowsAsync(2, "connected to the hub");
        await Hub.SendAsync(MessageTypes.Ack, "cell", "[]"u8.ToArray());
        await ShowsAsync(2, "wrong shape");
    }

    [Fact]
    public async Task Streams_that_flood_delay_no_task()
    {
        for (var i = 1u; i <= 20; i++)
        {
            await Hub.OpenAsync(i, new StreamOpen("exec", CellFixture.Agent, ["cat", "/dev/zero"]));
            await Hub.SendAsync(StreamFrameKind.Window, i, new byte[] { 0x10, 0, 0, 0 });
        }

        await Eventually.Until(() => Hub.Frames(20).Count > 3);
        var before = Enumerable.Range(1, 20).Sum(i => Hub.Frames((uint)i).Count);
        for (var n = 0; n < 5; n++)
        {
            (await cell.PrintAsync("echo quick")).ShouldBe("quick");
        }

        // Had a task waited for the streams it would have waited for 5 GB: that many bytes are granted.
        Enumerable.Range(1, 20).Sum(i => Hub.Frames((uint)i).Count).ShouldBeGreaterThan(before);
        Hub.Abort();
    }

    private Task TypeAsync(uint stream, string text) => Hub.SendAsync(StreamFrameKind.Data, stream, Encoding.UTF8.GetBytes(text));

    private Task ShowsAsync(uint stream, string text) => Eventually.Until(() => Hub.StreamText(stream).Contains(text));
}
