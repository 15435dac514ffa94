using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>How agents are shown between two runs: one that nobody wants any more is not as one that is as it should be.</summary>
public sealed class PositionTests
{
    private readonly LifecycleWorld world = new();

    public PositionTests() => world.Desired.AddRange([LifecycleWorld.Agent("bart"), LifecycleWorld.Agent("lisa")]);

    [Fact]
    public async Task Who_is_wanted_no_more_is_left_there_with_a_command_that_takes_it_away()
    {
        await world.RunAsync();
        world.Desired.RemoveAt(0);

        var left = (await PositionsAsync())["bart"].Left.ShouldNotBeNull();
        (left.Code, left.Message).ShouldBe(("not-wanted", "not wanted any more"));
        left.Remedy.ShouldBe("Take it away: creel provision --gateway prod --agent bart --prune");
        (await PositionsAsync())["lisa"].Left.ShouldBeNull();

        // It works.
        var agent = AgentId.Parse("bart");
        (await world.Provisioner().GatewaysAsync("prod", agent, default)).ShouldBe(["prod"]);
        await world.RunAsync(new ProvisionOptions { Prune = true }, new ProvisionScope([agent]));
        world.Gateway.Ids.ShouldBe(["mc-lisa"]);
        (await PositionsAsync()).Keys.ShouldBe(["lisa"]);
    }

    [Fact]
    public async Task Of_a_gateway_that_the_habitat_has_no_more_it_is_said_and_no_command_that_fails()
    {
        await world.RunAsync();
        await world.Store.PutAsync(world.Store["bart"] with { Gateway = "gone", Agent = AgentId.Parse("maggie") });

        var left = (await PositionsAsync())["maggie"].Left.ShouldNotBeNull();

        left.Message.ShouldContain("no gateway gone");
        left.Remedy.ShouldNotBeNull().ShouldContain("creel gateway add gone URL");
    }

    [Fact]
    public async Task One_of_ours_that_is_not_provisioned_any_more_can_be_forgotten()
    {
        var homer = AgentId.Parse("homer");
        await world.Store.PutAsync(
            new ProvisionRecord
            {
                Gateway = null,
                Id = "homer",
                Agent = homer,
                Standing = Standing.Provisioned,
            }
        );

        (await PositionsAsync())["homer"]
            .Left!.Remedy.ShouldBe("Creel did not make it there. To forget it here: creel provision --agent homer --prune");
        (await world.Provisioner().GatewaysAsync(null, homer, default)).ShouldBe([null]);
    }

    [Fact]
    public async Task Who_is_wanted_and_can_not_be_made_and_who_is_its_gateways_own_are_not_left()
    {
        await world.RunAsync();
        world.Desired.RemoveAt(0);
        world.Problems.Add(new(AgentId.Parse("bart"), Fault.Invalid("template", "SOUL.md:1:2 no such filter")));
        world.Change("lisa", d => d with { Files = null });

        var all = await PositionsAsync();

        all.Values.ShouldAllBe(p => p.Left == null);
        all["lisa"].Wanted!.Files.ShouldBeNull();
    }

    [Fact]
    public async Task Who_looks_again_and_again_has_nothing_rendered_anew_until_the_habitat_is_another()
    {
        await world.RunAsync();
        await world.Store.PutAsync(world.Store["bart"] with { Id = "mc-gone", Agent = AgentId.Parse("gone") });
        var rendered = new List<(string?, ProvisioningMode)>();
        var habitat = world.Ports.Habitat()!;
        var ports = world.Ports with
        {
            Habitat = () => habitat,
            Desired = (model, gateway, mode) =>
            {
                rendered.Add((gateway, mode));
                return world.Ports.Desired(model, gateway, mode);
            },
        };
        var provisioner = new Provisioner(ports, TimeProvider.System, NullLogger.Instance, default);

        for (var look = 0; look < 5; look++)
        {
            (await provisioner.StatusAsync(default)).Count.ShouldBe(3);
        }

        rendered.ShouldBe([("prod", ProvisioningMode.Ours), ("prod", ProvisioningMode.Seed)], ignoreOrder: true);

        // Another one, in which it may be that nothing is as it was.
        habitat = habitat with
        {
            Name = "another",
        };
        world.Desired.RemoveAt(0);
        var positions = await provisioner.StatusAsync(default);

        positions.Single(p => p.Record?.Agent.Value == "bart").Left.ShouldNotBeNull();
        rendered.Count.ShouldBe(4);
    }

    [Fact]
    public void Who_is_looked_for_by_name_has_the_others_rendered_once_and_not_each_time()
    {
        var rendered = 0;
        var habitat = Creel.Tests.Habitats.Habitat.Model(
            "{ agents: { list: [{ id: 'main' }] }, gateways: { prod: { url: 'ws://127.0.0.1:1', workspaceRoot: '/w', "
                + "agents: { bart: {}, lisa: {} } } } }"
        );
        var ports = world.Ports with
        {
            Habitat = () => habitat,
            Desired = (model, gateway, mode) =>
            {
                rendered++;
                return world.Ports.Desired(model, gateway, mode);
            },
        };
        var provisioner = new Provisioner(ports, TimeProvider.System, NullLogger.Instance, default);

        string?[] found =
        [
            .. new[] { "bart", "lisa", "nobody" }.Select(name => provisioner.Find(AgentId.Parse(name))?.Agent.Value),
        ];

        found.ShouldBe(["bart", "lisa", null]);
        rendered.ShouldBe(1);
    }

    [Fact]
    public async Task What_can_not_be_made_is_tried_again_at_each_look()
    {
        var problem = new DesiredProblem(AgentId.Parse("todd"), Fault.Invalid("base-url", "it is not known where we are"));
        world.Problems.Add(problem);
        var provisioner = world.Provisioner();
        (await provisioner.StatusAsync(default)).Count.ShouldBe(2);

        world.Problems.Clear();
        world.Desired.Add(LifecycleWorld.Agent("todd"));

        (await provisioner.StatusAsync(default)).Count.ShouldBe(3);
    }

    private async Task<Dictionary<string, AgentPosition>> PositionsAsync() =>
        (await world.Provisioner().StatusAsync(default)).ToDictionary(p => (p.Record?.Agent ?? p.Wanted!.Agent).Value);
}
