using System.Diagnostics;
using Creel.Core;
using Creel.Roots;

namespace Creel.Tests.Roots;

public sealed class CreelHomeTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData(10, true)]
    [InlineData(200, false)]
    public void The_socket_is_in_the_home_unless_its_path_would_be_too_long(int length, bool inside)
    {
        var home = CreelHome.Open(Path.Combine(root, new string('x', length)));

        home.Socket("/run/creel").ShouldBe(Path.Combine(inside ? home.Folder : "/run/creel", "creel.sock"));
    }

    [RootFact]
    public void Root_takes_no_home_of_another_user_by_whatever_way()
    {
        var home = Directory.CreateDirectory(Path.Combine(root, "theirs")).FullName;
        var link = File.CreateSymbolicLink(Path.Combine(root, "link"), home).FullName;
        Process.Start("chown", ["65534", home])!.WaitForExit();

        foreach (var way in new[] { home, link })
        {
            Should.Throw<CreelException>(() => CreelHome.Open(way)).Fault.Code.ShouldBe("home-stranger");
        }
    }
}
