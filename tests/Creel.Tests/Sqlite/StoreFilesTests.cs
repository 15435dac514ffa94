using Creel.Adapters.Sqlite;
using Creel.Core;

namespace Creel.Tests.Sqlite;

public class StoreFilesTests
{
    [Fact]
    public async Task The_folder_and_the_files_are_for_their_owner_alone()
    {
        using var outer = new StoreFolder();
        var file = Path.Combine(outer.Folder, "a", "b", "creel.db");
        await using var store = await SqliteStore.OpenAsync(file);
        await StoreFolder.AddAsync(store);
        Mode(Path.GetDirectoryName(file)!).ShouldBe("700");
        Mode(file).ShouldBe("600");
        Mode(file + "-wal").ShouldBe("600");
        Mode(file + "-shm").ShouldBe("600");
        Mode(file + ".lock").ShouldBe("600");
    }

    [Fact]
    public async Task A_file_that_others_could_read_is_closed_to_them()
    {
        using var folder = new StoreFolder();
        File.WriteAllBytes(folder.File, []);
        Chmod(folder.File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await using var store = await folder.OpenAsync();
        Mode(folder.File).ShouldBe("600");
    }

    [Fact]
    public async Task A_second_owner_is_refused_with_the_first_one_s_number()
    {
        using var folder = new StoreFolder();
        await using (await folder.OpenAsync())
        {
            var fault = await StoreFolder.FaultOfAsync(folder.OpenAsync);
            (fault.Kind, fault.Code).ShouldBe((FaultKind.Conflict, "store-in-use"));
            fault.Message.ShouldContain($"(pid {Environment.ProcessId})");
        }

        await using var again = await folder.OpenAsync();
    }

    [Fact]
    public async Task A_newer_database_is_refused_and_left_as_it_is()
    {
        using var folder = new StoreFolder();
        folder.Run("PRAGMA user_version = 999; CREATE TABLE later(x)");
        var before = File.ReadAllBytes(folder.File);
        var fault = await StoreFolder.FaultOfAsync(folder.OpenAsync);
        (fault.Kind, fault.Code).ShouldBe((FaultKind.Conflict, "store-newer"));
        File.ReadAllBytes(folder.File).ShouldBe(before);
    }

    [Fact]
    public async Task A_clean_stop_leaves_no_log_behind()
    {
        using var folder = new StoreFolder();
        await using (var store = await folder.OpenAsync())
        {
            await StoreFolder.AddAsync(store);
        }

        File.Exists(folder.File + "-wal").ShouldBeFalse();
    }

    [Fact]
    public async Task What_comes_after_the_end_is_told_so()
    {
        using var folder = new StoreFolder();
        var store = await folder.OpenAsync();
        await store.DisposeAsync();
        var write = await Should.ThrowAsync<CreelException>(async () => await store.Tasks.NextEpochAsync());
        var read = await Should.ThrowAsync<CreelException>(async () => await store.Tasks.CountAsync());
        (write.Fault.Code, read.Fault.Code).ShouldBe(("store-closed", "store-closed"));
    }

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);

    private static void Chmod(string path, UnixFileMode mode) => File.SetUnixFileMode(path, mode);
}
