using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>What every book of dead letters owes.</summary>
public abstract class DeadLetterConformance : IAsyncLifetime
{
    private StoreUnderTest store = null!;

    protected abstract Task<StoreUnderTest> OpenAsync();

    public async Task InitializeAsync() => store = await OpenAsync();

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task Letters_come_back_oldest_first_and_each_is_taken_once()
    {
        var task = Sample.Task();
        await store.Letters.AddAsync([Letter("b") with { Task = task.Id }, Letter("a")]);
        await store.Letters.AddAsync([Letter("a") with { Error = "again" }]);
        await store.ReopenAsync();
        var letters = (await store.Letters.ListAsync()).Select(l => (l.Id, l.Task, l.Error));
        letters.ShouldBe([("b", task.Id, "gone"), ("a", null, "gone")]);
        (await store.Letters.TakeAsync("b")).ShouldNotBeNull().Message.ToArray().ShouldBe("{\"a\":1}"u8.ToArray());
        (await store.Letters.TakeAsync("b")).ShouldBeNull();
        await store.Letters.ClearAsync();
        (await store.Letters.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_the_newest_thousand_are_kept()
    {
        await store.Letters.AddAsync([.. Enumerable.Range(0, 999).Select(i => Letter($"{i}"))]);
        await store.Letters.AddAsync([.. Enumerable.Range(999, 5).Select(i => Letter($"{i}"))]);
        var letters = await store.Letters.ListAsync();
        letters.Count.ShouldBe(1000);
        (letters[0].Id, letters[^1].Id).ShouldBe(("4", "1003"));
    }

    private static DeadLetter Letter(string id) => new(id, Sample.Homer, null, "{\"a\":1}"u8.ToArray(), "gone", Sample.Start);
}
