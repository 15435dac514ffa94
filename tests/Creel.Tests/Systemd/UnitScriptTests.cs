using System.Diagnostics;
using Creel.Adapters.Linux;
using Creel.Adapters.Systemd;

namespace Creel.Tests.Systemd;

public sealed class UnitScriptTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void What_was_checked_is_begun()
    {
        var (code, said, _) = Begin("", FileFacts.Of(root)!.Name, root);
        (code, said).ShouldBe((0, "begun\n"));
        Directory.Exists(Path.Combine(root, "home")).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_that_is_another_one_by_now_is_not_begun_with()
    {
        var expected = FileFacts.Of(root)!.Name;
        var other = Directory.CreateDirectory(Path.Combine(root, "a b")).FullName;
        var (code, said, error) = Begin("", expected + "\n" + expected, root, other);
        (code, said).ShouldBe((1, ""));
        error.ShouldContain("exchanged");
        Begin("", expected + "\n" + FileFacts.Of(other)!.Name, root, other).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("net")]
    [InlineData("ipc")]
    public void A_namespace_that_is_the_hosts_is_not_begun_in(string kind)
    {
        var host = new FileInfo("/proc/self/ns/" + kind).LinkTarget!;
        var (code, said, error) = Begin("x:[1] " + host, FileFacts.Of(root)!.Name, root);
        (code, said).ShouldBe((1, ""));
        error.ShouldContain($"of its own: {kind}");
    }

    private (int Code, string Said, string Error) Begin(string foreign, string expected, params string[] paths)
    {
        var runtime = Path.Combine(root, "runtime");
        File.WriteAllText(runtime, "#!/bin/sh\necho begun\n");
        File.SetUnixFileMode(runtime, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var info = new ProcessStartInfo("/bin/sh", ["-c", UnitScript.Begin, "creel-begin", runtime, foreign, expected, .. paths])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["HOME"] = Path.Combine(root, "home");
        using var process = Process.Start(info)!;
        var said = process.StandardOutput.ReadToEnd();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, said, error);
    }
}
