using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning.Lifecycle;

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
    public async Task What_we_keep_has_no_token_in_it()
    {
        world.Change("bart", "USER.md", $"token {DesiredAgent.TokenMark}");
        await world.RunAsync();

        var token = world.Tokens.Of("bart").Single();
        Gateway["mc-bart", "USER.md"].ShouldBe($"token {token}");
        world.Store["bart"].Files["USER.md"].Base.ShouldBe($"token {DesiredAgent.TokenMark}");
        System.Text.Json.JsonSerializer.Serialize(world.Store["bart"].Files).ShouldNotContain(token);
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
    public async Task A_text_that_changed_is_written_with_the_token_that_stands_there()
    {
        await world.RunAsync();
        var token = world.Tokens.Of("bart").Single();
        world.Change("bart", "TOOLS.md", $"# tools\nAUTH_TOKEN={DesiredAgent.TokenMark}");
        Gateway.Calls.Clear();

        await world.RunAsync();

        Gateway["mc-bart", "TOOLS.md"].ShouldBe($"# tools\nAUTH_TOKEN={token}");
        world.Tokens.Minted.ShouldBe(1);
        Gateway.Writes.ShouldBe(1);
        world.Wakes.Last().ShouldBe(("bart", WakeReason.Updated));
    }

    [Fact]
    public async Task A_token_that_does_not_hold_any_more_is_replaced_when_it_is_looked_at()
    {
        await world.RunAsync();
        var dead = world.Tokens.Of("bart").Single();
        await world.Tokens.RevokeAsync(AgentId.Parse("bart"));
        await world.Tokens.MintAsync(new(AgentId.Parse("bart"), "prod"));

        await world.RunAsync(new ProvisionOptions { CheckTokens = true });

        world.Tokens.Of("bart").ShouldHaveSingleItem().ShouldNotBe(dead);
        Gateway["mc-bart", "TOOLS.md"].ShouldBe($"AUTH_TOKEN={world.Tokens.Of("bart").Single()}\n");
    }

    /// <summary>It went out of the habitat, which ended its token, and came back: nothing at the gateway says so.</summary>
    [Fact]
    public async Task One_that_has_no_token_that_holds_any_more_gets_another_by_the_next_run()
    {
        await world.RunAsync();
        await world.Tokens.RevokeAsync(AgentId.Parse("bart"));

        await world.RunAsync();

        Gateway["mc-bart", "TOOLS.md"].ShouldBe($"AUTH_TOKEN={world.Tokens.Of("bart").ShouldHaveSingleItem()}\n");
        (await world.PlanAsync()).HasWork.ShouldBeFalse();
    }

    [Fact]
    public async Task Who_is_taken_away_or_forgotten_at_one_gateway_keeps_its_tokens_at_another()
    {
        var other = await world.Tokens.MintAsync(new(AgentId.Parse("bart"), "other"));
        Gateway.Put("mc-lisa", "old", "/old");
        world.Desired.Add(LifecycleWorld.Agent("lisa"));
        await world.RunAsync();
        world.Tokens.Of("bart").Count.ShouldBe(2);
        world.Desired.Clear();

        await world.RunAsync(new ProvisionOptions { Prune = true });

        world.Tokens.Of("bart").ShouldBe([other]);
        world.Tokens.Of("lisa").ShouldBeEmpty();
        world.Store.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_rotated_token_ends_those_before_it_only_when_it_was_proven()
    {
        await world.RunAsync();
        var old = world.Tokens.Of("bart").Single();
        Gateway.Before = call =>
        {
            if (call.StartsWith("write", StringComparison.Ordinal))
            {
                throw new CreelException(Fault.Unavailable("gateway-gone", "it is gone"));
            }
        };

        await world.RunAsync(Ask(ProvisionAsks.RotateToken));

        Gateway["mc-bart", "TOOLS.md"].ShouldBe($"AUTH_TOKEN={old}\n");
        world.Tokens.Of("bart").ShouldContain(old);
        world.Store["bart"].Standing.ShouldBe(Standing.Waiting);
        world.Store["bart"].Owed.ShouldBe(ProvisionAsks.RotateToken);

        // It goes on by itself, and what was asked for is not forgotten.
        Gateway.Before = _ => { };
        await world.RunAsync();

        world.Tokens.Of("bart").ShouldHaveSingleItem().ShouldNotBe(old);
        world.Store["bart"].Owed.ShouldBe(ProvisionAsks.None);
    }

    [Fact]
    public async Task A_token_that_is_not_found_where_it_was_written_ends_no_other()
    {
        await world.RunAsync();
        var old = world.Tokens.Of("bart").Single();
        Gateway.After = call =>
        {
            if (call == "write mc-bart TOOLS.md")
            {
                Gateway["mc-bart", "TOOLS.md"] = "somebody else's";
            }
        };

        await world.RunAsync(Ask(ProvisionAsks.RotateToken));

        world.Tokens.Of("bart").ShouldContain(old);
        world.Store["bart"].Error!.Code.ShouldBe("token-unproven");
        world.Store["bart"].Standing.ShouldBe(Standing.Failed);
    }

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
    public async Task One_that_is_wanted_here_by_another_id_keeps_its_token_when_the_old_one_goes()
    {
        await world.RunAsync();
        world.Change("bart", d => d with { Registration = d.Registration with { Id = "mc-bartholomew" } });

        await world.RunAsync(new ProvisionOptions { Prune = true });

        Gateway.Ids.ShouldBe(["mc-bartholomew"]);
        AgentToken.Find(Gateway["mc-bartholomew", "TOOLS.md"]!, AgentId.Parse("bart")).ShouldBe(world.Tokens.Of("bart"));
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
