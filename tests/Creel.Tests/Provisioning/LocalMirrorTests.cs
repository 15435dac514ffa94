using Creel.Adapters.OpenClaw;
using Shouldly;

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
    public void A_folder_that_can_not_be_made_stops_nothing() =>
        new LocalMirror("/proc/nowhere", "/").Write(Workspace, "USER.md", "x").ShouldBeFalse();
}
