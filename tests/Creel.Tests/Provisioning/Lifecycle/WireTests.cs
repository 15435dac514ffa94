using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_too_large_is_its_own_agents_fault_and_is_not_read_where_it_is_announced(bool announced)
    {
        await using var peer = wire.Start();
        await using var client = peer.Client();
        (await RunAsync(world, client)).Ok.ShouldBeTrue();
        wire.Files[("mc-bart", "SOUL.md")] = new string('x', announced ? GatewayBounds.FileBytes + 1 : 1);
        var read = new List<string>();
        wire.Instead = call =>
        {
            var name = (string?)call.Params["name"];
            if (call.Method == "agents.files.get")
            {
                read.Add($"{call.Params["agentId"]} {name}");
            }

            return call.Method == "agents.files.get" && name == "SOUL.md"
                ? FakeReply.Ok(new JsonObject { ["content"] = new string('x', GatewayBounds.FileBytes + 1) }.ToJsonString())
                : null;
        };

        var done = await RunAsync(world, client);

        done.Ends.Select(e => (e.Record.Agent.Value, e.Standing, e.Record.Error?.Code))
            .ShouldBe([("bart", Standing.Failed, "gateway-file-size"), ("lisa", Standing.Provisioned, null)], ignoreOrder: true);
        world.Store["bart"].Error!.Message.ShouldBe("SOUL.md of mc-bart has more than 2 MiB");
        read.Contains("mc-bart SOUL.md").ShouldBe(!announced);
    }

    [Fact]
    public async Task A_file_of_ours_that_is_too_large_is_not_written()
    {
        await using var peer = wire.Start();
        await using var client = peer.Client();
        world.Change("bart", "SOUL.md", new string('é', GatewayBounds.FileBytes / 2 + 1));

        await RunAsync(world, client);

        (world.Store["bart"].Standing, world.Store["bart"].Error?.Code).ShouldBe((Standing.Failed, "gateway-file-size"));
        world.Store["lisa"].Standing.ShouldBe(Standing.Provisioned);
        wire.Files.ContainsKey(("mc-bart", "SOUL.md")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(GatewayBounds.Agents + 1, "gateway-roster")]
    [InlineData(0, "gateway-garbage")]
    public async Task A_roster_that_is_not_to_be_read_is_told_of_every_agent(int count, string code)
    {
        await using var peer = FakeGateway.Start(async line =>
        {
            await line.GreetAsync();
            while (await line.ReadAsync() is { } call)
            {
                var entries =
                    count == 0
                        ? "\"mc-bart\":{\"heartbeat\":{\"every\":\"1m\",\"every\":\"2m\"}}"
                        : string.Join(',', Enumerable.Range(0, count).Select(n => $"\"a{n}\":{{}}"));
                var payload = $"{{\"hash\":\"h\",\"parsed\":{{\"agents\":{{\"entries\":{{{entries}}}}}}}}}";
                await line.SendAsync($$"""{"type":"res","id":"{{call.Id}}","ok":true,"payload":{{payload}}}""");
            }
        });
        await using var client = peer.Client();

        var done = await RunAsync(world, client);

        done.Ends.Select(e => (e.Standing, e.Record.Error?.Code)).ShouldBe([(Standing.Failed, code), (Standing.Failed, code)]);
        world.Store.All.Count.ShouldBe(2);
    }

    private static async Task<ProvisionEvent.Done> RunAsync(LifecycleWorld world, GatewayClient client)
    {
        var plane = new OpenClawControlPlane(client, TimeProvider.System);
        var ports = world.Ports with
        {
            ReachAsync = async (name, _, cancel) =>
            {
                await client.HelloAsync(cancel);
                return new GatewayReach(name, plane);
            },
        };
        var provisioner = new Provisioner(ports, TimeProvider.System, NullLogger.Instance, CancellationToken.None);
        return (await world.RunAsync(by: provisioner)).OfType<ProvisionEvent.Done>().Single();
    }
}
