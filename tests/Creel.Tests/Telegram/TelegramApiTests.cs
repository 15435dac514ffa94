using System.Diagnostics;
using Creel.Adapters.Telegram;
using Creel.Tests.OpenClaw;

namespace Creel.Tests.Telegram;

public class TelegramApiTests
{
    [Fact]
    public async Task What_is_traced_here_is_not_told_to_Telegram()
    {
        var head = "";
        await using var server = FakeGateway.Start(async line =>
        {
            head = await line.HeadAsync();
            await line.Stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nContent-Length: 23\r\n\r\n{\"ok\":true,\"result\":{}}\n"u8.ToArray()
            );
            await Task.Delay(Timeout.Infinite, line.Stopping);
        });
        using var api = new TelegramApi(
            TelegramToken.Parse("111:AAAAAAAAAAAAAAAAAAAA"),
            new Uri($"http://127.0.0.1:{server.Port}"),
            proxy: null
        );
        using var traced = new Activity("a task").Start();

        await api.CallAsync("getMe", _ => { }, TimeSpan.FromSeconds(30), CancellationToken.None);

        head.ShouldContain("/getMe HTTP/1.1");
        head.ShouldNotContain("traceparent", Case.Insensitive);
        head.ShouldNotContain(traced.TraceId.ToString());
    }
}
