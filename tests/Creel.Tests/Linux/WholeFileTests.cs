using Creel.Adapters.Linux;

namespace Creel.Tests.Linux;

public sealed class WholeFileTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void It_replaces_the_whole_for_its_owner_alone_and_leaves_nothing_beside_it()
    {
        var file = Path.Combine(root, "it");
        File.WriteAllText(file, "a longer text than the new one");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        WholeFile.Write(file, "new");

        File.ReadAllText(file).ShouldBe("new");
        File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFileSystemEntries(root).ShouldBe([file]);
    }

    [Fact]
    public void Where_it_can_not_be_written_what_was_there_stays()
    {
        var folder = Path.Combine(root, "it");
        Directory.CreateDirectory(folder);

        Should.Throw<Exception>(() => WholeFile.Write(folder, "new")).ShouldBeAssignableTo<SystemException>();

        Directory.EnumerateFileSystemEntries(root).ShouldBe([folder]);
    }
}
