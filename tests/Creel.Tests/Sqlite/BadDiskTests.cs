using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Audit;
using Creel.Core.Work;

namespace Creel.Tests.Sqlite;

/// <summary>
/// Disks that are full or read-only, files that are damaged or locked: one clear fault, and nothing acknowledged is lost.
/// </summary>
public class BadDiskTests
{
    [MountFact]
    public async Task A_full_disk_refuses_and_forgets_nothing_and_works_again_once_there_is_space()
    {
        using var disk = new SmallDisk(megabytes: 4);
        var file = Path.Combine(disk.Folder, "home", "creel.db");
        var (kept, refused) = (new List<TaskId>(), new List<TaskId>());
        await using (var store = await SqliteStore.OpenAsync(file))
        {
            kept.Add((await StoreFolder.AddAsync(store)).Id);
            disk.Fill(leave: 200_000);
            while (refused.Count < 20)
            {
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AddAsync(store, kept, refused))));
            }

            (await store.Tasks.FindAsync(kept[^1])).ShouldNotBeNull();
            var entries = 0;
            var fault = await StoreFolder.FaultOfAsync(async () =>
            {
                for (; entries < 200; entries++)
                {
                    await store.Audit.AppendAsync([Entry()]);
                }
            });
            (fault.Kind, fault.Code).ShouldBe((FaultKind.Unavailable, "store-full"));
            disk.Free();
            kept.Add((await StoreFolder.AddAsync(store)).Id);
            await store.Audit.AppendAsync([Entry()]);
            var verdict = await store.Audit.VerifyAsync();
            (verdict.BrokenAt, verdict.Count).ShouldBe((null, entries + 1));
        }

        await using var again = await SqliteStore.OpenAsync(file);
        var found = await again.Tasks.ListAsync(new TaskQuery(null, [], int.MaxValue, OldestFirst: true));
        found.Select(r => r.Task.Id).ShouldBe(kept, ignoreOrder: true);
        refused.ShouldNotBeEmpty();
    }

    [MountFact]
    public async Task A_disk_that_is_full_from_the_start_is_told_at_opening()
    {
        using var disk = new SmallDisk(megabytes: 1);
        disk.Fill(leave: 8192);
        var fault = await StoreFolder.FaultOfAsync(() => SqliteStore.OpenAsync(Path.Combine(disk.Folder, "creel.db")));
        (fault.Kind, fault.Code).ShouldBe((FaultKind.Unavailable, "store-full"));
    }

    [MountFact]
    public async Task A_read_only_disk_is_told_and_works_again_when_it_is_writable()
    {
        using var disk = new SmallDisk(megabytes: 4);
        var file = Path.Combine(disk.Folder, "creel.db");
        await (await SqliteStore.OpenAsync(file)).DisposeAsync();
        disk.Remount("ro");
        (await StoreFolder.FaultOfAsync(() => SqliteStore.OpenAsync(file))).Kind.ShouldBe(FaultKind.Unavailable);
        disk.Remount("rw");
        await using var store = await SqliteStore.OpenAsync(file);
        await StoreFolder.AddAsync(store);
    }

    [Fact]
    public async Task A_lock_of_somebody_else_is_told_while_reading_goes_on_and_is_over_when_it_goes()
    {
        using var folder = new StoreFolder();
        await using var store = await folder.OpenAsync();
        var task = await StoreFolder.AddAsync(store);
        using (var other = folder.Connect())
        {
            other.Execute("BEGIN EXCLUSIVE");
            var fault = await StoreFolder.FaultOfAsync(() => StoreFolder.AddAsync(store));
            (fault.Kind, fault.Code).ShouldBe((FaultKind.Unavailable, "store-locked"));
            (await store.Tasks.FindAsync(task.Id)).ShouldNotBeNull();
            other.Execute("COMMIT");
        }

        await StoreFolder.AddAsync(store);
    }

    [Fact]
    public async Task A_database_that_somebody_else_holds_alone_is_told_at_opening()
    {
        using var folder = new StoreFolder();
        await (await folder.OpenAsync()).DisposeAsync();
        using (var other = folder.Connect())
        {
            other.Execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; UPDATE counters SET value = value + 1; COMMIT");
            (await StoreFolder.FaultOfAsync(folder.OpenAsync)).Code.ShouldBe("store-locked");
        }

        await using var store = await folder.OpenAsync();
    }

    [Theory]
    [InlineData(0, 4096)]
    [InlineData(100, 3000)]
    public async Task A_file_that_is_no_database_any_more_is_told_at_opening_and_left_as_it_is(int from, int length)
    {
        using var folder = new StoreFolder();
        await FilledAsync(folder);
        Spoil(folder.File, from, length);
        var before = File.ReadAllBytes(folder.File);
        (await StoreFolder.FaultOfAsync(folder.OpenAsync)).Code.ShouldBe("store-corrupt");
        File.ReadAllBytes(folder.File).ShouldBe(before);
    }

    [Fact]
    public async Task Damage_in_the_middle_is_told_by_what_touches_it_and_the_rest_goes_on()
    {
        using var folder = new StoreFolder();
        await FilledAsync(folder);
        await using var store = await folder.OpenAsync();
        Spoil(folder.File, 40 * 4096, 40 * 4096);
        var all = new TaskQuery(null, [], int.MaxValue);
        var fault = await StoreFolder.FaultOfAsync(async () => await store.Tasks.ListAsync(all));
        (fault.Kind, fault.Code).ShouldBe((FaultKind.Internal, "store-corrupt"));
        (await store.Tasks.NextEpochAsync()).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Damage_after_a_crash_is_found_at_opening()
    {
        using var folder = new StoreFolder();
        using var copy = new StoreFolder();
        await FilledAsync(folder);
        await using (var store = await folder.OpenAsync())
        {
            await StoreFolder.AddAsync(store);

            // The files of a store that is open are those of a store that was killed.
            File.Copy(folder.File, copy.File);
            File.Copy(folder.File + "-wal", copy.File + "-wal");
        }

        Spoil(copy.File, 40 * 4096, 40 * 4096);
        (await StoreFolder.FaultOfAsync(copy.OpenAsync)).Code.ShouldBe("store-corrupt");
    }

    private static AuditEntry Entry() =>
        new(StoreFolder.Start, "admin", "task.submit", "agent:homer", "ok", new string('x', 20_000));

    private static async Task AddAsync(SqliteStore store, List<TaskId> kept, List<TaskId> refused)
    {
        var task = StoreFolder.NewTask(bytes: 2000);
        try
        {
            await store.Tasks.AppendAsync([new NewTask(task, null, int.MaxValue)]);
            lock (kept)
            {
                kept.Add(task.Id);
            }
        }
        catch (CreelException e)
        {
            e.Fault.Code.ShouldBe("store-full");
            lock (kept)
            {
                refused.Add(task.Id);
            }
        }
    }

    /// <summary>All of them sent: opening reads only what is queued, so it meets no damage by chance.</summary>
    private static async Task FilledAsync(StoreFolder folder)
    {
        await using var store = await folder.OpenAsync();
        var lease = new Lease("journal", 1);
        await store.Tasks.AppendAsync([.. Enumerable.Range(0, 3000).Select(_ => new NewTask(StoreFolder.NewTask(), lease, 0))]);
    }

    private static void Spoil(string file, int from, int length)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        stream.Position = from;
        stream.Write([.. Enumerable.Repeat((byte)0xAA, length)]);
    }
}
