using System.Buffers.Binary;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Server.Hub.Links;

namespace Creel.Tests.Hub;

public sealed class StreamTests
{
    [Fact]
    public async Task Bytes_go_both_ways_and_the_end_is_told()
    {
        await using var line = await Line.OpenAsync("kind=shell&columns=120&rows=40&term=xterm-256color");
        var (server, runtime, client) = (line.Server, line.Runtime, line.Client);
        var open = line.Opened;
        open.Kind.ShouldBe(StreamFrameKind.Open);
        var what = JsonSerializer.Deserialize(open.Body.Span, LinkJson.Default.StreamOpen)!;
        (what.Kind, what.Agent, what.Columns, what.Rows, what.Term).ShouldBe(("shell", "bart", 120, 40, "xterm-256color"));
        await client.SendAsync(Encoding.UTF8.GetBytes("ls\n"), WebSocketMessageType.Binary, true, default);
        Encoding.UTF8.GetString((await runtime.NextFrameAsync()).Body.Span).ShouldBe("ls\n");
        await client.SendAsync("""{"resize":{"columns":100,"rows":50}}"""u8.ToArray(), WebSocketMessageType.Text, true, default);
        var resize = await runtime.NextFrameAsync();
        resize.Kind.ShouldBe(StreamFrameKind.Resize);
        BinaryPrimitives.ReadUInt16BigEndian(resize.Body.Span).ShouldBe((ushort)100);
        await client.SendAsync("""{"finish":true}"""u8.ToArray(), WebSocketMessageType.Text, true, default);
        (await runtime.NextFrameAsync()).Kind.ShouldBe(StreamFrameKind.Finish);
        await runtime.SendFrameAsync(StreamFrameKind.Data, open.Stream, "file\n"u8.ToArray());
        (await ReceiveAsync(client)).ShouldBe((WebSocketMessageType.Binary, "file\n"));
        await runtime.SendFrameAsync(StreamFrameKind.End, open.Stream, """{"exitCode":3}"""u8.ToArray());
        (await ReceiveAsync(client)).ShouldBe((WebSocketMessageType.Text, """{"end":{"exitCode":3,"error":null}}"""));
        (await ReceiveAsync(client)).Item1.ShouldBe(WebSocketMessageType.Close);
    }

    [Fact]
    public async Task A_client_that_does_not_read_holds_no_more_than_a_window()
    {
        await using var line = await Line.OpenAsync("kind=log&follow=1");
        var (server, runtime, client) = (line.Server, line.Runtime, line.Client);
        var stream = line.Opened.Stream;
        var sent = 0;
        var window = StreamFrame.InitialWindow;
        var piece = new byte[StreamFrame.MaxData];

        // The kernel's buffers take some before the hub notices; in the end no more is granted.
        while (sent < 64 * 1024 * 1024)
        {
            while (runtime.TryNextFrame(out var frame))
            {
                window += (int)BinaryPrimitives.ReadUInt32BigEndian(frame.Body.Span);
            }

            if (window < piece.Length)
            {
                break;
            }

            await runtime.SendFrameAsync(StreamFrameKind.Data, stream, piece);
            window -= piece.Length;
            sent += piece.Length;
        }

        // Whatever is granted late is still bounded by what the client has room for.
        sent.ShouldBeLessThan(64 * 1024 * 1024);
        var id = await server.SubmitAsync("bart");
        (await runtime.NextTaskAsync()).ShouldBe(id);
        var got = 0L;
        var buffer = new byte[64 * 1024];
        while (got < sent)
        {
            got += (await client.ReceiveAsync(buffer.AsMemory(), default)).Count;
        }

        got.ShouldBe(sent);
    }

