using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;
using Creel.Core.Outbound;

namespace Creel.Tests.Proxy;

public sealed partial class ProcessTests : IDisposable
{
    private readonly string home = ProxyProcess.MakeFolder();

    private const int ProxyUser = 64_801;
    private const int CellUser = 64_802;
    private const int OtherUser = 64_803;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int chown(string path, int user, int group);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public async Task It_closes_itself_off_before_it_holds_a_key()
    {
        await using var proxy = await ProxyProcess.StartAsync(home);
        Status(proxy, "NoNewPrivs").ShouldBe("1");
        File.ReadLines($"/proc/{proxy.Pid}/limits")
            .Single(l => l.StartsWith("Max core file size"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..6]
            .ShouldBe(["0", "0"]);
        var variables = (await File.ReadAllTextAsync($"/proc/{proxy.Pid}/environ")).Split('\0');
        foreach (var (name, value) in ProxyEnvironment.Settings)
        {
            variables.ShouldContain($"{name}={value}");
        }

        Directory.EnumerateFiles(Path.GetTempPath(), $"*-{proxy.Pid}-*").ShouldBeEmpty();
        File.GetUnixFileMode(Path.Combine(home, "home")).ShouldBe((UnixFileMode)0b111_000_000);
        File.GetUnixFileMode(proxy.ControlPath).ShouldBe((UnixFileMode)0b110_000_000);
    }

    [Fact]
    public async Task Killed_and_started_again_it_serves_the_same_cells()
    {
        var first = await ProxyProcess.StartAsync(home);
        var told = await first.OrderAsync(ProxyServer.Orders);
        (await first.Control.PutAsync("/keys/anthropic", new StringContent(ProxyServer.Key))).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        (await ProxyProcess.RunAsync(home)).ShouldSatisfyAllConditions(
            r => r.Code.ShouldBe(ExitCodes.Conflict),
            r => r.Errors.ShouldContain("another process listens")
        );
        first.Kill();
        await first.EndedAsync();
        await using var second = await ProxyProcess.StartAsync(home);
        var status = await second.StatusAsync();
        status.Orders.ShouldBe(told.Orders);
        status.Cells.Count.ShouldBe(2);
        status.Keys.ShouldHaveSingleItem().Upstream.ShouldBe("anthropic");
        kill(second.Pid, 15).ShouldBe(0);
        (await second.EndedAsync()).ShouldBe(0);
        File.Exists(Path.Combine(home, "proxy", ProxyServer.Bart, "proxy.sock")).ShouldBeFalse();
        second.Errors.Trim().ShouldBe("");
    }

    [Fact]
    public async Task It_ends_when_it_is_told_to()
    {
        await using var proxy = await ProxyProcess.StartAsync(home);
        (await proxy.Control.PostAsync(ControlPaths.Stop, null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await proxy.EndedAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Wrong_usage_and_a_folder_of_somebody_else_are_told()
    {
        (await ProxyProcess.RunAsync(home, "--user", "0:0")).Code.ShouldBe(ExitCodes.Usage);
        (await ProxyProcess.RunAsync(home, "--what", "x")).Code.ShouldBe(ExitCodes.Usage);
        (await ProxyProcess.RunAsync(home, "--user")).Code.ShouldBe(ExitCodes.Usage);
    }

    [RootFact]
    public async Task Started_as_root_it_becomes_its_user_and_serves_cells_of_other_groups()
    {
        await using var proxy = await ProxyProcess.StartAsync(home, "--user", $"{ProxyUser}:{ProxyUser}");
        foreach (var ids in (string[])["Uid", "Gid"])
        {
            Status(proxy, ids).Split('\t').ShouldBe(Enumerable.Repeat($"{ProxyUser}", 4));
        }

        Status(proxy, "Groups").Trim().ShouldBe("");
        foreach (var set in (string[])["CapInh", "CapPrm", "CapEff", "CapAmb"])
        {
            Status(proxy, set).ShouldBe("0000000000000000");
        }

        // Not even a process of its own user can look into it: the kernel gives its files in /proc to root.
        Sh(ProxyUser, $"cat /proc/{proxy.Pid}/environ").ShouldNotBe(0);
        Sh(ProxyUser, $"ls /proc/{proxy.Pid}/fd").ShouldNotBe(0);
        Sh(CellUser, $"ls {home}/home").ShouldNotBe(0);

        // Whoever gives the orders has made the folder.
        var folder = Path.Combine(home, "run", "proxy", ProxyServer.Bart);
        var orders = ProxyServer.Orders with { Cells = [ProxyServer.Orders.Cells[0] with { SocketGid = CellUser }] };
        (await proxy.OrderAsync(orders)).Closed.ShouldHaveSingleItem().Reason.ShouldContain("mode 0750");
        Directory.CreateDirectory(folder);
        chown(folder, ProxyUser, CellUser).ShouldBe(0);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_000);
        var status = await proxy.OrderAsync(orders);
        status.Closed.ShouldBeEmpty();
        status.Cells.Count.ShouldBe(1);
        const string Curl = "curl -s -o /dev/null --unix-socket {0} http://localhost/anthropic/v1/models";
        Sh(CellUser, string.Format(null, Curl, $"{folder}/proxy.sock")).ShouldBe(0);
        Sh(OtherUser, string.Format(null, Curl, $"{folder}/proxy.sock")).ShouldBe(7);

        // A cell can't put another socket in the place of its own.
        Sh(CellUser, $"rm {folder}/proxy.sock").ShouldNotBe(0);
        Sh(CellUser, $"touch {folder}/x").ShouldNotBe(0);

        (await proxy.Control.PostAsync(ControlPaths.Stop, null)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await proxy.EndedAsync()).ShouldBe(0);
        File.Exists($"{folder}/proxy.sock").ShouldBeFalse();
        await using var again = await ProxyProcess.StartAsync(home, "--user", $"{ProxyUser}:{ProxyUser}");
        (await again.StatusAsync()).Cells.Count.ShouldBe(1);
    }

    [Fact]
    public Task A_call_goes_out_over_tls_that_this_system_trusts() => CallsOutAsync();

    [RootFact]
    public Task So_it_does_as_another_user() => CallsOutAsync("--user", $"{ProxyUser}:{ProxyUser}");

    [RootFact]
    public async Task Only_root_and_its_own_user_command_it_whatever_the_files_modes_say()
    {
        await using var proxy = await ProxyProcess.StartAsync(home, "--user", $"{ProxyUser}:{ProxyUser}");
        var ask = $"curl -s --unix-socket {proxy.ControlPath} http://proxy/status";
        Sh(ProxyUser, ask).ShouldBe(0);
        Sh(OtherUser, ask).ShouldBe(7);
        File.SetUnixFileMode(proxy.ControlPath, (UnixFileMode)0b110_110_110);
        Sh(OtherUser, ask).ShouldNotBe(0);
        Sh(0, ask).ShouldBe(0);
    }

    [RootFact]
    public async Task Root_serves_cells_of_other_groups_by_itself()
    {
        await using var proxy = await ProxyProcess.StartAsync(home);
        var orders = ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { SocketGid = CellUser }, ProxyServer.Orders.Cells[1]],
        };
        (await proxy.OrderAsync(orders)).Closed.ShouldBeEmpty();
        var run = Path.Combine(home, "run", "proxy");
        var ask = "curl -s -o /dev/null http://localhost/anthropic/v1/models --unix-socket";
        Sh(CellUser, $"{ask} {run}/{ProxyServer.Bart}/proxy.sock").ShouldBe(0);
        Sh(OtherUser, $"{ask} {run}/{ProxyServer.Bart}/proxy.sock").ShouldBe(7);
        Sh(CellUser, $"{ask} {run}/{ProxyServer.Lisa}/proxy.sock").ShouldBe(7);
        Sh(CellUser, $"ls {run}").ShouldNotBe(0);
    }

    private async Task CallsOutAsync(params string[] more)
    {
        var roots = new TestRoots();
        await using var provider = await StubUpstream.StartAsync(roots, "localhost");
        var trusted = Path.Combine(home, ProxyProcess.RootsFile);
        await File.WriteAllTextAsync(trusted, roots.All.ExportCertificatePems());
        File.SetUnixFileMode(trusted, (UnixFileMode)0b110_100_100);
        await using var proxy = await ProxyProcess.StartAsync(home, more);
        (await proxy.Control.PutAsync("/keys/anthropic", new StringContent(ProxyServer.Key))).StatusCode.ShouldBe(
            HttpStatusCode.NoContent
        );
        var cell = Path.Combine(home, "run", "proxy", ProxyServer.Bart);
        int? gid = more.Length > 0 ? CellUser : null;
        if (gid is not null)
        {
            Directory.CreateDirectory(cell);
            chown(cell, ProxyUser, CellUser).ShouldBe(0);
            File.SetUnixFileMode(cell, (UnixFileMode)0b111_101_000);
        }

        var upstream = BuiltInUpstreams.Anthropic with
        {
            BaseUrl = $"https://localhost:{provider.Port}",
            Local = true,
            Http2 = true,
        };
        var orders = ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { SocketGid = gid }],
            Upstreams = [upstream],
        };
        (await proxy.OrderAsync(orders)).Closed.ShouldBeEmpty();
        Sh(gid ?? 0, $"curl -sf --unix-socket {cell}/proxy.sock http://localhost/anthropic/v1/models | grep pong")
            .ShouldBe(0, proxy.Errors);
        var seen = provider.Seen.ShouldHaveSingleItem();
        (seen.Headers["x-api-key"], seen.Protocol).ShouldBe((ProxyServer.Key, "HTTP/2"));

        // Nowhere else in this machine: not in a file, not in a process's variables or arguments.
        Sh(0, $"grep -rlaF {ProxyServer.Key[3..20]} {home}/home {home}/run").ShouldBe(1);
        Sh(0, $"grep -laF {ProxyServer.Key[3..20]} /proc/{proxy.Pid}/environ /proc/{proxy.Pid}/cmdline").ShouldBe(1);
        proxy.Errors.Trim().ShouldBe("");
    }

    private static string Status(ProxyProcess proxy, string field) =>
        File.ReadLines($"/proc/{proxy.Pid}/status").Single(l => l.StartsWith($"{field}:")).Split(':')[1].Trim();

    /// <summary>A shell line as that user and group; its exit code.</summary>
    private static int Sh(int user, string line)
    {
        using var shell = Process.Start(
            new ProcessStartInfo("setpriv", ["--reuid", $"{user}", "--regid", $"{user}", "--clear-groups", "sh", "-c", line])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        shell.StandardOutput.ReadToEnd();
        shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        return shell.ExitCode;
    }
}
