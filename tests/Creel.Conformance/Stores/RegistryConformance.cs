using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>What every registry of agents and every book of cells owes.</summary>
public abstract class RegistryConformance : IAsyncLifetime
{
    private StoreUnderTest store = null!;

    protected abstract Task<StoreUnderTest> OpenAsync();

    public async Task InitializeAsync() => store = await OpenAsync();

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task An_agent_is_added_replaced_and_removed_with_its_tokens()
    {
        await store.Agents.PutAsync(new AgentRegistration(Sample.Homer, "{}"u8.ToArray(), Sample.Start, Declared: true));
        await store.Agents.PutAsync(new AgentRegistration(Sample.Homer, "{\"a\":1}"u8.ToArray(), Sample.At(1), Declared: false));
        await store.Agents.AddTokenAsync(new TokenRecord(Hash(1), TokenKind.Agent, Sample.Homer, Sample.At(100)));
        await store.Agents.AddTokenAsync(new TokenRecord(Hash(2), TokenKind.Join, null, Sample.At(100)));
        await store.ReopenAsync();
        var agent = (await store.Agents.ListAsync()).ShouldHaveSingleItem();
        (agent.Id, agent.RegisteredAt, agent.Declared).ShouldBe((Sample.Homer, Sample.At(1), false));
        agent.Metadata.ToArray().ShouldBe("{\"a\":1}"u8.ToArray());

        (await store.Agents.RemoveAsync(Sample.Homer)).ShouldBeTrue();
        (await store.Agents.RemoveAsync(Sample.Homer)).ShouldBeFalse();
        (await store.Agents.FindTokenAsync(Hash(1))).ShouldBeNull();
        (await store.Agents.FindTokenAsync(Hash(2))).ShouldNotBeNull();
    }

    [Fact]
    public async Task An_old_id_may_be_any_text()
    {
        var odd = AgentId.Legacy("a/../b\n\0🐚'; DROP TABLE agents; --");
        await store.Agents.PutAsync(new AgentRegistration(odd, ReadOnlyMemory<byte>.Empty, Sample.Start, false));
        (await store.Agents.ListAsync()).Single().Id.ShouldBe(odd);
        (await store.Agents.RemoveAsync(odd)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_join_token_is_used_up_by_exactly_one_of_many()
    {
        await store.Agents.AddTokenAsync(new TokenRecord(Hash(3), TokenKind.Join, null, Sample.At(100)));
        var token = (await store.Agents.FindTokenAsync(Hash(3))).ShouldNotBeNull();
        (token.Kind, token.Agent, token.ExpiresAt).ShouldBe((TokenKind.Join, null, Sample.At(100)));
        token.Hash.ToArray().ShouldBe(Hash(3));
        var used = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => store.Agents.RemoveTokenAsync(Hash(3)).AsTask()));
        used.Count(u => u).ShouldBe(1);
    }

    [Fact]
    public async Task Expired_tokens_go()
    {
        await store.Agents.AddTokenAsync(new TokenRecord(Hash(1), TokenKind.Agent, Sample.Homer, Sample.At(10)));
        await store.Agents.AddTokenAsync(new TokenRecord(Hash(2), TokenKind.Agent, Sample.Homer, Sample.At(11)));
        (await store.Agents.RemoveExpiredTokensAsync(Sample.At(10))).ShouldBe(1);
        (await store.Agents.FindTokenAsync(Hash(1))).ShouldBeNull();
        (await store.Agents.FindTokenAsync(Hash(2))).ShouldNotBeNull().Agent.ShouldBe(Sample.Homer);
    }

    [Fact]
    public async Task A_cell_is_kept_replaced_and_removed()
    {
        var id = new CellId("1f2e3d4c");
        var handle = new CellHandle(id, "bubblewrap", """{"pid":12}""");
        var cell = new CellRecord(id, GroupId.Parse("family"), "bubblewrap", "rev1", 7, handle, Stopped: false);
        await store.Cells.PutAsync(cell with { Handle = null });
        (await store.Cells.ListAsync()).ShouldBe([cell with { Handle = null }]);
        await store.Cells.PutAsync(cell);
        await store.ReopenAsync();
        (await store.Cells.ListAsync()).ShouldBe([cell]);
        await store.Cells.RemoveAsync(id);
        await store.Cells.RemoveAsync(id);
        (await store.Cells.ListAsync()).ShouldBeEmpty();
    }

    private static byte[] Hash(byte fill) => [.. Enumerable.Repeat(fill, 32)];
}
