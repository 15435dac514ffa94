using System.Text;
using Creel.Adapters.Sqlite;
using Creel.Core;
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
        var token = await tokens.MintAsync(Bart);

        await ReopenAsync();

        (await tokens.UseAsync(token)).ShouldBe(Bart);
        (await tokens.HoldsAsync(Bart, token)).ShouldBeTrue();
        (await tokens.HoldsAsync(Lisa, token)).ShouldBeFalse();
        (await tokens.UseAsync("lisa" + token[4..])).ShouldBeNull();
        (await tokens.UseAsync(token + "\n")).ShouldBeNull();
        (await tokens.UseAsync(null)).ShouldBeNull();
    }

    [Fact]
    public async Task Its_text_is_in_no_file()
    {
        var token = await tokens.MintAsync(Bart);
        await tokens.UseAsync(token);
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
        var old = await tokens.MintAsync(Bart);
        (await tokens.UseAsync(old)).ShouldBe(Bart);
        var fresh = await tokens.MintAsync(Bart);
        await tokens.SucceedAsync(Bart, fresh, time.GetUtcNow().AddHours(1));

        (await tokens.UseAsync(old)).ShouldBe(Bart);
        (await tokens.HoldsAsync(Bart, fresh)).ShouldBeTrue();
        (await tokens.UseAsync(old)).ShouldBe(Bart);
        await ReopenAsync();
        (await tokens.UseAsync(fresh)).ShouldBe(Bart);
        (await tokens.UseAsync(old)).ShouldBeNull();
        (await tokens.UseAsync(fresh)).ShouldBe(Bart);
    }

    [Fact]
    public async Task The_old_one_ends_with_the_overlap_though_the_new_one_was_never_used()
    {
        var old = await tokens.MintAsync(Bart);
        var fresh = await tokens.MintAsync(Bart);
        await tokens.SucceedAsync(Bart, fresh, time.GetUtcNow().AddHours(1));

        time.Shift(TimeSpan.FromMinutes(61));

        (await tokens.UseAsync(old)).ShouldBeNull();
        (await tokens.UseAsync(fresh)).ShouldBe(Bart);
    }

    [Fact]
    public async Task One_that_does_not_hold_takes_nobodys_place()
    {
        var old = await tokens.MintAsync(Bart);
        var of = await tokens.MintAsync(Lisa);
        var until = time.GetUtcNow();

        foreach (var wrong in new[] { of, "bart" + of[4..], "", old + "x" })
        {
            (
                await Should.ThrowAsync<CreelException>(async () => await tokens.SucceedAsync(Bart, wrong, until))
            ).Message.ShouldNotContain(of[5..]);
        }

        (await tokens.UseAsync(old)).ShouldBe(Bart);
    }

    [Fact]
    public async Task Of_three_in_a_row_the_newest_ends_the_others()
    {
        var all = new[] { await tokens.MintAsync(Bart), await tokens.MintAsync(Bart), await tokens.MintAsync(Bart) };
        var until = time.GetUtcNow().AddHours(1);
        await tokens.SucceedAsync(Bart, all[1], until);
        await tokens.SucceedAsync(Bart, all[2], until);

        (await tokens.UseAsync(all[1])).ShouldBe(Bart);
        (await tokens.UseAsync(all[0])).ShouldBe(Bart);
        (await tokens.UseAsync(all[2])).ShouldBe(Bart);
        (await tokens.UseAsync(all[1])).ShouldBeNull();
        (await tokens.UseAsync(all[0])).ShouldBeNull();
    }

    [Fact]
    public async Task One_in_use_lives_on_and_one_that_never_came_to_its_agent_ends()
    {
        var used = await tokens.MintAsync(Bart);
        var lost = await tokens.MintAsync(Lisa);
        (await tokens.UseAsync(used)).ShouldBe(Bart);
        time.Shift(AgentTokens.Unproven + TimeSpan.FromDays(1));
        (await tokens.UseAsync(lost)).ShouldBeNull();
        for (var month = 0; month < 30; month++)
        {
            time.Shift(TimeSpan.FromDays(30));
            (await tokens.UseAsync(used)).ShouldBe(Bart);
        }

        time.Shift(AgentTokens.Life);
        (await tokens.UseAsync(used)).ShouldBeNull();
    }

    [Fact]
    public async Task One_whose_place_is_taken_does_not_live_longer_by_being_used()
    {
        var old = await tokens.MintAsync(Bart);
        var fresh = await tokens.MintAsync(Bart);
        await tokens.SucceedAsync(Bart, fresh, time.GetUtcNow().AddDays(3));
        (await tokens.UseAsync(old)).ShouldBe(Bart);

        time.Shift(TimeSpan.FromDays(3));

        (await tokens.UseAsync(old)).ShouldBeNull();
    }

    [Fact]
    public async Task Revoked_means_none_of_the_agent_and_all_of_the_others()
    {
        var bart = await tokens.MintAsync(Bart);
        var lisa = await tokens.MintAsync(Lisa);
        await store.Agents.AddTokenAsync(new TokenRecord(new byte[32], TokenKind.Agent, Bart, time.GetUtcNow().AddDays(1)));

        await tokens.RevokeAsync(Bart);

        (await tokens.UseAsync(bart)).ShouldBeNull();
        (await tokens.UseAsync(lisa)).ShouldBe(Lisa);
        (await store.Agents.FindTokenAsync(new byte[32])).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_agent_of_ours_of_that_name_takes_no_token_elsewhere_along_and_the_expired_are_swept()
    {
        var token = await tokens.MintAsync(Bart);
        await store.Agents.RemoveAsync(Bart);
        (await tokens.UseAsync(token)).ShouldBe(Bart);
        (await store.Agents.FindTokenAsync(AgentToken.Hash(token))).ShouldNotBeNull().Kind.ShouldBe(TokenKind.Elsewhere);

        (await store.Agents.RemoveExpiredTokensAsync(time.GetUtcNow() + AgentTokens.Life + TimeSpan.FromDays(1))).ShouldBe(1);
    }

    /// <summary>The original ran a slow hash for each agent that there was.</summary>
    [Fact]
    public async Task A_look_up_costs_the_same_with_ten_agents_and_with_ten_thousand()
    {
        var first = await tokens.MintAsync(Bart);
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(n => tokens.MintAsync(AgentId.Parse($"a{n}")).AsTask()));

        using var connection = folder.Connect();
        var plan = connection[
            """
            EXPLAIN QUERY PLAN SELECT hash, agent, expires, heir IS NOT NULL,
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
        (await tokens.UseAsync(first)).ShouldBe(Bart);
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
