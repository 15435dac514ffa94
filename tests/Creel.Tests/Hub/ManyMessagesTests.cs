using System.Net.Sockets;
using System.Text;

namespace Creel.Tests.Hub;

[Collection(nameof(Alone))]
public sealed class ManyMessagesTests
{
    [Fact]
    public async Task A_million_tiny_messages_are_taken_without_growing()
    {
        await using var server = await HubServer.StartAsync();
        var token = await server.RegisterAsync("bart");
        using var socket = new TcpClient("127.0.0.1", server.SocketPort) { NoDelay = true };
        var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET /agent/bart/{token} HTTP/1.1\r\nHost: 127.0.0.1:{server.SocketPort}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
            )
        );

        // Frames by hand, masked with zeros: a client's own overhead would be most of the time.
        byte[] frame = [0x81, 0x82, 0, 0, 0, 0, (byte)'{', (byte)'}'];
        var thousand = Enumerable.Repeat(frame, 1000).SelectMany(f => f).ToArray();

        // The first half fills every pool and buffer; had each message left 20 bytes, the second half would show it.
        var before = await HalfAsync(500_000);
        (await HalfAsync(1_000_000) - before).ShouldBeLessThan(10_000_000);

        async Task<long> HalfAsync(int total)
        {
            for (var i = 0; i < 500; i++)
            {
                await stream.WriteAsync(thousand);
            }

            await Eventually.Until(
                async () =>
                    (await server.Client.GetStringAsync("/metrics")).Contains(
                        $"vm_hub_messages_total{{type=\"unknown\",status=\"error\"}} {total}"
                    ),
                TimeSpan.FromSeconds(60)
            );
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }
}
