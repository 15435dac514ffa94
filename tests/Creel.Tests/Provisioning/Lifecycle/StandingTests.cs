using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Whatever goes wrong, every agent ends somewhere, and somebody or something goes on with it.</summary>
public sealed class StandingTests
{
    private readonly LifecycleWorld world = new();

    public StandingTests()
    {
        world.Desired.Add(LifecycleWorld.Agent("bart"));
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
    }

    [Theory]
    [InlineData(FaultKind.Unavailable, "gateway-gone", Standing.Waiting)]
    [InlineData(FaultKind.Timeout, "gateway-silent", Standing.Waiting)]
    [InlineData(FaultKind.TooMany, "gateway-rate", Standing.Waiting)]
    [InlineData(FaultKind.Conflict, "gateway-conflict", Standing.Waiting)]
    [InlineData(FaultKind.NotFound, "gateway-agent", Standing.Waiting)]
    [InlineData(FaultKind.Unavailable, "gateway-garbage", Standing.Failed)]
    [InlineData(FaultKind.Refused, "gateway-pairing", Standing.Failed)]
    [InlineData(FaultKind.Refused, "gateway-token", Standing.Failed)]
    [InlineData(FaultKind.Invalid, "gateway-refused", Standing.Failed)]
    public async Task A_gateway_that_cannot_be_reached_leaves_all_of_it_somewhere(FaultKind kind, string code, Standing standing)
    {
        world.Unreached = new Fault(kind, code, "why", "do");

        var events = await world.RunAsync(new ProvisionOptions { Asks = ProvisionAsks.ResetSession });

        events.OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeFalse();
        world.Store.All.Count.ShouldBe(2);
        world.Store.All.ShouldAllBe(r => r.Standing == standing && r.NextTry.HasValue == (standing == Standing.Waiting));
        world.Store.All.ShouldAllBe(r => r.Error!.Code == code && r.Owed == ProvisionAsks.ResetSession);

        world.Unreached = null;
        await world.RunAsync();
        world.Store.All.ShouldAllBe(r => r.Standing == Standing.Provisioned && r.Error == null && r.Attempts == 0);
        world.Gateway.Resets.Count.ShouldBe(2);

        // They were not there when we first looked: what stood there was their gateway's.
        world.Gateway["mc-bart", "USER.md"].ShouldBe("# marge");
    }

    [Fact]
    public async Task One_that_the_gateway_refuses_does_not_hold_up_the_others()
    {
        world.Gateway.Before = call =>
        {
            if (call.StartsWith("upsert", StringComparison.Ordinal) && call.Contains("mc-bart", StringComparison.Ordinal))
            {
                throw new CreelException(Fault.Invalid("gateway-agent-id", "no such id"));
            }
        };

        await world.RunAsync();

        world.Store["bart"].Standing.ShouldBe(Standing.Failed);
        world.Store["lisa"].Standing.ShouldBe(Standing.Provisioned);
        StandingRule.Command(world.Store["bart"]).ShouldBe("creel provision --gateway prod --agent bart");
    }

    [Fact]
    public async Task One_that_could_not_be_looked_at_is_not_taken_for_one_that_is_not_wanted()
    {
        await world.RunAsync();
        world.Gateway.Before = call =>
        {
            if (call == "list mc-bart")
            {
                throw new CreelException(Fault.Unavailable("gateway-unavailable", "not now"));
            }
        };

        await world.RunAsync(new ProvisionOptions { Prune = true });

        world.Gateway.Ids.ShouldBe(["mc-bart", "mc-lisa"]);
        world.Store["bart"].Standing.ShouldBe(Standing.Waiting);
        world.Store["lisa"].Standing.ShouldBe(Standing.Provisioned);
    }

    [Fact]
    public void Each_try_waits_longer_than_the_one_before_and_never_for_ever()
    {
        var now = DateTimeOffset.UnixEpoch;
        var record = new ProvisionRecord
        {
            Gateway = "prod",
            Id = "x",
            Agent = AgentId.Parse("x"),
        };
        var pauses = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            record = StandingRule.After(record, Fault.Unavailable("gateway-gone", "gone"), now, 0.5);
            pauses.Add((record.NextTry!.Value - now).TotalSeconds);
        }

