using System.Text;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Work;
using Creel.Server.Provisioning;
using Creel.Tests.Hub;
using Creel.Tests.Sqlite;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class AgentTokensTests : IAsyncLifetime
{
    private static readonly AgentId Bart = AgentId.Parse("bart");
    private static readonly AgentId Lisa = AgentId.Parse("lisa");
    private static readonly Resident BartThere = new(Bart, "prod");
    private static readonly Resident LisaThere = new(Lisa, "prod");
    private static readonly Resident BartOther = new(Bart, "other");

    private readonly StoreFolder folder = new();
    private readonly ShiftedTime time = new();
    private SqliteStore store = null!;
    private AgentTokens tokens = null!;

    public Task InitializeAsync() => ReopenAsync();

    public async Task DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_token_proves_its_agent_alone_also_after_a_restart()
    {
        var token = await tokens.MintAsync(BartThere);

        await ReopenAsync();

        (await UseAsync(token)).ShouldBe(Bart);
        (await tokens.HoldsAsync(BartThere, token)).ShouldBeTrue();
        (await tokens.HoldsAsync(LisaThere, token)).ShouldBeFalse();
        (await UseAsync("lisa" + token[4..])).ShouldBeNull();
        (await UseAsync(token + "\n")).ShouldBeNull();
        (await UseAsync(null)).ShouldBeNull();
    }

    [Fact]
    public async Task Its_text_is_in_no_file()
    {
        var token = await tokens.MintAsync(BartThere);
        await UseAsync(token);
        await store.DisposeAsync();

        var secret = Encoding.UTF8.GetBytes(token[5..]);
        foreach (var file in Directory.GetFiles(folder.Folder))
        {
            File.ReadAllBytes(file).AsSpan().IndexOf(secret).ShouldBe(-1, file);
        }

        await ReopenAsync();
    }

    [Fact]
    public async Task The_old_one_holds_within_the_overlap_until_the_new_one_is_used()
    {
        var old = await tokens.MintAsync(BartThere);
        (await UseAsync(old)).ShouldBe(Bart);
        var fresh = await tokens.MintAsync(BartThere);
        await tokens.SucceedAsync(BartThere, fresh, time.GetUtcNow().AddHours(1));

        (await UseAsync(old)).ShouldBe(Bart);
        (await tokens.HoldsAsync(BartThere, fresh)).ShouldBeTrue();
        (await UseAsync(old)).ShouldBe(Bart);
        await ReopenAsync();
        (await UseAsync(fresh)).ShouldBe(Bart);
        (await UseAsync(old)).ShouldBeNull();
        (await UseAsync(fresh)).ShouldBe(Bart);
    }

    [Fact]
    public async Task The_old_one_ends_with_the_overlap_though_the_new_one_was_never_used()
    {
        var old = await tokens.MintAsync(BartThere);
        var fresh = await tokens.MintAsync(BartThere);
        await tokens.SucceedAsync(BartThere, fresh, time.GetUtcNow().AddHours(1));

        time.Shift(TimeSpan.FromMinutes(61));

        (await UseAsync(old)).ShouldBeNull();
        (await UseAsync(fresh)).ShouldBe(Bart);
    }

    [Fact]
    public async Task One_that_does_not_hold_takes_nobodys_place()
    {
        var old = await tokens.MintAsync(BartThere);
        var of = await tokens.MintAsync(LisaThere);
        var until = time.GetUtcNow();

        foreach (var wrong in new[] { of, "bart" + of[4..], "", old + "x" })
        {
            (
                await Should.ThrowAsync<CreelException>(async () => await tokens.SucceedAsync(BartThere, wrong, until))
            ).Message.ShouldNotContain(of[5..]);
        }

        (await UseAsync(old)).ShouldBe(Bart);
    }

    [Fact]
    public async Task Of_three_in_a_row_the_newest_ends_the_others()
    {
        var all = new[]
        {
            await tokens.MintAsync(BartThere),
            await tokens.MintAsync(BartThere),
            await tokens.MintAsync(BartThere),
        };
        var until = time.GetUtcNow().AddHours(1);
        await tokens.SucceedAsync(BartThere, all[1], until);
        await tokens.SucceedAsync(BartThere, all[2], until);

        (await UseAsync(all[1])).ShouldBe(Bart);
        (await UseAsync(all[0])).ShouldBe(Bart);
        (await UseAsync(all[2])).ShouldBe(Bart);
        (await UseAsync(all[1])).ShouldBeNull();
        (await UseAsync(all[0])).ShouldBeNull();
    }

    [Fact]
    public async Task One_in_use_lives_on_and_one_that_never_came_to_its_agent_ends()
    {
        var used = await tokens.MintAsync(BartThere);
        var lost = await tokens.MintAsync(LisaThere);
        (await UseAsync(used)).ShouldBe(Bart);
        time.Shift(AgentTokens.Unproven + TimeSpan.FromDays(1));
        (await UseAsync(lost)).ShouldBeNull();
        for (var month = 0; month < 30; month++)
        {
            time.Shift(TimeSpan.FromDays(30));
            (await UseAsync(used)).ShouldBe(Bart);
        }

        time.Shift(AgentTokens.Life);
        (await UseAsync(used)).ShouldBeNull();
    }

    [Fact]
    public async Task One_whose_place_is_taken_does_not_live_longer_by_being_used()
    {
        var old = await tokens.MintAsync(BartThere);
        var fresh = await tokens.MintAsync(BartThere);
        await tokens.SucceedAsync(BartThere, fresh, time.GetUtcNow().AddDays(3));
        (await UseAsync(old)).ShouldBe(Bart);

        time.Shift(TimeSpan.FromDays(3));

        (await UseAsync(old)).ShouldBeNull();
    }

    [Fact]
    public async Task One_whose_place_is_taken_lets_its_agent_in_and_does_not_count_as_the_one_that_stands()
    {
        var (old, fresh) = (await tokens.MintAsync(BartThere), await tokens.MintAsync(BartThere));
        await tokens.SucceedAsync(BartThere, fresh, time.GetUtcNow().AddHours(1));

        (await tokens.HoldsAsync(BartThere, old)).ShouldBeFalse();
        (await tokens.HoldsAsync(BartThere, fresh)).ShouldBeTrue();
        (await UseAsync(old)).ShouldBe(Bart);
    }

    [Fact]
    public async Task Those_that_never_came_to_their_agent_end_and_no_other()
    {
        var (used, old, heir) = (
            await tokens.MintAsync(BartThere),
            await tokens.MintAsync(BartThere),
            await tokens.MintAsync(BartThere)
        );
        (await UseAsync(used)).ShouldBe(Bart);
        await tokens.SucceedAsync(BartThere, heir, time.GetUtcNow().AddHours(1));
        var (standing, lost) = (await tokens.MintAsync(BartThere), await tokens.MintAsync(BartThere));
        var (lisa, other) = (await tokens.MintAsync(LisaThere), await tokens.MintAsync(BartOther));

        await tokens.EndUnprovenAsync(BartThere, standing);

        (await tokens.FindAsync(lost)).ShouldBeNull();
        foreach (var left in new[] { used, old, heir, standing, lisa, other })
        {
            (await tokens.FindAsync(left)).ShouldNotBeNull();
        }

        await tokens.EndUnprovenAsync(BartThere, standing: null);
        (await tokens.FindAsync(standing)).ShouldBeNull();
    }

    [Fact]
    public async Task Revoked_means_none_of_the_agent_and_all_of_the_others()
    {
        var bart = await tokens.MintAsync(BartThere);
        var lisa = await tokens.MintAsync(LisaThere);
        await store.Agents.AddTokenAsync(new TokenRecord(new byte[32], TokenKind.Agent, Bart, time.GetUtcNow().AddDays(1)));

        await tokens.RevokeAsync(Bart);

        (await UseAsync(bart)).ShouldBeNull();
        (await UseAsync(lisa)).ShouldBe(Lisa);
        (await store.Agents.FindTokenAsync(new byte[32])).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_agent_of_ours_of_that_name_takes_no_token_elsewhere_along_and_the_expired_are_swept()
    {
        var token = await tokens.MintAsync(BartThere);
        await store.Agents.RemoveAsync(Bart);
        (await UseAsync(token)).ShouldBe(Bart);
        (await store.Agents.FindTokenAsync(AgentToken.Hash(token))).ShouldNotBeNull().Kind.ShouldBe(TokenKind.Elsewhere);

        (await store.Agents.RemoveExpiredTokensAsync(time.GetUtcNow() + AgentTokens.Life + TimeSpan.FromDays(1))).ShouldBe(1);
    }

    [Fact]
    public async Task A_token_is_of_one_gateway_and_of_no_other()
    {
        var token = await tokens.MintAsync(BartThere);

        (await tokens.FindAsync(token)).ShouldNotBeNull().Gateway.ShouldBe("prod");
        (await tokens.HoldsAsync(BartOther, token)).ShouldBeFalse();
        (await tokens.HoldsAsync(new Resident(Bart, null), token)).ShouldBeFalse();
        (await tokens.HasAsync(BartThere)).ShouldBeTrue();
        (await tokens.HasAsync(BartOther)).ShouldBeFalse();
        await Should.ThrowAsync<CreelException>(async () => await tokens.SucceedAsync(BartOther, token, time.GetUtcNow()));
        time.Shift(AgentTokens.Unproven);
        (await tokens.HasAsync(BartThere)).ShouldBeFalse();
    }

    [Fact]
    public async Task One_takes_the_place_of_those_of_its_own_gateway_alone()
    {
        var there = await tokens.MintAsync(BartThere);
        var (other, fresh) = (await tokens.MintAsync(BartOther), await tokens.MintAsync(BartOther));

        await tokens.SucceedAsync(BartOther, fresh, time.GetUtcNow());

        (await tokens.HoldsAsync(BartThere, there)).ShouldBeTrue();
        (await tokens.HoldsAsync(BartOther, other)).ShouldBeFalse();
    }

    [Fact]
    public async Task Those_of_an_agent_end_at_one_gateway_everywhere_or_with_all_of_a_gateway()
    {
        var (there, other, lisa) = (
            await tokens.MintAsync(BartThere),
            await tokens.MintAsync(BartOther),
            await tokens.MintAsync(LisaThere)
        );

        await tokens.RevokeAsync(BartOther);
        ((await UseAsync(there), await UseAsync(other))).ShouldBe((Bart, null));
        await tokens.RevokeAllAsync("other");
        (await UseAsync(there)).ShouldBe(Bart);
        await tokens.RevokeAllAsync("prod");
        ((await UseAsync(there), await UseAsync(lisa))).ShouldBe((null, null));
    }

    [Fact]
    public async Task One_from_before_gateways_were_kept_holds_and_is_bound_by_its_first_use()
    {
        var (token, heir) = (await tokens.MintAsync(BartThere), await tokens.MintAsync(BartThere));
        var until = time.GetUtcNow().AddHours(1);
        await tokens.SucceedAsync(BartThere, heir, until);
        await store.DisposeAsync();
        folder.Run("UPDATE tokens SET gateway = NULL");
        await ReopenAsync();
        (await tokens.HoldsAsync(BartThere, heir)).ShouldBeTrue();
        (await tokens.HasAsync(BartOther)).ShouldBeTrue();

        (await UseAsync(token, "other")).ShouldBe(Bart);

        (await UseAsync(token, "prod")).ShouldBeNull();
        (await UseAsync(token, "other")).ShouldBe(Bart);
        (await tokens.FindAsync(token))!.ExpiresAt.ShouldBe(until, TimeSpan.FromMilliseconds(1));
    }

    [Fact]
    public async Task A_database_from_before_keeps_its_tokens()
    {
        var token = await tokens.MintAsync(BartThere);
        await store.DisposeAsync();
        folder.GoBack(8);

        await ReopenAsync();

        (await UseAsync(token)).ShouldBe(Bart);
        (await tokens.FindAsync(token)).ShouldNotBeNull().Gateway.ShouldBe("prod");
    }

    /// <summary>The original ran a slow hash for each agent that there was.</summary>
    [Fact]
    public async Task A_look_up_costs_the_same_with_ten_agents_and_with_ten_thousand()
    {
        var first = await tokens.MintAsync(BartThere);
        await Task.WhenAll(
            Enumerable.Range(0, 10_000).Select(n => tokens.MintAsync(new(AgentId.Parse($"a{n}"), "prod")).AsTask())
        );

        using var connection = folder.Connect();
        var plan = connection[
            """
            EXPLAIN QUERY PLAN SELECT hash, agent, gateway, expires, heir IS NOT NULL,
                EXISTS(SELECT 1 FROM tokens AS other WHERE other.agent = tokens.agent AND other.heir = tokens.hash)
            FROM tokens WHERE hash = x'00' AND kind = 2
            """
        ];
        var steps = new List<string>();
        while (plan.Next())
        {
            steps.Add(plan.Text(3));
        }

        steps.Where(s => s.StartsWith("SCAN", StringComparison.Ordinal) && s != "SCAN CONSTANT ROW").ShouldBeEmpty();
        steps.Count(s => s.StartsWith("SEARCH", StringComparison.Ordinal)).ShouldBe(2);
        (await UseAsync(first)).ShouldBe(Bart);
    }

    /// <summary>As an agent that lives there shows it.</summary>
    private async Task<AgentId?> UseAsync(string? token, string gateway = "prod")
    {
        if (await tokens.FindAsync(token) is not { } kept || !kept.IsOf(gateway))
        {
            return null;
        }

        await tokens.UsedAsync(kept, gateway);
        return kept.Agent;
    }

    private async Task ReopenAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
        }

        store = await folder.OpenAsync();
        tokens = new AgentTokens(store.AgentTokens, time);
    }
}
