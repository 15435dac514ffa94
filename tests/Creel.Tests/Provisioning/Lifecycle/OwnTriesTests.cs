using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>What waits is tried by itself at each gateway apart.</summary>
public sealed class OwnTriesTests
{
    private static readonly Fault Gone = Fault.Unavailable("gateway-unreachable", "Connection refused");

    private readonly LifecycleWorld world = new();
    private readonly SteppedTime time = new();
    private readonly TaskCompletionSource hanging = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Fault? mill = Gone;

    [Fact]
    public async Task A_gateway_that_does_not_answer_delays_no_other()
    {
        world.Desired.Add(LifecycleWorld.Agent("bart"));
        await WaitsAsync("prod", "bart");
        await WaitsAsync("mill", "lisa");
        using var stopping = new CancellationTokenSource();
        var provisioner = new Provisioner(Ports, time, NullLogger.Instance, stopping.Token);
        var keeping = provisioner.KeepAsync();

        // A first try there that fails, and then another when its time has come.
        await Eventually.Until(() => world.Store["lisa"].Attempts == 1);
        mill = null;
        await SteppedUntilAsync(() => world.Store["lisa"].Standing == Standing.Provisioned);

        world.Store["bart"].Standing.ShouldBe(Standing.Waiting);
        hanging.SetResult();
        await SteppedUntilAsync(() => world.Store["bart"].Standing == Standing.Provisioned);
        await stopping.CancelAsync();
        await keeping;
    }

    [Fact]
    public async Task All_who_wait_for_a_gateway_are_tried_with_the_first_whose_time_has_come()
    {
        hanging.SetResult();
        world.Desired.AddRange([LifecycleWorld.Agent("bart"), LifecycleWorld.Agent("maggie")]);
        await WaitsAsync("prod", "bart");
        await WaitsAsync("prod", "maggie");
        await world.Store.PutAsync(world.Store["maggie"] with { Error = Gone, NextTry = time.GetUtcNow().AddMinutes(9) });
        using var stopping = new CancellationTokenSource();
        var keeping = new Provisioner(Ports, time, NullLogger.Instance, stopping.Token).KeepAsync();

        await Eventually.Until(() => world.Store.All.All(r => r.Standing == Standing.Provisioned));

        await stopping.CancelAsync();
        await keeping;
    }

    private LifecyclePorts Ports =>
        world.Ports with
        {
            Habitat = () => Habitat,
            Desired = (_, gateway, _) =>
                gateway == "prod" ? new DesiredReading([.. world.Desired], [])
                : gateway == "mill" ? new DesiredReading([LifecycleWorld.Agent("lisa") with { Gateway = "mill" }], [])
                : new DesiredReading([], []),
            ReachAsync = async (name, _, _) =>
            {
                if (name == "prod")
                {
                    await hanging.Task;
                }

                return name == "mill" && mill is { } fault
                    ? throw new CreelException(fault)
                    : new GatewayReach(name, name == "mill" ? Other : world.Gateway);
            },
        };

    private SimulatedGateway Other { get; } = new();

    private static HabitatModel Habitat { get; } =
        HabitatReader
            .Read(
                new HabitatInput
                {
                    Main = new HabitatSource(
                        "habitat.json5",
                        "{ name: 'x', gateways: { prod: { url: 'ws://127.0.0.1:1' }, mill: { url: 'ws://127.0.0.1:2' } }, agents: { list: [{ id: 'main' }] } }"
                    ),
                    HomeFolder = "/root",
                }
            )
            .Required();

    private ValueTask WaitsAsync(string gateway, string agent) =>
        world.Store.PutAsync(
            new ProvisionRecord
            {
                Gateway = gateway,
                Id = $"mc-{agent}",
                Agent = AgentId.Parse(agent),
                Standing = Standing.Waiting,
                NextTry = time.GetUtcNow(),
            }
        );

    private Task SteppedUntilAsync(Func<bool> end) =>
        Eventually.Until(() =>
        {
            time.Step(TimeSpan.FromSeconds(1));
            return end();
        });
}
