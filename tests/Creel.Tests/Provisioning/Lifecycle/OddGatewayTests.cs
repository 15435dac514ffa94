using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Whatever goes wrong in a way that nobody has thought of, each agent ends somewhere, and no other is held up.</summary>
public sealed class OddGatewayTests
{
    private readonly LifecycleWorld world = new();

    public OddGatewayTests() => world.Desired.AddRange([LifecycleWorld.Agent("bart"), LifecycleWorld.Agent("lisa")]);

    [Theory]
    [InlineData("session agent:mc-bart:main")]
    [InlineData("write mc-bart SOUL.md")]
    [InlineData("read mc-bart TOOLS.md")]
    public async Task What_fails_at_one_agent_is_told_of_it_alone(string at)
    {
        world.Gateway.Before = call => Fail(call == at);

        var done = (await world.RunAsync()).OfType<ProvisionEvent.Done>().Single();

        done.Ok.ShouldBeFalse();
        Ends().ShouldBe([("bart", Standing.Failed, "provision-internal"), ("lisa", Standing.Provisioned, null)]);
        world.Store["bart"].Error!.ToString().ShouldNotContain("their words");
        world.Store["bart"].NextTry.ShouldBeNull();

        // A person has it tried again, and nothing stands in the way.
        world.Gateway.Before = _ => { };
        (await world.RunAsync()).OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeTrue();
    }

    [Theory]
    [InlineData("roster")]
    [InlineData("supported")]
    public async Task What_fails_before_any_agent_is_told_of_all(string at)
    {
        world.Gateway.Before = call => Fail(call == at);

        await world.RunAsync();

        Ends().ShouldBe([("bart", Standing.Failed, "provision-internal"), ("lisa", Standing.Failed, "provision-internal")]);
        (await world.Provisioner().PlanAsync(["prod"], ProvisionScope.All, ProvisionOptions.Usual, default))
            .Single()
            .Fault!.Code.ShouldBe("provision-internal");
    }

    [Fact]
    public async Task One_who_makes_the_making_fail_is_found_among_others()
    {
        world.Gateway.Before = call => Fail(call.StartsWith("upsert", StringComparison.Ordinal) && call.Contains("bart"));

        await world.RunAsync();

        Ends().ShouldBe([("bart", Standing.Failed, "provision-internal"), ("lisa", Standing.Provisioned, null)]);
    }

    [Fact]
    public async Task A_line_that_is_ended_here_is_waited_for()
    {
        world.Gateway.Before = call =>
        {
            if (call == "roster")
            {
                throw new OperationCanceledException();
            }
        };

        await world.RunAsync();

        Ends().ShouldBe([("bart", Standing.Waiting, "gateway-gone"), ("lisa", Standing.Waiting, "gateway-gone")]);
    }

    [Fact]
    public async Task Where_it_is_not_even_known_what_is_wanted_what_waits_does_not_wait_for_ever()
    {
        world.Unreached = Fault.Unavailable("gateway-gone", "gone");
        await world.RunAsync();
        var ports = world.Ports with { Desired = (_, _, _) => throw new InvalidOperationException("their words") };
        var provisioner = new Provisioner(ports, TimeProvider.System, NullLogger.Instance, CancellationToken.None);

        await Should.ThrowAsync<InvalidOperationException>(() => world.RunAsync(by: provisioner));

        Ends().ShouldBe([("bart", Standing.Failed, "provision-internal"), ("lisa", Standing.Failed, "provision-internal")]);
    }

    [Fact]
    public async Task Files_of_more_text_than_is_held_at_once_are_gone_on_with_by_and_by()
    {
        world.Desired.Clear();
        world.Desired.AddRange(Enumerable.Range(0, 40).Select(i => LifecycleWorld.Agent($"a{i}", ("AGENTS.md", "# ours"))));
        (await world.RunAsync()).OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeTrue();
        var text = new string('\n', GatewayBounds.FileBytes);
        world.Desired.ForEach(d => world.Gateway[d.Registration.Id, "AGENTS.md"] = text);

        await world.RunAsync();

        Ends()
            .Count(e => e is (_, Standing.Waiting, "gateway-text"))
            .ShouldBe(40 - (GatewayBounds.HeldText / GatewayBounds.FileBytes));
        (await world.RunAsync()).OfType<ProvisionEvent.Done>().Single().Ok.ShouldBeTrue();
        world.Desired.ShouldAllBe(d => world.Gateway[d.Registration.Id, "AGENTS.md"] == "# ours");
    }

    private IEnumerable<(string, Standing, string?)> Ends() =>
        world.Store.All.OrderBy(r => r.Id, StringComparer.Ordinal).Select(r => (r.Agent.Value, r.Standing, r.Error?.Code));

    private static void Fail(bool now)
    {
        if (now)
        {
            throw new InvalidOperationException("their words");
        }
    }
}
