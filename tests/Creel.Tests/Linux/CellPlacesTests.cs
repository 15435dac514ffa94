using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Linux;

public sealed class CellPlacesTests : IDisposable
{
    private static readonly CellUser Own = new(1_999_999, 1_999_999);

    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_relative_or_winding_path_is_refused()
    {
        using var places = new CellPlaces(new LinuxOptions(root), new CellId("0"), null);
        foreach (var path in new[] { "relative", "/tmp/../etc", "/tmp/", "" })
        {
            Should.Throw<CreelException>(() => places.Folder("x", path)).Fault.Code.ShouldBe("path");
        }
    }

    [Fact]
    public void Places_are_removed_without_what_may_be_in_them()
    {
        var inside = Directory.CreateDirectory(Path.Combine(root, "mnt", "0", "1", "kept")).FullName;
        Should.Throw<IOException>(() => CellPlaces.Remove(Path.Combine(root, "mnt", "0")));
        Directory.Exists(inside).ShouldBeTrue();
    }

    [RootFact]
    public void A_fresh_folder_of_roots_is_handed_over_and_one_with_content_is_not()
    {
        using var places = new CellPlaces(new LinuxOptions(root), new CellId("0"), Own);
        var fresh = Directory.CreateDirectory(Path.Combine(root, "fresh")).FullName;
        places.Folder("x", fresh, owned: true);
        FileFacts.Of(fresh)!.Uid.ShouldBe((uint)Own.Uid);
        var full = Directory.CreateDirectory(Path.Combine(root, "full", "kept")).Parent!.FullName;
        Should
            .Throw<CreelException>(() => places.Folder("x", full, owned: true))
            .Fault.Remedy.ShouldBe($"chown -R {Own.Uid}:{Own.Gid} {full}");
        FileFacts.Of(full)!.Uid.ShouldBe(0u);
    }

    [RootFact]
    public void Only_ways_that_are_closed_to_the_user_count_as_closed()
    {
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Unreachable.Top(Path.Combine(root, "a", "b"), Own).ShouldBe(root);
        File.SetUnixFileMode(root, UnixFileMode.UserExecute | UnixFileMode.OtherExecute);
        Unreachable.Top(Path.Combine(root, "a"), Own).ShouldBeNull();
        Ownership.Give(root, Own);
        Unreachable.Top(Path.Combine(root, "a"), Own).ShouldBeNull();
    }

    [RootFact]
    public void A_run_folder_that_no_cell_can_reach_is_told_at_once()
    {
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var places = new CellPlaces(new LinuxOptions(Path.Combine(root, "run")), new CellId("0"), Own);
        Should.Throw<CreelException>(places.MakeReachable).Fault.Code.ShouldBe("run-folder");
    }

    [RootFact]
    public async Task A_folder_that_is_exchanged_after_the_check_stops_the_start()
    {
        File.SetUnixFileMode(root, (UnixFileMode)0b001_001_001 | UnixFileMode.UserWrite | UnixFileMode.UserRead);
        var options = new LinuxOptions(Path.Combine(root, "run")) { ControlGroup = "creel-suite" };
        var spec = Spec();
        using var places = new CellPlaces(options, spec.Id, Own);
        places.Folder("the workspace", spec.Workspaces[0].HostPath);
        Directory.Move(spec.Workspaces[0].HostPath, spec.Workspaces[0].HostPath + "-away");
        Directory.CreateSymbolicLink(spec.Workspaces[0].HostPath, "/etc");
        var order = new LaunchOrder(
            "test",
            spec,
            Own,
            places,
            [.. places.MountLines()],
            ["/bin/sh", "-c", "ls \"$0\" >\"$1\"; echo up >&4", places.All[0].Reach, Path.Combine(root, "seen")],
            new Dictionary<string, string> { ["PATH"] = HostTools.SearchPath },
            "start"
        );
        var launcher = new CellLauncher(options, new StartedCells("test", TimeProvider.System));
        var fault = (await Should.ThrowAsync<CreelException>(() => launcher.StartAsync(order, default))).Fault;
        fault.Message.ShouldContain("exchanged");
        File.Exists(Path.Combine(root, "seen")).ShouldBeFalse();
        Directory.Exists(Path.Combine(options.Run, "mnt", spec.Id.Value)).ShouldBeFalse();
    }

    private CellSpec Spec()
    {
        string Folder(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        return new CellSpec
        {
            Id = new CellId("exchange"),
            Group = GroupId.Parse("homer"),
            Habitat = "test",
            Network = NetworkMode.Proxy,
            Limits = ResourceLimits.Unlimited,
            User = Own,
            Folder = Folder("cell"),
            StateFolder = Folder("state"),
            HubFolder = Folder("hub"),
            RuntimeFile = "/bin/true",
            Workspaces = [new CellMount("homer", Folder("work"), "/workspace/homer", true)],
        };
    }
}
