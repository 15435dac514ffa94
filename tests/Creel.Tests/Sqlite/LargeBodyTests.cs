using Creel.Core.Work;
using SQLitePCL;

namespace Creel.Tests.Sqlite;

[Collection(nameof(Alone))]
public class LargeBodyTests
{
    private const int Large = 16 * 1024 * 1024;

    [Fact]
    public async Task The_library_keeps_no_copy_of_what_was_written()
    {
        using var folder = new StoreFolder();
        await using var store = await folder.OpenAsync();
        var first = await StoreFolder.AddAsync(store);
        await store.Tasks.FindAsync(first.Id);
        var before = raw.sqlite3_memory_used();
        var task = await StoreFolder.AddAsync(store, Large);
        var end = new TaskCompletion(task.Id, TaskState.Succeeded, 1, new byte[Large], StoreFolder.Start);
        (await store.Tasks.CompleteAsync([end])).ShouldBe([CompleteOutcome.Completed]);
        (await store.Tasks.FindAsync(task.Id))!.Result.Length.ShouldBe(Large);

        // What the connections keep of pages is no more than some megabytes.
        (raw.sqlite3_memory_used() - before).ShouldBeLessThan(Large);
    }
}
