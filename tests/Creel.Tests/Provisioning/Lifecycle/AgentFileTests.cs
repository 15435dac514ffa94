using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Files over runs: whose they are, who changed them, and what a gateway takes.</summary>
public sealed class AgentFileTests
{
    private readonly LifecycleWorld world = new();

    public AgentFileTests() => world.Desired.Add(LifecycleWorld.Agent("bart"));

    private SimulatedGateway Gateway => world.Gateway;

    private static ProvisionOptions Ask(ProvisionAsks asks) => new() { Asks = asks };

    [Fact]
    public async Task What_the_agent_wrote_itself_stays_and_is_told_only_where_we_have_something_new()
    {
        await world.RunAsync();
        Gateway["mc-bart", "USER.md"] = "# marge\nlikes blue\n";
        var settled = await world.PlanAsync();
        await world.RunAsync();

        world.Change("bart", "USER.md", "# marge simpson");
        var plan = await world.PlanAsync();
        await world.RunAsync();

        settled.HasWork.ShouldBeFalse();
        settled.Agents.Single().Files.ShouldBeEmpty();
        plan.HasWork.ShouldBeFalse();
        var kept = (await world.PlanAsync(new ProvisionOptions { Diff = true })).Agents.Single().Files.ShouldHaveSingleItem();
        (kept.Name, kept.Act, kept.Reason).ShouldBe(("USER.md", FileAct.Keep, FileReason.BothChanged));
        kept.Diff.ShouldBe(["-# marge", "-likes blue", "+# marge simpson"]);
        Gateway["mc-bart", "USER.md"].ShouldBe("# marge\nlikes blue\n");

        await world.RunAsync(Ask(ProvisionAsks.Overwrite));
        Gateway["mc-bart", "USER.md"].ShouldBe("# marge simpson");
        (await world.PlanAsync()).Agents.Single().Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_only_we_changed_is_written_over_the_agents_own_file()
    {
        await world.RunAsync();
        world.Change("bart", "USER.md", "# marge simpson");

        await world.RunAsync();

        Gateway["mc-bart", "USER.md"].ShouldBe("# marge simpson");
    }

    [Fact]
    public async Task A_file_that_somebody_changed_there_and_is_ours_is_written_again()
    {
        await world.RunAsync();
        Gateway["mc-bart", "SOUL.md"] = "# another soul";

        (await world.PlanAsync()).Agents.Single().Files.Single().Reason.ShouldBe(FileReason.Restored);
        await world.RunAsync();

        Gateway["mc-bart", "SOUL.md"].ShouldBe("# soul of bart");
    }

    [Fact]
    public async Task A_file_that_the_gateway_does_not_take_is_told_and_the_rest_goes_on()
    {
        Gateway.Supported.Remove("SOUL.md");
        var events = await world.RunAsync();

        events
            .OfType<ProvisionEvent.Step>()
            .Select(s => s.Text)
            .ShouldContain("SOUL.md not written: the gateway knows no such file");
        world.Store["bart"].Unsupported().ShouldBe(["SOUL.md"]);
        world.Store["bart"].Standing.ShouldBe(Standing.Provisioned);
        Gateway["mc-bart", "TOOLS.md"].ShouldNotBeNull();
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
    }

    [Fact]
    public async Task What_a_newer_gateway_has_no_file_for_stands_at_the_end_of_one_that_it_has()
    {
        Gateway.Supported.ExceptWith(["TOOLS.md", "HEARTBEAT.md"]);
        world.Change("bart", "HEARTBEAT.md", "# each beat: see TOOLS.md\n");

        await world.RunAsync();

        var token = world.Tokens.Of("bart").Single();
        Gateway["mc-bart", "AGENTS.md"].ShouldBe($"# agents\n\nAUTH_TOKEN={token}\n\n# each beat: see AGENTS.md");
        world.Store["bart"].Unsupported().ShouldBeEmpty();
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
        await world.RunAsync(Ask(ProvisionAsks.RotateToken));
        Gateway["mc-bart", "AGENTS.md"]
            .ShouldBe($"# agents\n\nAUTH_TOKEN={world.Tokens.Of("bart").Single()}\n\n# each beat: see AGENTS.md");
    }

    [Fact]
    public async Task A_file_that_the_gateway_takes_and_does_not_list_is_written_when_ours_changed_alone()
    {
        Gateway.Unlisted.Add("IDENTITY.md");
        world.Change("bart", "IDENTITY.md", "# bart");
        await world.RunAsync();
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
        Gateway["mc-bart", "IDENTITY.md"].ShouldBe("# bart");

        world.Change("bart", "IDENTITY.md", "# el barto");
        await world.RunAsync();

        Gateway["mc-bart", "IDENTITY.md"].ShouldBe("# el barto");
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
    }

    [Fact]
    public async Task A_file_that_we_wrote_and_have_no_more_is_taken_away_unless_somebody_changed_it()
    {
        await world.RunAsync();
        world.Change("bart", d => d with { Files = [.. d.Files!.Where(f => f.Key is not ("AGENTS.md" or "SOUL.md"))] });
        Gateway["mc-bart", "SOUL.md"] = "# mine now";

        await world.RunAsync();

        Gateway["mc-bart", "AGENTS.md"].ShouldBeNull();
        Gateway["mc-bart", "SOUL.md"].ShouldBe("# mine now");
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
    }
}
