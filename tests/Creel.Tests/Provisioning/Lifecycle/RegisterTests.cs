using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>All are made in one go, by one run at a time; who has it refused is searched for among them, and never for ever.</summary>
public sealed class RegisterTests
{
    private const int Many = 64;

    private readonly LifecycleWorld world = new();

    public RegisterTests() => world.Desired.AddRange(Enumerable.Range(10, Many).Select(i => LifecycleWorld.Agent($"a{i}")));

    private int Patches => world.Gateway.Calls.Count(c => c.StartsWith("upsert", StringComparison.Ordinal));

    [Fact]
    public async Task One_whose_making_is_refused_is_found_by_halves()
    {
        Refuse(Fault.Invalid("gateway-refused", "no"), "mc-a37");

        await world.RunAsync();

        world.Store.All.Where(r => r.Standing != Standing.Provisioned).ShouldHaveSingleItem().Agent.Value.ShouldBe("a37");
        Patches.ShouldBeLessThanOrEqualTo(13);
    }

    [Fact]
    public async Task Where_all_are_refused_the_search_ends_and_who_was_not_tried_waits()
    {
        Refuse(Fault.Invalid("gateway-refused", "no"), "mc-");

        await world.RunAsync();

        Patches.ShouldBeLessThanOrEqualTo(28);
        world.Store.All.Count.ShouldBe(Many);
        var failed = world.Store.All.Where(r => r.Standing == Standing.Failed).ToList();
        failed.Count.ShouldBeGreaterThan(1);
        failed.ShouldAllBe(r => r.Error!.Code == "gateway-refused");
        world.Store.All.Except(failed).ShouldAllBe(r => r.Standing == Standing.Waiting && r.Error!.Code == "gateway-unsearched");
    }

    [Theory]
    [InlineData(FaultKind.Timeout, "gateway-silent")]
    [InlineData(FaultKind.Unavailable, "gateway-unsure")]
    [InlineData(FaultKind.Unavailable, "gateway-garbage")]
    [InlineData(FaultKind.Refused, "gateway-scope")]
    public async Task What_is_not_for_what_one_of_them_says_is_not_searched_for(FaultKind kind, string code)
    {
        Refuse(new Fault(kind, code, "why"), "mc-");

        await world.RunAsync();

        Patches.ShouldBe(1);
        world.Store.All.ShouldAllBe(r => r.Error!.Code == code);
    }

    [Fact]
    public async Task Who_waits_for_another_run_is_told_so_at_once_with_when_that_began()
    {
        var go = new ManualResetEventSlim();
        var looking = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        world.Gateway.Before = call =>
        {
            if (call == "roster" && looking.TrySetResult())
            {
                go.Wait();
            }
        };
        var time = new SteppedTime();
        var provisioner = world.Provisioner(time: time);
        var first = Task.Run(() => world.RunAsync(by: provisioner));
        await looking.Task;
        time.Step(TimeSpan.FromSeconds(12));

        var second = provisioner.RunAsync(["prod"], ProvisionScope.All, ProvisionOptions.Usual).GetAsyncEnumerator();
        (await second.MoveNextAsync()).ShouldBeTrue();

        var waits = second.Current.ShouldBeOfType<ProvisionEvent.Waits>();
        (waits.Gateway, waits.Ago).ShouldBe(("prod", TimeSpan.FromSeconds(12)));
        go.Set();
        (await first).ShouldNotContain(e => e is ProvisionEvent.Waits);
        while (await second.MoveNextAsync())
        {
            // To its end.
        }
    }

    private void Refuse(Fault fault, string who) =>
        world.Gateway.Before = call =>
        {
            if (call.StartsWith("upsert", StringComparison.Ordinal) && call.Contains(who, StringComparison.Ordinal))
            {
                throw new CreelException(fault);
            }
        };
}
