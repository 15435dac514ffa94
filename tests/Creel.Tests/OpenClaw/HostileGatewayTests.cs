using System.Net.WebSockets;
using System.Text;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.OpenClaw;

/// <summary>Gateways that mean harm: whatever they send, who waits is told.</summary>
public sealed class HostileGatewayTests
{
    [Theory]
    [InlineData("{}", WebSocketMessageType.Binary)]
    [InlineData("{\"type\":\"\u00ff\"}", WebSocketMessageType.Binary)]
    [InlineData("{\"type\":\"\u00ff\"}", WebSocketMessageType.Text)]
    [InlineData("{\"type\":\"event\",\"type\":\"res\"}", WebSocketMessageType.Text)]
    [InlineData("{\"type\":\"res\",\"id\":\"2\",\"ok\":true,\"payload\":{\"a\":{\"b\":1,\"b\":2}}}", WebSocketMessageType.Text)]
    public async Task A_frame_that_can_not_be_read_ends_the_line_and_all_that_wait_on_it(string said, WebSocketMessageType type)
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            await line.ReadAsync();
            await line.ReadAsync();
            await line.SendAsync(Encoding.Latin1.GetBytes(said), type);
            await Task.Delay(Timeout.Infinite, line.Stopping);
        });
        await using var client = gateway.Client();
        await client.HelloAsync();

        var (turn, look) = (
            client.CallAsync("agent", null, CallManner.Once),
            client.CallAsync("config.get", null, CallManner.Once)
        );

        (await GatewayClientTests.FaultOf(() => turn)).Code.ShouldBe("gateway-garbage");
        (await GatewayClientTests.FaultOf(() => look)).Code.ShouldBe("gateway-garbage");
    }

    [Fact]
    public async Task A_listener_that_fails_at_an_event_ends_the_line_and_all_that_wait_on_it()
    {
        await using var gateway = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            await line.ReadAsync();
            await line.SendAsync("""{"type":"event","event":"chat","payload":{"text":"odd words"}}""");
            await Task.Delay(Timeout.Infinite, line.Stopping);
        });
        await using var client = gateway.Client();
        client.Heard += (name, _) =>
        {
            if (name == "chat")
            {
                throw new InvalidOperationException("odd words");
            }
        };

        var fault = await GatewayClientTests.FaultOf(() => client.CallAsync("config.get", null, CallManner.Once));

        fault.Code.ShouldBe("gateway-garbage");
        fault.Message.ShouldNotContain("odd words");
    }
}
