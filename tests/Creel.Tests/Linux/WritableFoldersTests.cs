using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Linux;

public sealed class WritableFoldersTests : IDisposable
{
    private static readonly CellUser Cell = new(720100, 720100);
    private static readonly CellUser Ann = new(65533, 65533);
    private readonly string root = Directory.CreateTempSubdirectory("creel-folders-").FullName;
    private readonly WritableFolders folders = new();

    [RootFact]
    public void A_link_above_a_folder_leads_root_nowhere()
    {
        Directory.CreateDirectory(root + "/host/ssh");
        File.CreateSymbolicLink(root + "/there", root + "/host");
        Should.Throw<CreelException>(() => folders.Provide(root + "/there/ssh", Cell)).Fault.Code.ShouldBe("symlink");
        Should.Throw<CreelException>(() => folders.Provide(root + "/there/new", Cell)).Fault.Code.ShouldBe("symlink");
        folders.OwnerOf(root + "/host/ssh").ShouldBe(0);
        Directory.Exists(root + "/host/new").ShouldBeFalse();
    }

    [RootFact]
    public void In_a_folder_of_somebody_else_root_makes_and_hands_over_nothing()
    {
        Directory.CreateDirectory(root + "/ann/old");
        Ownership.Give(root + "/ann", Ann);
        Directory.CreateDirectory(root + "/all");
        File.SetUnixFileMode(root + "/all", (UnixFileMode)Convert.ToInt32("777", 8));
        foreach (var folder in new[] { "/ann/old", "/ann/new", "/ann/new/deeper", "/all/new" })
        {
            Should.Throw<CreelException>(() => folders.Provide(root + folder, Cell)).Fault.Code.ShouldBe("folder-parent", folder);
        }

        folders.OwnerOf(root + "/ann/old").ShouldBe(0);
        Directory.Exists(root + "/all/new").ShouldBeFalse();
    }

    [RootFact]
    public void What_is_missing_is_made_and_what_another_cell_had_is_handed_over_but_no_link()
    {
        folders.Provide(root + "/a/b", new CellUser(720101, 720101));
        Directory.CreateDirectory(root + "/a/b/c");
        File.WriteAllText(root + "/host", "");
        File.CreateSymbolicLink(root + "/a/b/c/link", root + "/host");
        folders.Provide(root + "/a/b", Cell);
        (folders.OwnerOf(root + "/a"), folders.OwnerOf(root + "/a/b"), folders.OwnerOf(root + "/a/b/c")).ShouldBe(
            (0, Cell.Uid, Cell.Uid)
        );
        folders.OwnerOf(root + "/host").ShouldBe(0);
        File.GetUnixFileMode(root + "/a/b").ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