    [Fact]
    public async Task A_cell_that_sends_more_than_it_may_ends_its_stream_only()
    {
        await using var line = await Line.OpenAsync("kind=tcp&port=8080");
        var (server, runtime, client) = (line.Server, line.Runtime, line.Client);
        var stream = line.Opened.Stream;
        await runtime.SendFrameAsync(StreamFrameKind.Data, stream, new byte[StreamFrame.MaxData + 1]);
        (await ReceiveAsync(client)).Item2.ShouldContain("more than it may");
        (await runtime.NextFrameAsync()).Kind.ShouldBe(StreamFrameKind.End);
        var id = await server.SubmitAsync("bart");
        (await runtime.NextTaskAsync()).ShouldBe(id);
    }

    /// <summary>Without a socket: nobody reads, so nothing is granted.</summary>
    [Fact]
    public async Task A_cell_can_not_fill_the_hub_beyond_the_window()
    {
        using var link = Unread();
        var stream = link.Streams.Open(new StreamOpen("log", "bart"));
        for (var i = 0; i <= StreamFrame.InitialWindow / StreamFrame.MaxData; i++)
        {
            link.Streams.Receive(new StreamFrame(StreamFrameKind.Data, stream.Id, new byte[StreamFrame.MaxData]));
        }

        var held = 0;
        while (await stream.ReadAsync(default) is { } bytes)
        {
            held += bytes.Length;
        }

        held.ShouldBe(StreamFrame.InitialWindow);
        stream.End!.Error!.ShouldContain("more than it may");
        link.Streams.Count.ShouldBe(0);
    }

    [Fact]
    public async Task A_cell_finishes_a_stream_once_however_often_it_says_so()
    {
        using var link = Unread();
        var stream = link.Streams.Open(new StreamOpen("log", "bart"));
        for (var i = 0; i < 1000; i++)
        {
            link.Streams.Receive(new StreamFrame(StreamFrameKind.Finish, stream.Id, default));
        }

        link.Streams.Receive(new StreamFrame(StreamFrameKind.End, stream.Id, """{"exitCode":0}"""u8.ToArray()));
        var told = 0;
        while (await stream.ReadAsync(default) is not null)
        {
            told++;
        }

        told.ShouldBe(1);
    }

    /// <summary>It grants window after window, as if it read, and reads nothing.</summary>
    [Fact]
    public async Task A_cell_that_grants_and_does_not_read_loses_its_link_and_not_the_hubs_memory()
    {
        using var link = Unread();
        var stream = link.Streams.Open(new StreamOpen("exec", "bart", ["cat"]));
        var sent = 0;
        while (!link.Closed && sent < 100)
        {
            link.Streams.Receive(new StreamFrame(StreamFrameKind.Window, stream.Id, new byte[] { 0, 16, 0, 0 }));
            (await stream.WriteAsync(new byte[1024 * 1024], default)).ShouldBeTrue();
            sent++;
        }

        sent.ShouldBeInRange(60, 70);
    }

    [Fact]
    public void A_peer_that_never_reads_is_closed_before_it_fills_the_memory()
    {
        using var link = Unread(LinkKind.Old);
        var posted = 0;
        for (; !link.Closed && posted < 100; posted++)
        {
            link.Post(new byte[1024 * 1024]);
        }

        posted.ShouldBe(65);
        link.Backlogged.ShouldBeTrue();
    }

    [Fact]
    public void A_message_goes_before_every_piece_that_waits()
    {
        var outbox = new Outbox();
        for (var i = 0; i < 1000; i++)
        {
            outbox.AddFrame(new byte[16 * 1024]);
        }

        outbox.AddMessage(new byte[] { 1 });
        outbox.TryTake(out var first, out var frame).ShouldBeTrue();
        (first.Length, frame).ShouldBe((1, false));
        outbox.FrameBytes.ShouldBe(1000 * 16 * 1024);
    }

