using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>A gateway that is away is one cause: said once and at once, and waited for by all together.</summary>
public sealed class AwayTests
{
    private static readonly Fault Refused = Fault.Unavailable(
        "gateway-unreachable",
        "Connection refused",
        "Look whether it runs."
    );
    private static readonly Fault Silent = new(FaultKind.Timeout, "gateway-silent", "no answer");
    private static readonly DesiredProblem Wrong = new(
        AgentId.Parse("lisa"),
        Fault.Invalid("template", "SOUL.md:1:2 no such filter")
    );

    private readonly LifecycleWorld world = new();

    public AwayTests() => world.Desired.AddRange([LifecycleWorld.Agent("bart"), LifecycleWorld.Agent("lisa")]);

    [Fact]
    public async Task Who_is_well_with_nothing_owed_to_it_stays_so_and_the_others_wait()
    {
        await world.RunAsync();
        world.Change("lisa", "SOUL.md", "# another");
        world.Desired.Add(LifecycleWorld.Agent("maggie"));
        world.Unreached = Refused;

        var events = await world.RunAsync();

        Standings().ShouldBe([("bart", Standing.Provisioned), ("lisa", Standing.Waiting), ("maggie", Standing.Waiting)]);
        var unreached = events.OfType<ProvisionEvent.Unreached>().ShouldHaveSingleItem();
        world.Store.All.ShouldAllBe(r => r.NextTry == unreached.NextTry && r.Error == Refused);
        var done = events.OfType<ProvisionEvent.Done>().Single();
        done.Ok.ShouldBeFalse();
        done.Ends.Where(e => e.Unseen).ShouldHaveSingleItem().Record.Agent.Value.ShouldBe("bart");

        world.Unreached = null;
        world.Gateway.Calls.Clear();
        (await world.RunAsync()).OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeTrue();
        world.Store.All.ShouldAllBe(r => r.Standing == Standing.Provisioned && r.NextTry == null && r.Error == null);
        world.Gateway.Calls.ShouldNotContain(c => c.StartsWith("write mc-bart", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_asked_for_is_owed_also_to_who_is_well()
    {
        await world.RunAsync();
        world.Unreached = Refused;

        await world.RunAsync(new ProvisionOptions { Asks = ProvisionAsks.ResetSession });

        world.Store.All.ShouldAllBe(r => r.Standing == Standing.Waiting && r.Owed == ProvisionAsks.ResetSession);
    }

    [Theory]
    [InlineData("gateway-unreachable")]
    [InlineData("gateway-gone")]
    [InlineData("gateway-flood")]
    [InlineData("gateway-silent")]
    public async Task One_that_goes_under_way_is_not_asked_once_more_for_each_agent(string code)
    {
        var fault = code == Silent.Code ? Silent : Refused with { Code = code };
        world.Desired.Clear();
        world.Desired.AddRange(Enumerable.Range(10, 50).Select(i => LifecycleWorld.Agent($"a{i}")));
        var gone = false;
        world.Gateway.Before = call =>
        {
            if (gone || call.StartsWith("write", StringComparison.Ordinal))
            {
                gone = true;
                throw new CreelException(fault);
            }
        };

        var events = await world.RunAsync();

        world.Gateway.Calls.Count(c => c.StartsWith("write", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(6);
        events.OfType<ProvisionEvent.Unreached>().ShouldHaveSingleItem().Fault.ShouldBe(fault);
        world.Store.All.Count.ShouldBe(50);
        world.Store.All.ShouldAllBe(r => r.Standing == Standing.Waiting && r.Error == fault);
        world.Store.All.Select(r => r.NextTry).Distinct().ShouldHaveSingleItem();
    }

    /// <summary>All that is under way is let go for it: what came of that is not why.</summary>
    [Fact]
    public async Task One_that_goes_while_it_is_looked_at_is_told_as_away_to_who_asks_for_a_plan_or_a_token()
    {
        await world.RunAsync();
        var minted = world.Tokens.Minted;
        world.Gateway.Before = call =>
        {
            if (call.StartsWith("list", StringComparison.Ordinal))
            {
                throw new CreelException(Refused);
            }
        };
        var provisioner = world.Provisioner();

        var plans = await provisioner.PlanAsync(["prod"], ProvisionScope.All, ProvisionOptions.Usual, default);
        var told = await Should.ThrowAsync<CreelException>(() => provisioner.RotateAsync(world.Desired[0], default));

        plans.ShouldHaveSingleItem().Fault.ShouldBe(Refused);
        told.Fault.ShouldBe(Refused);
        world.Tokens.Minted.ShouldBe(minted);
    }

    [Fact]
    public async Task Nobody_is_found_waiting_again_and_again_whatever_the_habitat_says_of_it_by_then()
    {
        world.Unreached = Refused;
        await world.RunAsync();
        var began = DateTimeOffset.UtcNow;
        foreach (var record in world.Store.All)
        {
            await world.Store.PutAsync(record with { NextTry = began.AddMinutes(-1) });
        }

        // One is its gateway's own now, and the other can't be made any more.
        world.Change("bart", d => d with { Files = null });
        world.Desired.RemoveAt(1);
        world.Problems.Add(Wrong);

        await world.RunAsync();

        world.Store["bart"].Standing.ShouldBe(Standing.Waiting);
        world.Store["bart"].NextTry.ShouldNotBeNull().ShouldBeGreaterThan(began);
        (world.Store["lisa"].Standing, world.Store["lisa"].NextTry).ShouldBe((Standing.Failed, null));

        world.Unreached = null;
        (await world.RunAsync()).OfType<ProvisionEvent.Done>().Single().Ends.Count.ShouldBe(2);
        world.Store.All.ShouldAllBe(r => r.NextTry == null);
    }

    [Fact]
    public async Task Who_can_not_be_made_is_told_also_where_nobody_else_waits_for_the_gateway()
    {
        world.Desired.Clear();
        world.Problems.Add(Wrong);
        world.Unreached = Refused;

        var done = (await world.RunAsync()).OfType<ProvisionEvent.Done>().Single();

        done.Ok.ShouldBeFalse();
        done.Ends.ShouldHaveSingleItem().Record.Error.ShouldBe(Wrong.Fault);
    }

    [Fact]
    public async Task One_agent_whose_calls_are_never_answered_holds_up_no_other()
    {
        world.Gateway.Before = call =>
        {
            if (call == "session agent:mc-bart:main")
            {
                throw new CreelException(Silent);
            }
        };

        var events = await world.RunAsync();

        events.ShouldNotContain(e => e is ProvisionEvent.Unreached);
        Standings().ShouldBe([("bart", Standing.Waiting), ("lisa", Standing.Provisioned)]);
    }

    [Fact]
    public async Task A_line_that_breaks_is_told_at_once_while_what_is_under_way_still_waits_for_it()
    {
        var time = new SteppedTime();
        using var go = new ManualResetEventSlim();
        world.Gateway.Before = call =>
        {
            if (call.StartsWith("write", StringComparison.Ordinal))
            {
                go.Wait();
            }
        };
        Fault? line = Refused;
        var ports = world.Ports with
        {
            ReachAsync = (name, _, _) =>
                Task.FromResult(
                    new GatewayReach(
                        name,
                        world.Gateway,
                        null,
                        _ => line is { } f ? throw new CreelException(f) : Task.CompletedTask
                    )
                ),
        };
        var provisioner = new Provisioner(ports, time, NullLogger.Instance, default);
        var events = new List<ProvisionEvent>();
        var run = Task.Run(async () =>
        {
            await foreach (var happened in provisioner.RunAsync(["prod"], ProvisionScope.All, ProvisionOptions.Usual))
            {
                lock (events)
                {
                    events.Add(happened);
                }
            }
        });

        await SteppedUntilAsync(() => Told().OfType<ProvisionEvent.Away>().Any());
        var shown = await provisioner.StatusAsync(default);
        shown.ShouldAllBe(p => p.AtWork && p.Away == Refused);

        line = null;
        await SteppedUntilAsync(() => Told().OfType<ProvisionEvent.Step>().Any(s => s.Text == "can be reached again"));
        line = Refused;
        await SteppedUntilAsync(() => Told().OfType<ProvisionEvent.Unreached>().Any());
        go.Set();
        await run;
        Told().OfType<ProvisionEvent.Away>().Count().ShouldBe(2);
        Told().OfType<ProvisionEvent.Unreached>().ShouldHaveSingleItem().Fault.ShouldBe(Refused);

        List<ProvisionEvent> Told()
        {
            lock (events)
            {
                return [.. events];
            }
        }

        Task SteppedUntilAsync(Func<bool> end) =>
            Eventually.Until(() =>
            {
                time.Step(TimeSpan.FromSeconds(1));
                return end();
            });
    }

    [Fact]
    public async Task Who_waits_for_a_gateway_is_due_when_a_run_for_another_has_reached_it()
    {
        world.Unreached = Refused;
        await world.RunAsync();
        var later = DateTimeOffset.UtcNow.AddMinutes(9);
        await world.Store.PutAsync(world.Store["lisa"] with { NextTry = later });
        world.Unreached = null;

        await world.RunAsync(scope: new ProvisionScope([AgentId.Parse("bart")]));

        world.Store["bart"].Standing.ShouldBe(Standing.Provisioned);
        world.Store["lisa"].NextTry!.Value.ShouldBeLessThanOrEqualTo(DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task What_is_said_while_it_is_done_has_why_a_file_is_written_and_who_is_woken()
    {
        await world.RunAsync();
        world.Gateway["mc-bart", "SOUL.md"] = "# by hand";
        world.Change("lisa", "SOUL.md", "# another");

        var said = (await world.RunAsync()).OfType<ProvisionEvent.Step>().Select(s => (s.Agent?.Value, s.Text)).ToList();

        said.ShouldContain(("bart", "SOUL.md written: somebody changed it there"));
        said.ShouldContain(("lisa", "SOUL.md written"));
        said.ShouldContain(("lisa", "woken"));
    }

    private IEnumerable<(string, Standing)> Standings() =>
        world.Store.All.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => (r.Agent.Value, r.Standing));
}
