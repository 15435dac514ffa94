using Creel.Adapters.Sqlite;
using Creel.Core.Audit;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Sqlite;

/// <summary>Somebody with a SQL shell: what the guard stops, and what the chain finds once the guard is gone.</summary>
public class AuditTamperTests
{
    private const string DropGuards =
        "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_no_replace;";

    [Theory]
    [InlineData("UPDATE audit SET outcome = 'ok' WHERE seq = 2")]
    [InlineData("DELETE FROM audit WHERE seq = 2")]
    [InlineData("DELETE FROM audit")]
    [InlineData(
        "INSERT OR REPLACE INTO audit SELECT 2, at, 'me', action, target, outcome, detail, hash FROM audit WHERE seq = 2"
    )]
    public async Task The_guard_lets_nothing_be_changed_or_removed(string sql)
    {
        using var folder = new StoreFolder();
        await using var store = await OpenWithEntriesAsync(folder, 3);
        Should.Throw<SqliteError>(() => folder.Run(sql)).Message.ShouldContain("append-only");
        (await store.Audit.VerifyAsync()).ShouldSatisfyAllConditions(v => v.Count.ShouldBe(3), v => v.BrokenAt.ShouldBeNull());
    }

    [Fact]
    public void Any_single_tampering_is_found_and_its_place_told()
    {
        var tamperings =
            from count in Gen.Choose(2, 12)
            from at in Gen.Choose(1, count)
            from other in Gen.Choose(1, count).Where(o => o != at)
            from what in Gen.Choose(0, 11)
            select (count, at, other, what);
        Prop.ForAll(Arb.From(tamperings), t => CheckAsync(t.count, t.at, t.other, t.what).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(120));
    }

    [Fact]
    public async Task A_broken_chain_does_not_heal_by_going_on()
    {
        using var folder = new StoreFolder();
        await (await OpenWithEntriesAsync(folder, 4)).DisposeAsync();
        folder.Run(DropGuards + "DELETE FROM audit WHERE seq = 4");
        await using var store = await OpenWithEntriesAsync(folder, 2);
        (await store.Audit.VerifyAsync()).BrokenAt.ShouldBe(4);
        (await store.Audit.ReadAsync(3, 9)).Select(r => r.Sequence).ShouldBe([5, 6]);
    }

    [Fact]
    public async Task A_forged_entry_at_the_end_neither_stops_the_book_nor_becomes_part_of_it()
    {
        using var folder = new StoreFolder();
        await (await OpenWithEntriesAsync(folder, 3)).DisposeAsync();
        folder.Run("INSERT INTO audit SELECT 4, at, actor, action, target, outcome, detail, hash FROM audit WHERE seq = 3");
        await using var store = await OpenWithEntriesAsync(folder, 2);
        (await store.Audit.VerifyAsync()).BrokenAt.ShouldBe(4);
        (await store.Audit.TailAsync(1)).Single().Sequence.ShouldBe(6);
    }

    [Fact]
    public async Task A_lost_head_is_told()
    {
        using var folder = new StoreFolder();
        await using var store = await OpenWithEntriesAsync(folder, 3);
        folder.Run("DELETE FROM audit_head");
        (await store.Audit.VerifyAsync()).ShouldSatisfyAllConditions(v => v.BrokenAt.ShouldBe(4), v => v.Count.ShouldBe(3));
    }

    private static async Task CheckAsync(int count, int at, int other, int what)
    {
        using var folder = new StoreFolder();
        await using var store = await OpenWithEntriesAsync(folder, count);
        var (low, high) = (Math.Min(at, other), Math.Max(at, other));
        var (sql, broken) = what switch
        {
            0 => ($"UPDATE audit SET at = at + 1 WHERE seq = {at}", at),
            1 => ($"UPDATE audit SET actor = actor || ' ' WHERE seq = {at}", at),
            2 => ($"UPDATE audit SET action = upper(action) WHERE seq = {at}", at),
            3 => ($"UPDATE audit SET target = '' WHERE seq = {at}", at),
            4 => ($"UPDATE audit SET outcome = 'refused' WHERE seq = {at}", at),
            5 => ($"UPDATE audit SET detail = CASE WHEN detail IS NULL THEN '' ELSE NULL END WHERE seq = {at}", at),
            6 => ($"UPDATE audit SET hash = (SELECT hash FROM audit WHERE seq = {other}) WHERE seq = {at}", at),
            7 => ($"UPDATE audit SET actor = target, target = actor WHERE seq = {at}", at),
            8 => ($"DELETE FROM audit WHERE seq = {at}", at),
            9 => ($"DELETE FROM audit WHERE seq = {at}; UPDATE audit SET seq = seq - 1 WHERE seq > {at}", at),
            10 => (
                $"UPDATE audit SET seq = -1 WHERE seq = {low}; UPDATE audit SET seq = {low} WHERE seq = {high}; "
                    + $"UPDATE audit SET seq = {high} WHERE seq = -1",
                low
            ),
            _ => (
                $"UPDATE audit SET seq = -seq WHERE seq > {at}; UPDATE audit SET seq = 1 - seq WHERE seq < 0; "
                    + $"INSERT INTO audit SELECT {at + 1}, at, actor, action, target, outcome, detail, hash FROM audit WHERE seq = {at}",
                at + 1
            ),
        };
        folder.Run($"{DropGuards} {sql}");
        var verdict = await store.Audit.VerifyAsync();
        verdict.BrokenAt.ShouldBe(broken, sql);
        verdict.Problem.ShouldNotBeNullOrEmpty();
        verdict.Count.ShouldBe(broken - 1);
    }

    private static async Task<SqliteStore> OpenWithEntriesAsync(StoreFolder folder, int count)
    {
        var store = await folder.OpenAsync();
        for (var i = 0; i < count; i++)
        {
            var (at, detail) = (StoreFolder.Start.AddSeconds(i), i % 2 == 0 ? null : $"{i}");
            var entry = new AuditEntry(at, "admin", "task.submit", $"agent:{i}", "ok", detail);
            await store.Audit.AppendAsync([entry]);
        }

        return store;
    }
}