    [Fact]
    public async Task A_task_passes_a_stream_that_floods()
    {
        await using var line = await Line.OpenAsync("kind=exec&command=yes");
        var (server, runtime, client) = (line.Server, line.Runtime, line.Client);
        var stream = line.Opened.Stream;
        using var stop = new CancellationTokenSource();
        var flood = Task.Run(async () =>
        {
            // As much as the client takes, until the test ends.
            var got = StreamFrame.InitialWindow;
            while (!stop.IsCancellationRequested)
            {
                while (got >= 16 * 1024)
                {
                    await runtime.SendFrameAsync(StreamFrameKind.Data, stream, new byte[16 * 1024]);
                    got -= 16 * 1024;
                }

                var grant = await runtime.NextFrameAsync();
                got += grant.Kind == StreamFrameKind.Window ? (int)BinaryPrimitives.ReadUInt32BigEndian(grant.Body.Span) : 0;
            }
        });
        var drain = Task.Run(async () =>
        {
            var buffer = new byte[64 * 1024];
            while (true)
            {
                await client.ReceiveAsync(buffer.AsMemory(), default);
            }
        });
        for (var i = 0; i < 20; i++)
        {
            var id = await server.SubmitAsync("bart");
            (await runtime.NextTaskAsync()).ShouldBe(id);
        }

        await stop.CancelAsync();
        await flood;
        client.Abort();
        await drain.ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task The_hub_takes_no_more_from_the_client_than_the_cell_reads()
    {
        await using var line = await Line.OpenAsync("kind=exec&command=cat&command=-");
        var (server, runtime, client) = (line.Server, line.Runtime, line.Client);
        var stream = line.Opened.Stream;
        var sending = Task.Run(async () =>
        {
            for (var i = 0; i < 40; i++)
            {
                await client.SendAsync(new byte[16 * 1024], WebSocketMessageType.Binary, true, default);
            }
        });
        var got = 0;
        while (got < StreamFrame.InitialWindow)
        {
            got += (await runtime.NextFrameAsync()).Body.Length;
        }

        got.ShouldBe(StreamFrame.InitialWindow);
        runtime.TryNextFrame(out _).ShouldBeFalse();
        await runtime.SendFrameAsync(StreamFrameKind.Window, stream, [0, 16, 0, 0]);
        while (got < 40 * 16 * 1024)
        {
            got += (await runtime.NextFrameAsync()).Body.Length;
        }

        await sending;
    }

    [Fact]
    public async Task A_stream_ends_with_its_link_and_an_absent_agent_has_none()
    {
        await using var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        using var refused = await server.Client.GetAsync("/agents/bart/streams?kind=shell");
        ((int)refused.StatusCode).ShouldBe(400);
        await Should.ThrowAsync<WebSocketException>(() => Line.DialAsync(server, "kind=shell"));
        var runtime = await Peer.RuntimeAsync(server, "c1");
        using var client = await Line.DialAsync(server, "kind=shell");
        await runtime.NextFrameAsync();
        await runtime.DisposeAsync();
        (await ReceiveAsync(client)).Item2.ShouldContain("link to the cell was lost");
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_the_stream_in_the_cell()
    {
        await using var line = await Line.OpenAsync("kind=shell");
        var (server, runtime, client) = (line.Server, line.Runtime, line.Client);
        client.Abort();
        (await runtime.NextFrameAsync()).Kind.ShouldBe(StreamFrameKind.End);
        (await server.GetAsync("/audit?tail=10")).ToString().ShouldContain("stream.open");
    }

    /// <summary>A link whose other end reads nothing.</summary>
    private static Creel.Server.Hub.Links.Link Unread(LinkKind kind = LinkKind.Runtime) =>
        new(
            WebSocket.CreateFromStream(Stream.Null, new WebSocketCreationOptions { IsServer = true }),
            kind,
            TimeProvider.System,
            new Intake(),
            default
        );

    private static async Task<(WebSocketMessageType, string)> ReceiveAsync(ClientWebSocket socket)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[64 * 1024];
        var got = await socket.ReceiveAsync(buffer.AsMemory(), limit.Token);
        return (got.MessageType, Encoding.UTF8.GetString(buffer, 0, got.Count));
    }
}
