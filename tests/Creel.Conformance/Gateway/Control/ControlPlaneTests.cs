using System.Text.Json;
using Creel.Adapters.OpenClaw;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Gateway.Protocol;
using Creel.Tests.Gateway.Protocol.World;
using Xunit.Abstractions;

namespace Creel.Conformance.Gateway.Control;

/// <summary>Both control planes: ours in process, and the one over the line, on our own gateway and on real ones.</summary>
public sealed class ControlPlaneTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Ours_in_process()
    {
        await using var world = await GatewayWorld.StartAsync();
        var plane = new OwnControlPlane(world.Ports, "provisioning");

        await ControlPlaneSuite.RunAsync(plane, "/srv", async () => (await world.Habitat.GetAsync()).Hash);
    }

    [Fact]
    public async Task Over_the_line_on_our_own_gateway()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var line = new GatewayClient(
            new GatewayAccess(world.Url) { Token = GatewayWorld.Token },
            new LineTerms("1"),
            TimeProvider.System
        );
        var plane = new OpenClawControlPlane(line, TimeProvider.System);

        await ControlPlaneSuite.RunAsync(plane, "/srv", async () => (await world.Habitat.GetAsync()).Hash);

        line.Figures.Connections.ShouldBe(1);
    }

    [RealGatewayFact(RealGatewayFactAttribute.New)]
    public Task Over_the_line_on_the_newest() => OnRealAsync(RealGatewayFactAttribute.New, 4);

    [RealGatewayFact(RealGatewayFactAttribute.Old)]
    public Task Over_the_line_on_the_older() => OnRealAsync(RealGatewayFactAttribute.Old, 3);

    private async Task OnRealAsync(string variable, int protocol)
    {
        await using var gateway = await RealGateway.StartAsync(variable);
        await using var line = gateway.Client(output.WriteLine);
        (await line.HelloAsync()).Protocol.ShouldBe(protocol);
        var plane = new OpenClawControlPlane(line, TimeProvider.System);
        try
        {
            await ControlPlaneSuite.RunAsync(plane, gateway.Workspaces, async () => Hash(await line.CallAsync("config.get")));
        }
        finally
        {
            output.WriteLine(gateway.Log);
        }

        output.WriteLine($"{line.Figures.Connections} connections");
    }

    private static string Hash(JsonElement config) => config.GetProperty("hash").GetString()!;
}