        pauses.Take(4).ShouldBe([5, 10, 20, 40]);
        pauses.Last().ShouldBe(600);
    }

    [Fact]
    public async Task A_try_by_hand_postpones_nothing()
    {
        world.Unreached = Fault.Unavailable("gateway-gone", "gone");
        await world.RunAsync();
        var due = DateTimeOffset.UtcNow.AddMinutes(9);
        foreach (var record in world.Store.All)
        {
            await world.Store.PutAsync(record with { NextTry = due, Attempts = 7 });
        }

        await world.RunAsync();

        world.Store.All.ShouldAllBe(r => r.NextTry == due && r.Attempts == 7);

        // Nor does one that gets further, and then no further.
        world.Unreached = null;
        world.Gateway.GoesAtWrites();
        await world.RunAsync();
        world.Store.All.ShouldAllBe(r => r.Standing == Standing.Waiting && r.NextTry == due && r.Attempts == 7);

        // One whose time has come waits for longer than before.
        foreach (var record in world.Store.All)
        {
            await world.Store.PutAsync(record with { NextTry = DateTimeOffset.UtcNow.AddSeconds(-1), Attempts = 1 });
        }

        await world.RunAsync();
        world.Store.All.ShouldAllBe(r => r.NextTry > DateTimeOffset.UtcNow && r.NextTry < due && r.Attempts == 2);
    }

    [Fact]
    public async Task One_that_is_there_and_that_we_know_nothing_of_is_not_told_as_new()
    {
        await world.RunAsync();
        await world.Store.RemoveAsync("prod", "mc-bart");

        var bart = (await world.PlanAsync()).Agents.Single(a => a.Desired.Agent.Value == "bart");

        (bart.Creates, bart.Changes.Count, bart.Wake).ShouldBe((false, 0, null));
        bart.Files.ShouldBeEmpty();
        // Its conversation is called as it is to be: nothing says that it is made.
        (bart.EnsuresSession, bart.Token).ShouldBe((true, TokenAct.None));
    }

    [Fact]
    public async Task What_its_gateway_put_there_is_not_told_as_missing()
    {
        world.Gateway.Before = call =>
        {
            if (call.StartsWith("write mc-bart", StringComparison.Ordinal))
            {
                throw new CreelException(Fault.Invalid("gateway-refused", "no"));
            }
        };
        await world.RunAsync();
        world.Gateway.Before = _ => { };

        var plan = (await world.PlanAsync()).Agents.Single(a => a.Desired.Agent.Value == "bart");

        plan.Creates.ShouldBeFalse();
        plan.Files.Single(f => f.Name == "USER.md").Reason.ShouldBe(FileReason.Planted);
    }

    [Fact]
    public async Task What_waits_goes_on_by_itself_when_serve_runs_and_what_was_under_way_when_it_ended_too()
    {
        await WaitingAsync(ProvisionOptions.Usual);

        await KeptAsync(() => world.Store.All.All(r => r.Standing == Standing.Provisioned));
        world.Gateway.Ids.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_waits_after_a_run_that_was_to_wake_nobody_wakes_nobody()
    {
        await WaitingAsync(new ProvisionOptions { Quiet = true });

        await KeptAsync(() => world.Store.All.All(r => r.Standing == Standing.Provisioned));

        world.Gateway.Ids.Count.ShouldBe(2);
        world.Wakes.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waits_after_a_run_that_was_to_make_nobody_makes_nobody_and_ends()
    {
        await WaitingAsync(new ProvisionOptions { OnlyThere = true });

        await KeptAsync(() => world.Store.All.All(r => r.Standing == Standing.Failed));

        world.Gateway.Ids.ShouldBeEmpty();
        world.Store.All.ShouldAllBe(r => r.Error!.Code == "agent-absent" && r.NextTry == null);
    }

    [Fact]
    public async Task Who_was_to_be_taken_away_from_a_gateway_that_was_not_reached_is_when_it_is()
    {
        await world.RunAsync();
        world.Desired.RemoveAt(0);
        await WaitingAsync(new ProvisionOptions { Prune = true });
        world.Store["bart"].Standing.ShouldBe(Standing.Removing);

        await KeptAsync(() => world.Store.All.Count == 1);

        world.Gateway.Ids.ShouldBe(["mc-lisa"]);
    }

    private async Task WaitingAsync(ProvisionOptions options)
    {
        world.Unreached = Fault.Unavailable("gateway-gone", "gone");
        await world.RunAsync(options);
        world.Unreached = null;
        foreach (var record in world.Store.All)
        {
            await world.Store.PutAsync(record with { NextTry = DateTimeOffset.UtcNow });
        }
    }

    /// <summary>What serve does by itself, until it has come to something.</summary>
    private async Task KeptAsync(Func<bool> end)
    {
        using var stopping = new CancellationTokenSource();
        var keeping = world.Provisioner(stopping.Token).KeepAsync();
        await Eventually.Until(end);
        await stopping.CancelAsync();
        await keeping;
    }

    [Fact]
    public async Task What_waits_for_a_gateway_that_the_habitat_does_not_name_waits_for_a_person()
    {
        await world.RunAsync();
        world.Desired.Clear();
        await world.Store.PutAsync(world.Store["bart"] with { Standing = Standing.Waiting, NextTry = DateTimeOffset.UtcNow });

        await world.RunAsync();

        world
            .Store["bart"]
            .ShouldSatisfyAllConditions(
                r => r.Standing.ShouldBe(Standing.Failed),
                r => r.NextTry.ShouldBeNull(),
                r => r.Error!.Code.ShouldBe("not-wanted")
            );
    }

    [Fact]
    public async Task Who_does_not_want_to_see_the_end_does_not_stop_it()
    {
        await foreach (var _ in world.Provisioner().RunAsync(["prod"], ProvisionScope.All, ProvisionOptions.Usual))
        {
            break;
        }

        await Eventually.Until(() => world.Store.All.Count == 2 && world.Store.All.All(r => r.Standing == Standing.Provisioned));
    }
}
