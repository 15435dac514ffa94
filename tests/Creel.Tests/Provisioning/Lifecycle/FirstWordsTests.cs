using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>First instructions over runs, at gateways that leave their file where it is and at those that do not.</summary>
public sealed class FirstWordsTests
{
    private readonly LifecycleWorld world = new();

    public FirstWordsTests() => world.Desired.Add(LifecycleWorld.Agent("bart"));

    private SimulatedGateway Gateway => world.Gateway;

    private static ProvisionOptions Ask(ProvisionAsks asks) => new() { Asks = asks };

    [Fact]
    public async Task First_instructions_that_were_read_do_not_come_back_unless_asked_for()
    {
        Gateway.Older = true;
        await world.RunAsync();
        Gateway["mc-bart", "BOOTSTRAP.md"] = null;
        world.Change("bart", "BOOTSTRAP.md", "# begin again");

        await world.RunAsync();
        Gateway["mc-bart", "BOOTSTRAP.md"].ShouldBeNull();

        await world.RunAsync(Ask(ProvisionAsks.Bootstrap | ProvisionAsks.ResetSession));
        Gateway["mc-bart", "BOOTSTRAP.md"].ShouldBe("# begin again");
        Gateway.Resets["agent:mc-bart:main"].ShouldBe(1);
        world.FirstWords.ShouldBeEmpty();
    }

    [Fact]
    public async Task At_a_gateway_that_takes_their_file_away_first_instructions_come_with_the_wake_once_and_again_when_asked_for()
    {
        world.Change("bart", "BOOTSTRAP.md", $"# begin with {DesiredAgent.TokenMark}");
        await world.RunAsync();
        Gateway["mc-bart", "BOOTSTRAP.md"].ShouldBeNull();
        world.FirstWords.ShouldBe(["# begin with (as it stands in your files)"]);

        world.Change("bart", "BOOTSTRAP.md", "# begin again");
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
        await world.RunAsync();
        world.FirstWords.Count.ShouldBe(1);

        await world.RunAsync(Ask(ProvisionAsks.Bootstrap));
        world.FirstWords[1..].ShouldBe(["# begin again"]);
        world.Wakes.ShouldBe([("bart", WakeReason.Provisioned), ("bart", WakeReason.Updated)]);
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
    }

    [Fact]
    public async Task First_instructions_read_before_the_run_came_to_its_end_do_not_come_back()
    {
        Gateway.Older = true;
        Gateway.Before = call =>
        {
            if (call == "write mc-bart USER.md")
            {
                throw new CreelException(Fault.Unavailable("gateway-gone", "gone"));
            }
        };
        await world.RunAsync();
        Gateway["mc-bart", "BOOTSTRAP.md"].ShouldBe("# begin");
        Gateway.Before = _ => { };
        Gateway["mc-bart", "BOOTSTRAP.md"] = null;

        await world.RunAsync();

        world.Store["bart"].Standing.ShouldBe(Standing.Provisioned);
        Gateway["mc-bart", "BOOTSTRAP.md"].ShouldBeNull();
    }

    [Fact]
    public async Task A_gateways_own_first_instructions_are_not_read_where_ours_are_told()
    {
        Gateway.Givens["BOOTSTRAP.md"] = "# who am I";
        await world.RunAsync();
        Gateway["mc-bart", "BOOTSTRAP.md"].ShouldBe("# who am I");
        Gateway.Calls.Clear();

        await world.RunAsync();

        Gateway.Calls.ShouldBe(["roster", "list mc-bart"]);
    }

    [Fact]
    public async Task Where_nobody_is_spoken_to_first_instructions_and_the_conversation_wait_for_a_run_that_speaks()
    {
        var quiet = new ProvisionOptions { Quiet = true };
        await world.RunAsync(quiet);
        Gateway.Sessions.ShouldBeEmpty();
        world.Wakes.ShouldBeEmpty();
        world.Store["bart"].Owed.ShouldBe(ProvisionAsks.Bootstrap);
        world.Store["bart"].Standing.ShouldBe(Standing.Provisioned);
        var (writes, puts) = (Gateway.Writes, world.Store.Puts);

        (await world.PlanAsync(quiet)).HasWork.ShouldBeFalse();
        await world.RunAsync(quiet);
        (Gateway.Writes, world.Store.Puts).ShouldBe((writes, puts));

        await world.RunAsync();
        Gateway.Sessions.ShouldBe(["agent:mc-bart:main"]);
        world.FirstWords.ShouldBe(["# begin"]);
        world.Store["bart"].Owed.ShouldBe(ProvisionAsks.None);
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
    }
}
