using System.Net.WebSockets;
using Creel.Core.Link;

namespace Creel.Tests.Hub;

/// <summary>A stream that is open from a client through the hub to the runtime of bart's cell.</summary>
/// <param name="Opened">The frame that told the runtime of it.</param>
internal sealed record Line(HubServer Server, Peer Runtime, ClientWebSocket Client, StreamFrame Opened) : IAsyncDisposable
{
    /// <param name="query">What kind of stream, as in the URL.</param>
    public static async Task<Line> OpenAsync(string query)
    {
        var server = await HubServer.StartAsync();
        await server.OpenAsync("c1", "bart");
        var runtime = await Peer.RuntimeAsync(server, "c1");
        var client = await DialAsync(server, query);
        return new Line(server, runtime, client, await runtime.NextFrameAsync());
    }

    public static async Task<ClientWebSocket> DialAsync(HubServer server, string query)
    {
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Authorization", $"Bearer {HubServer.Token}");
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{server.HttpPort}/agents/bart/streams?{query}"), default);
        return socket;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Runtime.DisposeAsync();
        await Server.DisposeAsync();
    }
}
