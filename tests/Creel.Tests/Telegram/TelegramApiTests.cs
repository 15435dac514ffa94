using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Creel.Adapters.Telegram;

namespace Creel.Tests.Telegram;

public class TelegramApiTests
{
    [Fact]
    public async Task What_is_traced_here_is_not_told_to_Telegram()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var api = new TelegramApi(
            TelegramToken.Parse("111:AAAAAAAAAAAAAAAAAAAA"),
            new Uri($"http://{listener.LocalEndpoint}"),
            null
        );
        using var traced = new Activity("a task").Start();

        var calling = api.CallAsync("getMe", _ => { }, TimeSpan.FromSeconds(30), default);
        using var socket = await listener.AcceptSocketAsync();
        var head = await HeadAsync(socket);
        await socket.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{\"ok\":true,\"result\":{}}\n"u8.ToArray());
        await calling;

        head.ShouldContain("/getMe HTTP/1.1");
        head.ShouldNotContain("traceparent", Case.Insensitive);
        head.ShouldNotContain(traced.TraceId.ToString());
    }

    private static async Task<string> HeadAsync(Socket socket)
    {
        var (head, buffer) = (new StringBuilder(), new byte[4096]);
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append(Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)));
        }

        return head.ToString();
    }
}
