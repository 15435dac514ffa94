using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;
using Creel.Tests.OpenClaw;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Runs over a line to a gateway that restarts, refuses and is written to by others while we are at it.</summary>
public sealed class WireTests
{
    private readonly WireGateway wire = new();
    private readonly LifecycleWorld world = new();

    public WireTests() => world.Desired.AddRange([LifecycleWorld.Agent("bart"), LifecycleWorld.Agent("lisa")]);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gateway_that_restarts_under_any_call_is_waited_for_and_nothing_is_lost_or_made_twice(bool heard)
    {
        await using var peer = wire.Start();
        for (var at = 1; at <= 40; at++)
        {
            (wire.Breaks, wire.Heard, wire.Count) = (at, heard, 0);
            wire.Clear();
            var fresh = new LifecycleWorld();
            fresh.Desired.AddRange(world.Desired);
            await using var client = peer.Client();

            var done = await RunAsync(fresh, client);

            done.Ok.ShouldBeTrue($"call {at}: {string.Join("; ", done.Ends.Select(e => e.Record.Error))}");
            wire.Agents.Select(a => a.Key).ShouldBe(["mc-bart", "mc-lisa"], $"call {at}");
            foreach (var agent in fresh.Desired)
            {
                var tools = wire.Files[(agent.Registration.Id, "TOOLS.md")];
                AgentToken.Find(tools, agent.Agent).ShouldBe(fresh.Tokens.Of(agent.Agent.Value), $"call {at}");
            }
        }
    }

    [Fact]
    public async Task Another_who_writes_the_same_configuration_loses_nothing_and_neither_do_we()
    {
        await using var peer = wire.Start();
        await using var client = peer.Client();
        wire.Meddles = 3;

        (await RunAsync(world, client)).Ok.ShouldBeTrue();

        wire.Agents.Select(a => a.Key).ShouldBe(["mc-bart", "mc-lisa", "other-1", "other-2", "other-3"], ignoreOrder: true);
        wire.Agents["mc-bart"]!["heartbeat"]!.ToJsonString().ShouldBe("""{"every":"10m"}""");
    }

    [Fact]
    public async Task One_that_is_down_waits_and_is_provisioned_when_it_is_back()
    {
        var peer = wire.Start();
        await using var client = peer.Client();
        await peer.DisposeAsync();

        var done = await RunAsync(world, client);

        done.Ok.ShouldBeFalse();
        world.Store.All.ShouldAllBe(r => r.Standing == Standing.Waiting && r.NextTry != null && r.Error != null);
    }

    private static async Task<ProvisionEvent.Done> RunAsync(LifecycleWorld world, GatewayClient client)
    {
        var plane = new OpenClawControlPlane(client, TimeProvider.System);
        var ports = world.Ports with
        {
            ReachAsync = async (name, _, cancel) =>
            {
                await client.HelloAsync(cancel);
                return new GatewayReach(name, plane, plane);
            },
        };
        var provisioner = new Provisioner(ports, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        return (await world.RunAsync(by: provisioner)).OfType<ProvisionEvent.Done>().Single();
    }
}
