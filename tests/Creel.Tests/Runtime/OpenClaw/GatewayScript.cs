using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;

namespace Creel.Tests.Runtime.OpenClaw;

/// <summary>The gateway's end of a connection, played by a test.</summary>
internal sealed class GatewayScript : IDisposable
{
    public required WebSocket Client { get; init; }

    public required WebSocket Server { get; init; }

    public static async Task<GatewayScript> StartAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndPoint!);
        return new GatewayScript { Client = Of(client, false), Server = Of(await listener.AcceptAsync(), true) };

        static WebSocket Of(Socket socket, bool server) =>
            WebSocket.CreateFromStream(new NetworkStream(socket, true), server, null, Timeout.InfiniteTimeSpan);
    }

    public static string Accepted(string id) => Answer(id, """{"runId":"r","status":"accepted"}""");

    public static string Delta(string run, string item, string text) =>
        """{"type":"event","event":"agent","payload":{"runId":"RUN","stream":"assistant","data":{"delta":"TEXT","itemId":"ITEM"}}}"""
            .Replace("RUN", run)
            .Replace("ITEM", item)
            .Replace("TEXT", text);

    public static string Final(string id, string text) =>
        Answer(
            id,
            """
            {"runId":"r","status":"ok","summary":"completed","result":{"payloads":[{"text":"TEXT"},{"text":null}],
            "meta":{"agentMeta":{"provider":"anthropic","model":"m"}}}}
            """.Replace("TEXT", text)
        );

    private static string Answer(string id, string payload) =>
        """{"type":"res","id":"ID","ok":true,"payload":BODY}""".Replace("ID", id).Replace("BODY", payload);

    public Task SayAsync(string text) =>
        Server.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, CancellationToken.None);

    public async Task<JsonElement> HearAsync()
    {
        var buffer = new byte[64 * 1024];
        var piece = await Server.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        return JsonDocument.Parse(buffer.AsMemory(0, piece.Count)).RootElement;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
    }
}
