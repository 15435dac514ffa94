using Creel.Adapters.Files;
using Creel.Core;

namespace Creel.Tests.Files;

public sealed class MainFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("creel-main-").FullName;

    private string Main => Path.Combine(folder, "openclaw.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_was_there_is_kept_beside_it_with_its_mode()
    {
        File.WriteAllText(Main, "{ old: 1 }");
        File.SetUnixFileMode(Main, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        MainFile.Write(Main, "{}");
        File.ReadAllText(Main).ShouldBe("{}");
        File.ReadAllText(Main + ".bak").ShouldBe("{ old: 1 }");
        File.GetUnixFileMode(Main).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
    }

    [Fact]
    public void Nothing_that_makes_a_program_run_as_its_owner_is_kept()
    {
        File.WriteAllText(Main, "#!/bin/sh");
        File.SetUnixFileMode(
            Main,
            UnixFileMode.SetUser | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        MainFile.Write(Main, "{}");
        File.GetUnixFileMode(Main + ".bak").HasFlag(UnixFileMode.SetUser).ShouldBeFalse();
        File.GetUnixFileMode(Main).HasFlag(UnixFileMode.SetUser).ShouldBeFalse();
    }

    [Theory]
    [InlineData("symlink")]
    [InlineData("hard-link")]
    public void Another_name_of_somebody_elses_file_is_not_copied(string kind)
    {
        var secret = Path.Combine(folder, "secret");
        File.WriteAllText(secret, "for root alone");
        if (kind == "symlink")
        {
            File.CreateSymbolicLink(Main, secret);
        }
        else
        {
            System.Diagnostics.Process.Start("ln", [secret, Main]).WaitForExit();
        }

        Should.Throw<CreelException>(() => MainFile.Write(Main, "{}")).Fault.Code.ShouldBe(kind);
        File.Exists(Main + ".bak").ShouldBeFalse();
        File.ReadAllText(secret).ShouldBe("for root alone");
    }
}
