using System.Diagnostics;
using Creel.Core;
using Creel.Roots;

namespace Creel.Tests.Roots;

public sealed class RunFolderTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void The_default_home_has_the_plain_name_and_every_other_one_of_its_own()
    {
        RunFolder.Choose(CreelHome.Default, null, root: true).ShouldBe("/run/creel");
        var one = RunFolder.Choose("/srv/one", null, root: true);
        one.ShouldStartWith("/run/creel-");
        one.ShouldNotBe(RunFolder.Choose("/srv/two", null, root: true));
        one.ShouldBe(RunFolder.Choose("/srv/one", null, root: true));
    }

    [Fact]
    public void One_that_is_too_long_for_a_socket_is_refused() =>
        Should
            .Throw<CreelException>(() => RunFolder.Choose("/srv/one", "/" + new string('x', 80), root: true))
            .Fault.Code.ShouldBe("run-folder");

    [Fact]
    public void It_is_made_for_us_alone_to_write()
    {
        var run = Path.Combine(root, "run");
        RunFolder.Own(run);
        File.SetUnixFileMode(run, (UnixFileMode)Convert.ToInt32("777", 8));
        RunFolder.Own(run);
        File.GetUnixFileMode(run).ShouldBe((UnixFileMode)Convert.ToInt32("755", 8));
    }

    [Fact]
    public void A_link_in_its_place_is_refused()
    {
        var run = Path.Combine(root, "run");
        File.CreateSymbolicLink(run, root);
        Should.Throw<CreelException>(() => RunFolder.Own(run)).Fault.Code.ShouldBe("run-folder");
    }

    [RootFact]
    public void Another_users_is_refused()
    {
        var run = Directory.CreateDirectory(Path.Combine(root, "run")).FullName;
        Process.Start("chown", ["65534", run]).WaitForExit();
        Should.Throw<CreelException>(() => RunFolder.Own(run)).Fault.Code.ShouldBe("run-folder");
    }

    [Fact]
    public void What_is_empty_is_taken_away()
    {
        Directory.CreateDirectory(Path.Combine(root, "run", "hub", "12345678"));
        Directory.CreateDirectory(Path.Combine(root, "run", "mnt"));

        RunFolder.Remove(Path.Combine(root, "run"));
        RunFolder.Remove(Path.Combine(root, "run"));

        Directory.EnumerateFileSystemEntries(root).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_Creels_own_stays_though_it_is_empty()
    {
        var foreign = Directory.CreateDirectory(Path.Combine(root, "run", "lock")).FullName;

        RunFolder.Remove(Path.Combine(root, "run"));

        Directory.Exists(foreign).ShouldBeTrue();
    }

    [Fact]
    public void What_somebody_still_has_there_stays()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(root, "run", "hub")).FullName, "hub.sock");
        File.WriteAllText(file, "");

        RunFolder.Remove(Path.Combine(root, "run"));

        File.Exists(file).ShouldBeTrue();
    }
}
