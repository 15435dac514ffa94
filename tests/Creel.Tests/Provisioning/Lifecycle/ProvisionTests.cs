using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class ProvisionTests
{
    private readonly LifecycleWorld world = new();

    public ProvisionTests() => world.Desired.Add(LifecycleWorld.Agent("bart"));

    private SimulatedGateway Gateway => world.Gateway;

    private static ProvisionOptions Ask(ProvisionAsks asks) => new() { Asks = asks };

    [Fact]
    public async Task A_new_agent_is_made_gets_its_files_and_a_token_that_holds_and_is_woken_once()
    {
        var events = await world.RunAsync();

        Gateway.Ids.ShouldBe(["mc-bart"]);
        Gateway.Sessions.ShouldBe(["agent:mc-bart:main"]);
        Gateway["mc-bart", "SOUL.md"].ShouldBe("# soul of bart");
        Gateway["mc-bart", "USER.md"].ShouldBe("# marge");
        AgentToken.Find(Gateway["mc-bart", "TOOLS.md"]!, AgentId.Parse("bart")).ShouldBe(world.Tokens.Of("bart"));
        world.Wakes.ShouldBe([("bart", WakeReason.Provisioned)]);
        world
            .Store["bart"]
            .ShouldSatisfyAllConditions(
                r => r.Standing.ShouldBe(Standing.Provisioned),
                r => r.Made.ShouldBeTrue(),
                r => r.Files["USER.md"].Base.ShouldBe("# marge"),
                r => r.Files["SOUL.md"].Base.ShouldBeNull()
            );
        events.OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Fifty_agents_with_nothing_to_do_are_one_look_each_and_no_write()
    {
        world.Desired.Clear();
        world.Desired.AddRange(Enumerable.Range(0, 50).Select(i => LifecycleWorld.Agent($"a{i}")));
        await world.RunAsync();
        Gateway.Calls.Clear();

        await world.RunAsync();

        Gateway.Writes.ShouldBe(0);
        Gateway.Calls.Count.ShouldBeLessThanOrEqualTo(52);
    }

    [Fact]
    public async Task All_that_are_new_are_registered_in_one_go()
    {
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        await world.RunAsync();

        Gateway.Calls.Count(c => c.StartsWith("upsert", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Of_an_agent_that_was_there_before_us_its_own_files_stay_and_it_is_never_taken_away()
    {
        Gateway.Put("mc-bart", "old", "/old");
        Gateway["mc-bart", "USER.md"] = "# homer";
        await world.RunAsync();

        Gateway["mc-bart", "USER.md"].ShouldBe("# homer");
        (await world.PlanAsync()).Agents.Single().Files.Single().Reason.ShouldBe(FileReason.WasThere);
        world.Desired.Clear();

        await world.RunAsync(new ProvisionOptions { Prune = true });

        Gateway.Ids.ShouldBe(["mc-bart"]);
        world.Store.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_one_that_is_its_gateways_own_nothing_is_written_and_nothing_kept()
    {
        Gateway.Put("mc-bart", "old", "/old");
        world.Change("bart", d => d with { Files = null });
        world.Desired.Add(LifecycleWorld.Agent("gone") with { Files = null });

        var events = await world.RunAsync(Ask(ProvisionAsks.ResetSession | ProvisionAsks.RotateToken));

        Gateway.Writes.ShouldBe(0);
        world.Store.All.ShouldBeEmpty();
        world.Wakes.ShouldBeEmpty();
        var done = events.OfType<ProvisionEvent.Done>().Single();
        done.Ok.ShouldBeTrue();
        done.Ends.Select(e => e.Skipped)
            .ShouldBe(["it is its gateway's own (files: false)", "it is not there"], ignoreOrder: true);
    }

    /// <summary>It was deleted, and imported as it is: who prunes still means the one that we made.</summary>
    [Fact]
    public async Task Of_one_that_we_made_and_that_is_its_gateways_own_now_it_is_kept_that_we_made_it()
    {
        await world.RunAsync();
        world.Change("bart", d => d with { Agent = AgentId.Parse("mc-bart"), Files = null });

        await world.RunAsync();
        var (record, puts) = (world.Store["mc-bart"], world.Store.Puts);
        (record.Made, record.Standing, record.Files.Count, record.Session).ShouldBe(
            (true, Standing.Provisioned, 0, "agent:mc-bart:main")
        );
        await world.RunAsync();
        world.Store.Puts.ShouldBe(puts);
        world.Desired.Clear();
        await world.RunAsync(new ProvisionOptions { Prune = true });

        Gateway.Ids.ShouldBeEmpty();
        world.Store.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_somebody_took_away_there_is_made_again_whole()
    {
        await world.RunAsync();
        await Gateway.DeleteAgentAsync("mc-bart");
        Gateway.Sessions.Clear();

        await world.RunAsync();

        world.ShouldSatisfyAllConditions(
            w => Gateway["mc-bart", "AGENTS.md"].ShouldBe("# agents"),
            w => Gateway["mc-bart", "USER.md"].ShouldBe("# marge"),
            w => AgentToken.Find(Gateway["mc-bart", "TOOLS.md"]!, AgentId.Parse("bart")).ShouldBe(w.Tokens.Of("bart")),
            w => Gateway.Sessions.ShouldBe(["agent:mc-bart:main"]),
            w => w.FirstWords.ShouldBe(["# begin", "# begin"]),
            w => w.Wakes.ShouldAllBe(wake => wake.Reason == WakeReason.Provisioned),
            w => w.Store["bart"].Made.ShouldBeTrue()
        );
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
    }

    [Fact]
    public async Task A_run_that_waits_for_its_turn_wants_what_the_habitat_says_then()
    {
        using var go = new ManualResetEventSlim();
        using var looking = new ManualResetEventSlim();
        Gateway.Before = call =>
        {
            if (call == "roster" && !looking.IsSet)
            {
                looking.Set();
                go.Wait();
            }
        };
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        var provisioner = world.Provisioner();
        var first = Task.Run(() => world.RunAsync(by: provisioner, scope: new ProvisionScope([AgentId.Parse("bart")])));
        looking.Wait();
        var second = world.RunAsync(by: provisioner);

        world.Desired.RemoveAll(d => d.Agent.Value == "lisa");
        go.Set();
        await Task.WhenAll(first, second);

        Gateway.Ids.ShouldBe(["mc-bart"]);
    }

    [Fact]
    public async Task A_conversation_that_somebody_else_began_goes_with_its_agent()
    {
        await world.RunAsync(new ProvisionOptions { Quiet = true });
        await Gateway.EnsureSessionAsync("agent:mc-bart:main", null);
        world.Desired.Clear();

        await world.RunAsync(new ProvisionOptions { Prune = true });
        Gateway.Sessions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_is_not_wanted_any_more_is_named_and_taken_away_when_asked()
    {
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        await world.RunAsync();
        world.Desired.RemoveAt(0);

        (await world.PlanAsync()).Leaving.Single().Act.ShouldBe(LeavingAct.Tell);
        await world.RunAsync();
        Gateway.Ids.ShouldBe(["mc-bart", "mc-lisa"]);

        await world.RunAsync(new ProvisionOptions { Prune = true });
        Gateway.Ids.ShouldBe(["mc-lisa"]);
        Gateway.Sessions.ShouldBe(["agent:mc-lisa:main"]);
        world.Tokens.Of("bart").ShouldBeEmpty();
        world.Tokens.Of("lisa").Count.ShouldBe(1);
        world.Store.All.Single().Agent.Value.ShouldBe("lisa");
    }

    [Fact]
    public async Task What_was_begun_to_be_taken_away_goes_on_by_itself()
    {
        await world.RunAsync();
        world.Desired.Clear();
        Gateway.After = call =>
        {
            if (call == "delete mc-bart")
            {
                throw new CreelException(Fault.Unavailable("gateway-gone", "gone"));
            }
        };
        await world.RunAsync(new ProvisionOptions { Prune = true });
        world.Store["bart"].Standing.ShouldBe(Standing.Removing);
        world.Store["bart"].NextTry.ShouldNotBeNull();
        Gateway.After = _ => { };

        await world.RunAsync();

        world.Store.All.ShouldBeEmpty();
        Gateway.Sessions.ShouldBeEmpty();
    }

    /// <summary>The habitat went down while the run waited for its turn.</summary>
    [Fact]
    public async Task Where_it_is_not_known_who_is_wanted_nobody_is_to_be_taken_away()
    {
        await world.RunAsync();
        var down = new Provisioner(world.Ports with { Habitat = () => null }, TimeProvider.System, NullLogger.Instance, default);

        await Should.ThrowAsync<CreelException>(() => world.RunAsync(new ProvisionOptions { Prune = true }, by: down));

        (world.Store["bart"].Standing, world.Store["bart"].NextTry).ShouldBe((Standing.Provisioned, null));
    }

    [Fact]
    public async Task One_of_which_it_cannot_be_said_what_it_is_to_be_is_told_and_left_as_it_is()
    {
        await world.RunAsync();
        world.Desired.Clear();
        world.Problems.Add(new(AgentId.Parse("bart"), Fault.Invalid("template", "SOUL.md:1:2 no such filter")));

        await world.RunAsync(new ProvisionOptions { Prune = true });

        Gateway.Ids.ShouldBe(["mc-bart"]);
        world.Store["bart"].Error!.Code.ShouldBe("template");
        world.Store["bart"].NextTry.ShouldBeNull();
    }
}
