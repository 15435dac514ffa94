using Creel.Core.Audit;

namespace Creel.Conformance.Stores;

/// <summary>What every audit owes.</summary>
public abstract class AuditLogConformance : IAsyncLifetime
{
    private StoreUnderTest store = null!;

    protected abstract Task<StoreUnderTest> OpenAsync();

    public async Task InitializeAsync() => store = await OpenAsync();

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task Entries_come_back_in_order_and_the_chain_holds_over_a_restart()
    {
        await store.Audit.AppendAsync([
            Entry(0),
            Entry(1) with
            {
                Detail = "{\"why\":\"ünicode 🐚\\u0000\"}",
                Target = "odd\0\n",
            },
        ]);
        await store.ReopenAsync();
        await store.Audit.AppendAsync([Entry(2)]);
        await store.Audit.AppendAsync([]);
        var all = await store.Audit.ReadAsync(0, 100);
        all.Select(r => r.Sequence).ShouldBe([1, 2, 3]);
        all[1].Entry.ShouldBe(Entry(1) with { Detail = "{\"why\":\"ünicode 🐚\\u0000\"}", Target = "odd\0\n" });
        (await store.Audit.ReadAsync(1, 1)).Select(r => r.Sequence).ShouldBe([2]);
        (await store.Audit.TailAsync(2)).Select(r => r.Sequence).ShouldBe([2, 3]);

        var verdict = await store.Audit.VerifyAsync();
        verdict.ShouldBe(new AuditVerdict(3, Convert.ToHexStringLower(all[2].Hash.Span), null, null));
    }

    [Fact]
    public async Task An_empty_book_holds() =>
        (await store.Audit.VerifyAsync()).ShouldBe(new AuditVerdict(0, new string('0', 64), null, null));

    [Fact]
    public async Task Many_writers_make_one_chain_that_holds_while_it_grows()
    {
        var writers = Enumerable
            .Range(0, 8)
            .Select(i =>
                Task.Run(async () =>
                {
                    for (var n = 0; n < 150; n++)
                    {
                        await store.Audit.AppendAsync([Entry(i), Entry(n)]);
                    }
                })
            )
            .ToArray();
        while (!writers.All(w => w.IsCompleted))
        {
            (await store.Audit.VerifyAsync()).BrokenAt.ShouldBeNull();
        }

        await Task.WhenAll(writers);
        var verdict = await store.Audit.VerifyAsync();
        (verdict.Count, verdict.BrokenAt).ShouldBe((2400, null));
    }

    private static AuditEntry Entry(int i) => new(Sample.At(i), "admin", "task.submit", $"agent:{i}", "ok");
}
