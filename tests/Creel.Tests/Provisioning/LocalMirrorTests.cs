using Creel.Adapters.Linux;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Provisioning;

namespace Creel.Tests.Provisioning;

public sealed class LocalMirrorTests : IDisposable
{
    private const string Workspace = "/srv/oc/workspace-alice";
    private readonly string root = Directory.CreateTempSubdirectory("creel-mirror-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [RecordedProvisioningFact]
    public void Copies_are_made_as_recorded()
    {
        foreach (var one in RecordedProvisioningFactAttribute.Cases["vectors"]!["ensure_workspace_file"]!.AsArray())
        {
            var place = Directory.CreateDirectory(Path.Combine(root, Guid.NewGuid().ToString("N"))).FullName;
            var setting = (string)one!["root_setting"]! == "SET" ? place : (string)one["root_setting"]!;
            var name = (string)one["name"]!;
            if ((bool)one["pre_existing"]!)
            {
                new LocalMirror(setting, root).Write(Workspace, name, "old");
            }

            new LocalMirror(setting, root).Write(Workspace, name, "new");
            var files = Directory.GetFiles(place, "*", SearchOption.AllDirectories);
            files.Select(f => Path.GetRelativePath(place, f)).ShouldBe(one["files_after"]!.AsArray().Select(f => (string)f!));
            files.Select(File.ReadAllText).SingleOrDefault().ShouldBe((string?)one["content_after"]);
        }
    }

    [Fact]
    public void A_tilde_is_the_home_folder()
    {
        new LocalMirror(" ~/mirror ", root).Write(Workspace, "USER.md", "x").ShouldBeTrue();
        Directory.GetFiles(Path.Combine(root, "mirror"), "*", SearchOption.AllDirectories).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_that_write_at_once_one_does_and_nothing_is_left_behind()
    {
        var mirror = new LocalMirror(root, "/");
        var written = await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(i => Task.Run(() => mirror.Write(Workspace, "USER.md", new string((char)('a' + i), 10_000))))
        );
        written.Count(w => w).ShouldBe(1);
        var file = Directory.GetFiles(root, "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.ReadAllText(file).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void What_is_copied_is_its_owners_alone()
    {
        new LocalMirror("~/mirror", root).Write(Workspace, "USER.md", "x").ShouldBeTrue();

        var place = root + "/mirror/" + MirrorPlace.Folder(Workspace);
        Mode(root + "/mirror").ShouldBe("700");
        Mode(place).ShouldBe("700");
        Mode(place + "/USER.md").ShouldBe("600");
    }

    [Fact]
    public void A_link_in_the_place_of_a_folder_leads_nowhere()
    {
        Directory.CreateDirectory(root + "/mirror");
        var elsewhere = Directory.CreateDirectory(root + "/elsewhere").FullName;
        File.CreateSymbolicLink($"{root}/mirror/{MirrorPlace.Folder(Workspace)}", elsewhere);

        Refused("~/mirror").ShouldBe("symlink");
        Directory.GetFileSystemEntries(elsewhere).ShouldBeEmpty();
    }

    [Fact]
    public void A_link_in_the_place_of_a_file_leads_nowhere()
    {
        var place = Directory.CreateDirectory($"{root}/mirror/{MirrorPlace.Folder(Workspace)}").FullName;
        File.CreateSymbolicLink(place + "/USER.md", root + "/elsewhere");

        Refused("~/mirror").ShouldBe("symlink");
        File.Exists(root + "/elsewhere").ShouldBeFalse();
        Directory.GetFileSystemEntries(place).Length.ShouldBe(1);
    }

    [Fact]
    public void A_link_in_the_place_of_the_root_leads_nowhere()
    {
        var elsewhere = Directory.CreateDirectory(root + "/elsewhere").FullName;
        File.CreateSymbolicLink(root + "/mirror", elsewhere);

        Refused("~/mirror").ShouldBe("symlink");
        Directory.GetFileSystemEntries(elsewhere).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("755", "777")]
    [InlineData("755", "775")]
    [InlineData("755", "1777")]
    [InlineData("777", "700")]
    [InlineData("777", null)]
    [InlineData("1777", null)]
    public void Where_others_may_write_nothing_is_copied(string parent, string? itself)
    {
        var mirror = Folder("parent/mirror", parent, itself);

        Refused(mirror).ShouldBe("folder-shared");
        Directory.GetFiles(root, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.Exists(mirror).ShouldBe(itself is not null);
    }

    [Theory]
    [InlineData("777", "700", "Close it: chmod go-w PARENT")]
    [InlineData("777", null, "Close it: chmod go-w PARENT")]
    [InlineData("1777", "777", "Close it: chmod go-w PARENT/mirror")]
    [InlineData("1777", null, "Make the folder first: mkdir -p -m 700 PARENT/mirror")]
    public void What_is_to_be_done_is_told(string parent, string? itself, string remedy)
    {
        var mirror = Folder("parent/mirror", parent, itself);

        FaultOf(mirror).Remedy.ShouldBe(remedy.Replace("PARENT", root + "/parent", StringComparison.Ordinal));
    }

    [RootFact]
    public void Where_the_folder_above_is_somebody_elses_none_is_to_be_made_in_it()
    {
        var mirror = Folder("parent/mirror", "1777", null);
        Ownership.Give(root + "/parent", new CellUser(65533, 65533));

        FaultOf(mirror).Remedy.ShouldBe($"Choose a folder of your own instead of {mirror}");
    }

    [Fact]
    public void In_a_folder_that_all_share_one_of_our_own_is_taken() =>
        new LocalMirror(Folder("parent/mirror", "1777", "755"), "/").Write(Workspace, "USER.md", "x").ShouldBeTrue();

    [RootFact]
    public void A_folder_of_somebody_else_is_none()
    {
        var mirror = Folder("parent/mirror", "1777", "755");
        Ownership.Give(mirror, new CellUser(65533, 65533));

        Refused(mirror).ShouldBe("folder-shared");
    }

    [Fact]
    public void A_folder_that_can_not_be_made_is_told() => Refused("/proc/nowhere").ShouldNotBeEmpty();

    [Fact]
    public void What_is_there_stays_whatever_it_is()
    {
        Directory.CreateDirectory($"{root}/mirror/{MirrorPlace.Folder(Workspace)}/USER.md");

        new LocalMirror("~/mirror", root).Write(Workspace, "USER.md", "x").ShouldBeFalse();
    }

    private string Folder(string path, string parent, string? itself)
    {
        var made = Directory.CreateDirectory(Path.Combine(root, Path.GetDirectoryName(path)!)).FullName;
        var folder = Path.Combine(root, path);
        if (itself is not null)
        {
            Directory.CreateDirectory(folder);
            File.SetUnixFileMode(folder, (UnixFileMode)Convert.ToInt32(itself, 8));
        }

        File.SetUnixFileMode(made, (UnixFileMode)Convert.ToInt32(parent, 8));
        return folder;
    }

    private string Refused(string setting) => FaultOf(setting).Code;

    private Fault FaultOf(string setting) =>
        Should.Throw<CreelException>(() => new LocalMirror(setting, root).Write(Workspace, "USER.md", "x")).Fault;

    private static string Mode(string path) => Convert.ToString((int)File.GetUnixFileMode(path), 8);
}
