using Creel.Adapters.Linux;

namespace Creel.Tests.Linux;

public sealed class CellFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_log_that_grew_too_long_is_put_aside_at_the_next_start()
    {
        var log = Path.Combine(folder, CellFiles.Log);
        File.WriteAllText(log, "short");
        CellFiles.RotateLog(folder);
        File.Exists(log).ShouldBeTrue();
        File.WriteAllBytes(log, new byte[6 * 1024 * 1024]);
        CellFiles.RotateLog(folder);
        File.Exists(log).ShouldBeFalse();
        new FileInfo(log + ".1").Length.ShouldBe(6 * 1024 * 1024);
    }

    [Fact]
    public void The_last_line_of_a_log_is_told_without_control_characters()
    {
        File.WriteAllText(Path.Combine(folder, CellFiles.Log), "older\nbwrap: \u001b[31mno such file\u0007\n\n");
        CellFiles.LogTail(folder, 0).ShouldBe("bwrap: [31mno such file");
        CellFiles.LogTail(folder, 1000).ShouldBe("");
        CellFiles.LogTail(folder + "-absent", 0).ShouldBe("");
    }

    [Fact]
    public void What_is_written_is_for_its_owner_alone()
    {
        CellFiles.Write(folder, CellFiles.Handle, "{}");
        File.GetUnixFileMode(Path.Combine(folder, CellFiles.Handle)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        CellFiles.Forget(folder);
        CellFiles.Read(folder, CellFiles.Handle).ShouldBeNull();
    }

    [Fact]
    public void A_path_with_anything_in_it_is_one_field_of_a_mount_table()
    {
        var line = MountLine.Bind("/a b\tc\nd#e\\f", "/to");
        line.ShouldBe("/a\\040b\\011c\\012d\\043e\\134f /to none bind 0 0");
    }
}
