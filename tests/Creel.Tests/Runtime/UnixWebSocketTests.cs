using System.Net.Sockets;
using System.Net.WebSockets;
using Creel.Runtime.Link;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Runtime;

public sealed class UnixWebSocketTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly Socket server;
    private readonly Socket client;

    public UnixWebSocketTests()
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(folder["s"]));
        listener.Listen();
        client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(folder["s"]));
        server = listener.Accept();
    }

    public void Dispose()
    {
        client.Dispose();
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void What_either_side_sends_arrives_whatever_its_length_and_pieces()
    {
        using var ours = new UnixWebSocket(client, "p");
        using var theirs = WebSocket.CreateFromStream(
            new NetworkStream(server),
            new WebSocketCreationOptions { IsServer = true, SubProtocol = "p" }
        );
        var lengths = Gen.OneOf(Gen.Choose(0, 300), Gen.Choose(65_500, 65_600), Gen.Choose(4_080, 4_100), Gen.Constant(300_000));
        var messages =
            from length in lengths
            from seed in Gen.Choose(0, 1000)
            from piece in Gen.Elements(1 + (length / 3), 7000, 400_000)
            select (length, seed, piece);
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(
                Arb.From(messages),
                m =>
                {
                    var bytes = new byte[m.length];
                    new Random(m.seed).NextBytes(bytes);
                    var type = m.seed % 2 == 0 ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                    if (type == WebSocketMessageType.Text)
                    {
                        // .NET's server wants UTF-8 in a text.
                        bytes = [.. bytes.Select(b => (byte)(b & 0x7f))];
                    }

                    return Same(ours, theirs, bytes, type, m.piece) && Same(theirs, ours, bytes, type, m.piece);
                }
            )
        );
    }

    [Fact]
    public async Task Messages_that_come_at_once_are_told_apart_wherever_the_buffer_ends()
    {
        using var socket = new UnixWebSocket(client, "p");
        var messages = Enumerable.Range(0, 3000).Select(i => Enumerable.Repeat((byte)i, i * 7 % 131).ToArray()).ToList();
        byte[] all = [.. messages.SelectMany(m => (byte[])[0x82, .. Length(m.Length), .. m])];
        var sending = Task.Run(() => server.Send(all));

        foreach (var message in messages)
        {
            (await ReceiveAsync(socket)).ShouldBe(message);
        }

        (await sending).ShouldBe(all.Length);

        static byte[] Length(int bytes) => bytes < 126 ? [(byte)bytes] : [126, 0, (byte)bytes];
    }

    [Fact]
    public async Task A_ping_between_two_pieces_is_answered_and_the_message_is_whole()
    {
        using var socket = new UnixWebSocket(client, "p");
        var bytes = (byte[])[0x01, 2, .. "ab"u8, 0x89, 3, .. "hey"u8, 0x8a, 0, 0x00, 0, 0x80, 2, .. "cd"u8, 0x88, 0];
        foreach (var b in bytes)
        {
            server.Send([b]);
        }

        (await ReceiveAsync(socket)).ShouldBe("abcd"u8.ToArray());
        var pong = new byte[9];
        server.Receive(pong).ShouldBe(9);
        pong.ShouldBe((byte[])[0x8a, 0x83, 0, 0, 0, 0, .. "hey"u8]);
        (await socket.ReceiveAsync(new byte[10].AsMemory(), default)).MessageType.ShouldBe(WebSocketMessageType.Close);
    }

    [Theory]
    [InlineData("C101")] // a reserved bit
    [InlineData("8180")] // a mask, which servers don't use
    [InlineData("8000")] // a piece that continues nothing
    [InlineData("01006100")] // no such kind, in the middle of a message
    [InlineData("01008100")] // a new message in the middle of another
    [InlineData("0900")] // a ping in pieces
    [InlineData("897E0100")] // a ping that is too long
    [InlineData("827F7FFFFFFFFFFFFFFF")] // longer than anything
    [InlineData("8205AA")] // its end is missing
    public async Task What_breaks_the_rules_ends_the_connection(string bytes)
    {
        using var socket = new UnixWebSocket(client, "p");
        server.Send(Convert.FromHexString(bytes));
        server.Shutdown(SocketShutdown.Send);
        await Should.ThrowAsync<WebSocketException>(() => ReceiveAsync(socket));
    }

    private static bool Same(WebSocket from, WebSocket to, byte[] bytes, WebSocketMessageType type, int piece)
    {
        var receiving = Task.Run(() => ReceiveAsync(to));
        for (var at = 0; at == 0 || at < bytes.Length; at += piece)
        {
            var part = bytes.AsMemory(at, Math.Min(piece, bytes.Length - at));
            from.SendAsync(part, type, at + piece >= bytes.Length, default).AsTask().GetAwaiter().GetResult();
        }

        return receiving.GetAwaiter().GetResult().AsSpan().SequenceEqual(bytes);
    }

    private static async Task<byte[]> ReceiveAsync(WebSocket socket)
    {
        var buffer = new byte[5000];
        var all = new List<byte>();
        ValueWebSocketReceiveResult piece;
        do
        {
            piece = await socket.ReceiveAsync(buffer.AsMemory(), default);
            all.AddRange(buffer.AsSpan(0, piece.Count));
        } while (!piece.EndOfMessage);

        return [.. all];
    }
}
