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
}
