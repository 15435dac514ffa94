using Creel.Adapters.Linux;

namespace Creel.Tests.Linux;

public sealed class CellEndingTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("{ \"child-pid\": 7, \"pid-namespace\": 1 }\n{ \"exit-code\": 3 }\n", "ended with exit code 3")]
    [InlineData("{ \"child-pid\": 7, \"pid-namespace\": 1 }\n", "ended; nobody was there to see how")]
    [InlineData(null, "removed or replaced while it ran")]
    [InlineData("{ \"child-pid\": 8, \"pid-namespace\": 1 }\n{ \"exit-code\": 3 }\n", "removed or replaced while it ran")]
    public void It_says_how_or_why_that_is_not_known(string? status, string words)
    {
        if (status is not null)
        {
            File.WriteAllText(Path.Combine(root, CellFiles.Status), status);
        }

        var child = new ProcessIdentity(7, 1, ProcessIdentity.CurrentBoot);
        CellEnding.Of(new LinuxHandle(child, null, [], root, null, null, "start")).Reason.ShouldNotBeNull().ShouldContain(words);
    }
}
