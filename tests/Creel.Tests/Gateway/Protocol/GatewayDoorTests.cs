using Creel.Core;
using Creel.Core.Gateway;
using Creel.Server.Gateway.Protocol;
using Creel.Tests.Gateway.Protocol.World;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Gateway.Protocol;

/// <summary>A gateway that is closed says why, be it the configuration or the port.</summary>
public sealed class GatewayDoorTests
{
    private static readonly Fault Bind = Fault.Refused("gateway-bind", "gateway.bind 'tailnet' is not served here");

    [Fact]
    public async Task What_is_configured_and_not_served_is_why_until_it_is_open()
    {
        await using var world = await GatewayWorld.StartAsync();
        Fault? refusal = Bind;
        await using var door = new GatewayDoor(_ => refusal is { } fault ? throw new CreelException(fault) : Host(world, 0));
        door.Refusal.ShouldBeNull();

        await Should.ThrowAsync<CreelException>(() => door.StartAsync());
        door.Refusal.ShouldBe(Bind);

        refusal = null;
        await door.StartAsync();
        door.Host.ShouldNotBeNull();
        door.Refusal.ShouldBeNull();

        refusal = Bind;
        await Should.ThrowAsync<CreelException>(() => door.RestartAsync());
        door.Host.ShouldBeNull();
        door.Refusal.ShouldBe(Bind);
    }

    [Fact]
    public async Task A_port_that_somebody_has_is_why()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var door = new GatewayDoor(_ => Host(world, world.Host.Port));

        await Should.ThrowAsync<CreelException>(() => door.StartAsync());

        door.Refusal.ShouldNotBeNull().Code.ShouldBe("port-in-use");
    }

    private static GatewayHost Host(GatewayWorld world, int port) =>
        new(
            new GatewayConfig
            {
                Port = port,
                Secret = () => SharedSecret.Token(GatewayWorld.Token),
                Version = "1.2.3",
                StateFolder = "/home/.creel",
            },
            world.Ports,
            TimeProvider.System,
            NullLogger.Instance
        );
}
