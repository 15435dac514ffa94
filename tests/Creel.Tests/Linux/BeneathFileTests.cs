using Creel.Adapters.Linux;
using Creel.Core;

namespace Creel.Tests.Linux;

public sealed class BeneathFileTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("creel-").FullName;

    public BeneathFileTests()
    {
        Directory.CreateDirectory(Path.Combine(root, "in", "sub"));
        File.WriteAllText(Path.Combine(root, "in", "sub", "file"), "text");
        File.WriteAllText(Path.Combine(root, "outside"), "secret");
    }

    private string Tree => Path.Combine(root, "in");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void A_file_below_is_read()
    {
        using var handle = BeneathFile.OpenRead(Tree, "sub/file");
        using var stream = new FileStream(handle, FileAccess.Read);
        new StreamReader(stream).ReadToEnd().ShouldBe("text");
    }

    [Theory]
    [InlineData("../outside", "outside")]
    [InlineData("/etc/passwd", "outside")]
    [InlineData("sub/../../outside", "outside")]
    [InlineData("absent", "path-missing")]
    [InlineData("sub", "not-a-file")]
    [InlineData("sub/file/deeper", "path")]
    public void What_leads_out_or_is_no_file_is_refused(string path, string code) => Refused(path, code);

    [Fact]
    public void A_link_is_refused_as_the_last_part_and_as_one_between()
    {
        File.CreateSymbolicLink(Path.Combine(Tree, "link"), Path.Combine(root, "outside"));
        Directory.CreateSymbolicLink(Path.Combine(Tree, "way"), "sub");
        Refused("link", "symlink");
        Refused("way/file", "symlink");
        Refused("../in/link", "outside");
    }

    [Fact]
    public async Task A_pipe_does_not_hang_the_reader()
    {
        using var make = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(Tree, "pipe")]);
        await make.WaitForExitAsync();
        Refused("pipe", "not-a-file");
    }

    [Fact]
    public async Task A_name_swapped_without_pause_never_leads_out()
    {
        var swapped = Path.Combine(Tree, "swapped");
        using var stop = new CancellationTokenSource();
        var swapper = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.WriteAllText(swapped, "text");
                File.Delete(swapped);
                File.CreateSymbolicLink(swapped, Path.Combine(root, "outside"));
                File.Delete(swapped);
            }
        });
        var seen = new HashSet<string>();
        for (var i = 0; i < 5000 || (i < 5_000_000 && !seen.Contains("symlink")); i++)
        {
            try
            {
                using var stream = new FileStream(BeneathFile.OpenRead(Tree, "swapped"), FileAccess.Read);
                seen.Add(new StreamReader(stream).ReadToEnd());
            }
            catch (CreelException e)
            {
                seen.Add(e.Fault.Code);
            }
        }

        await stop.CancelAsync();
        await swapper;
        seen.ShouldNotContain("secret");
        seen.ShouldContain("symlink");
    }

    private void Refused(string path, string code) =>
        Should.Throw<CreelException>(() => BeneathFile.OpenRead(Tree, path)).Fault.Code.ShouldBe(code);
}
