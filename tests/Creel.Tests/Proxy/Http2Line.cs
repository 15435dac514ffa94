using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Creel.Tests.Proxy;

/// <summary>
/// A client of HTTP/2 that says what a test wants, in frames written by hand (RFC 9113); header fields as literals without
/// Huffman codes (RFC 7541 §6.2.2). Of answers it tells the frames alone.
/// </summary>
internal sealed class Http2Line : IAsyncDisposable
{
    public const byte Data = 0;
    public const byte Headers = 1;
    public const byte Reset = 3;
    public const byte Settings = 4;
    public const byte GoAway = 7;

    public const byte EndStream = 1;
    private const byte EndHeaders = 4;
    private readonly SslStream tls;

    private Http2Line(SslStream tls) => this.tls = tls;

    /// <summary>As if it were the provider itself that is called.</summary>
    public static async Task<Http2Line> ConnectAsync(ProxyServer proxy, string name)
    {
        var socket = await proxy.LineAsync();
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = name, ApplicationProtocols = [SslApplicationProtocol.Http2] }
        );
        tls.NegotiatedApplicationProtocol.ShouldBe(SslApplicationProtocol.Http2);
        var line = new Http2Line(tls);
        await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await line.SendAsync(Settings, 0, 0, []);
        return line;
    }

    public async Task SendAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8 | type);
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        await tls.WriteAsync(frame);
    }

    public Task RequestAsync(int stream, bool ends, params (string Name, string Value)[] fields)
    {
        using var block = new MemoryStream();
        foreach (var (name, value) in fields)
        {
            block.WriteByte(0);
            Text(block, name);
            Text(block, value);
        }

        return SendAsync(Headers, (byte)(EndHeaders | (ends ? EndStream : 0)), stream, block.ToArray());
    }

    /// <returns>Null: the connection ended.</returns>
    public async Task<(byte Type, byte Flags, int Stream, byte[] Payload)?> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var head = new byte[9];
        try
        {
            await tls.ReadExactlyAsync(head, limit.Token);
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
            await tls.ReadExactlyAsync(payload, limit.Token);
            return (head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return null;
        }
    }

    /// <summary>What becomes of a request: <c>200</c>, <c>reset</c>, <c>goaway</c> or <c>closed</c>.</summary>
    public async Task<string> OutcomeAsync(int stream)
    {
        while (await NextAsync() is { } frame)
        {
            switch (frame)
            {
                case { Type: Headers } when frame.Stream == stream:
                    return Status(frame.Payload);
                case { Type: Reset } when frame.Stream == stream:
                    return "reset";
                case { Type: GoAway }:
                    return "goaway";
            }
        }

        return "closed";
    }

    public ValueTask DisposeAsync() => tls.DisposeAsync();

    /// <summary>The first field of an answer is its status: of the static table, or a literal under the name of its entry 8.</summary>
    private static string Status(byte[] block)
    {
        // An update of the table's size may come first.
        var at = block.AsSpan().IndexOfAnyExceptInRange((byte)0x20, (byte)0x3F);
        string[] known = ["200", "204", "206", "304", "400", "404", "500"];
        return block[at] is >= 0x88 and <= 0x8E ? known[block[at] - 0x88] : Encoding.ASCII.GetString(block, at + 2, 3);
    }

    private static void Text(MemoryStream to, string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127)
        {
            to.WriteByte((byte)bytes.Length);
        }
        else
        {
            to.WriteByte(127);
            var rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7)
            {
                to.WriteByte((byte)(rest & 127 | 128));
            }

            to.WriteByte((byte)rest);
        }

        to.Write(bytes);
    }
}
