using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>As the original did it: call by call, each time.</summary>
public sealed class SeedTests
{
    private static readonly ProvisionOptions Seed = new() { Mode = ProvisioningMode.Seed };

    private readonly LifecycleWorld world = new();

    public SeedTests() => world.Desired.Add(LifecycleWorld.Agent("bart"));

    [Fact]
    public async Task Each_run_makes_the_same_calls_in_the_same_order_and_keeps_what_the_gateway_gave()
    {
        (await world.RunAsync(Seed)).OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeTrue();

        string[] calls =
        [
            "session agent:mc-bart:main",
            "upsert mc-bart",
            "supported",
            "list mc-bart",
            "write mc-bart AGENTS.md",
            "write mc-bart BOOTSTRAP.md",
            "write mc-bart SOUL.md",
            "write mc-bart TOOLS.md",
            "wake",
        ];
        world.Gateway.Calls.ShouldBe(calls.SkipLast(1));
        world.Gateway["mc-bart", "USER.md"].ShouldBe("# nobody yet");
        var token = world.Tokens.Of("bart").ShouldHaveSingleItem();
        world.Gateway.Calls.Clear();

        await world.RunAsync(Seed with { Asks = ProvisionAsks.ResetSession });

        world.Gateway.Calls.ShouldBe([.. calls.SkipLast(1), "reset agent:mc-bart:main"]);
        world.Tokens.Of("bart").ShouldHaveSingleItem().ShouldNotBe(token);
    }

    [Fact]
    public async Task One_that_goes_wrong_waits_for_a_person_and_the_others_go_on()
    {
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        world.Gateway.Before = call =>
        {
            if (call == "write mc-bart SOUL.md")
            {
                throw new CreelException(Fault.Unavailable("gateway-unavailable", "not now"));
            }
        };

        await world.RunAsync(Seed);

        world
            .Store["bart"]
            .ShouldSatisfyAllConditions(
                r => r.Standing.ShouldBe(Standing.Failed),
                r => r.NextTry.ShouldBeNull(),
                r => r.Error!.Code.ShouldBe("gateway-unavailable")
            );
        world.Store["lisa"].Standing.ShouldBe(Standing.Provisioned);
    }

    [Fact]
    public async Task Of_the_agents_own_files_a_copy_is_kept_here_without_its_token_and_of_no_others()
    {
        world.Change("bart", "USER.md", $"# marge {DesiredAgent.TokenMark}");
        await world.RunAsync(Seed);
        world.Copies.ShouldBe([("prod", "/w/bart", "USER.md", $"# marge {DesiredAgent.TokenMark}")]);

        world.Copies.Clear();
        await world.RunAsync();
        world.Copies.ShouldBeEmpty();
    }

    [Fact]
    public async Task That_no_copies_can_be_kept_is_told_once_and_stops_nothing()
    {
        world.Change("bart", "SELF.md", "# bart");
        world.NoCopies = Fault.Refused("folder-shared", "others can write there", "Close it");

        var events = await world.RunAsync(Seed);

        string[] told = ["no copies are kept here: others can write there. Close it"];
        events.OfType<ProvisionEvent.Step>().Select(s => s.Text).Where(t => t.Contains("copies")).ShouldBe(told);
        world.Store["bart"].Standing.ShouldBe(Standing.Provisioned);
    }

    [Fact]
    public async Task A_gateway_that_is_away_waits_for_a_person_too()
    {
        world.Unreached = Fault.Unavailable("gateway-gone", "gone");

        await world.RunAsync(Seed);

        (world.Store["bart"].Standing, world.Store["bart"].NextTry).ShouldBe((Standing.Failed, null));
    }

    [Fact]
    public async Task Who_was_made_so_is_taken_away_when_that_is_asked_for_and_who_was_there_before_stays()
    {
        world.Gateway.Put("mc-lisa", "old", "/old");
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        await world.RunAsync(Seed);
        world.Desired.Clear();

        await world.RunAsync(new ProvisionOptions { Prune = true });

        world.Gateway.Ids.ShouldBe(["mc-lisa"]);
    }

    [Fact]
    public async Task What_is_wrong_with_an_agent_is_told_here_too()
    {
        world.Problems.Add(new(AgentId.Parse("lisa"), Fault.Invalid("template", "SOUL.md:1:2 no such filter")));

        (await world.RunAsync(Seed)).OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeFalse();
    }
}
