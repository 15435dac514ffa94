using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>Tokens over runs: which holds, when another comes, and when those before it end.</summary>
public sealed class TokenRunTests
{
    private readonly LifecycleWorld world = new();

    public TokenRunTests() => world.Desired.Add(LifecycleWorld.Agent("bart"));

    private SimulatedGateway Gateway => world.Gateway;

    private static ProvisionOptions Ask(ProvisionAsks asks) => new() { Asks = asks };

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
        Gateway.GoesAtWrites();

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
    public async Task A_handover_that_fails_time_after_time_leaves_one_token_behind()
    {
        await world.RunAsync();
        var old = world.Tokens.Of("bart").Single();
        Gateway.GoesAtWrites();

        await world.RunAsync(Ask(ProvisionAsks.RotateToken));
        await world.RunAsync();
        await world.RunAsync();

        world.Tokens.Minted.ShouldBe(4);
        world.Tokens.Of("bart").Count.ShouldBe(2);
        world.Tokens.Of("bart").ShouldContain(old);
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
    public async Task One_that_is_wanted_here_by_another_id_keeps_its_token_when_the_old_one_goes()
    {
        await world.RunAsync();
        world.Change("bart", d => d with { Registration = d.Registration with { Id = "mc-bartholomew" } });

        await world.RunAsync(new ProvisionOptions { Prune = true });

        Gateway.Ids.ShouldBe(["mc-bartholomew"]);
        AgentToken.Find(Gateway["mc-bartholomew", "TOOLS.md"]!, AgentId.Parse("bart")).ShouldBe(world.Tokens.Of("bart"));
    }
}
