using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>What a cell must not be able to do, tried from inside.</summary>
[Collection(nameof(Simpsons))]
public class IsolationTests(Simpsons simpsons)
{
    private Serve Serve => simpsons.Serve;

    [PublishedFact]
    public async Task A_cell_reads_neither_its_neighbour_nor_the_home_nor_the_shadow_file()
    {
        await Serve.ExecAsync("lisa", "echo secret >diary");
        foreach (
            var path in new[]
            {
                "/workspace/lisa/diary",
                $"{Serve.Home}/workspaces/lisa/diary",
                $"{Serve.Home}/admin.token",
                "/etc/shadow",
            }
        )
        {
            var (code, output) = await Serve.ExecAsync("bart", $"cat {path}");

            code.ShouldNotBe(0, path);
            output.ShouldNotContain("secret");
        }
    }

    [PublishedFact]
    public async Task A_cell_has_only_a_loopback() =>
        (await Serve.ExecAsync("bart", "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")).Output.ShouldBe("lo");

    [PublishedFact]
    public async Task A_cell_does_not_reach_the_hubs_ports() =>
        (await Serve.ExecAsync("bart", $"curl -s -m 2 {Serve.Http.BaseAddress}health")).ExitCode.ShouldNotBe(0);

    [PublishedFact]
    public async Task A_cell_holds_no_key() =>
        (await Serve.ExecAsync("bart", "env"))
            .Output.Split('\n')
            .Where(l => l.Contains("KEY") || l.Contains("TOKEN"))
            .ShouldAllBe(line => line.EndsWith("_API_KEY=proxy:bart", StringComparison.Ordinal));

    [PublishedFact]
    public async Task A_cell_has_no_capabilities_and_makes_no_namespaces()
    {
        (await Serve.ExecAsync("bart", "grep CapEff /proc/self/status | cut -f2")).Output.ShouldBe("0000000000000000");
        (await Serve.ExecAsync("bart", "grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status | tr -d '\\t '")).Output.ShouldBe(
            "NoNewPrivs:1\nSeccomp:2"
        );
        (await Serve.ExecAsync("bart", "unshare --user true")).ExitCode.ShouldNotBe(0);
        (await Serve.ExecAsync("bart", "mount -t tmpfs none /tmp")).ExitCode.ShouldNotBe(0);
    }

    [PublishedFact(root: true)]
    public async Task Every_cell_has_a_host_user_of_its_own()
    {
        var owners = new HashSet<uint>();
        foreach (var agent in new[] { "homer", "bart", "lisa" })
        {
            await Serve.ExecAsync(agent, "touch mine");
            var (_, uid) = Stat(Path.Combine(Serve.Home, "workspaces", agent, "mine"));
            uid.ShouldNotBe(0u);
            owners.Add(uid).ShouldBeTrue($"{agent} shares a user");
        }

        static (int, uint) Stat(string path)
        {
            using var process = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("stat", ["-c", "%u", path]) { RedirectStandardOutput = true }
            )!;
            return (0, uint.Parse(process.StandardOutput.ReadToEnd().Trim(), System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    [PublishedFact]
    public async Task A_cell_can_neither_remove_nor_replace_its_socket()
    {
        var (code, _) = await Serve.ExecAsync("bart", "rm -f /run/creel/hub/hub.sock || touch /run/creel/hub/x");
        code.ShouldNotBe(0);
        (await Serve.ExecAsync("bart", "echo still here")).Output.ShouldBe("still here");
    }

    [PublishedFact]
    public async Task A_workspace_file_that_is_swapped_for_a_link_to_a_host_file_gives_nothing_away()
    {
        var secret = Path.Combine(Serve.Home, "host-secret");
        await File.WriteAllTextAsync(secret, "host only");
        await Serve.ExecAsync("bart", $"ln -sf {secret} trap");

        var task = await Serve.TaskAsync("bart", new { type = "file:read", filePath = "trap" });

        task.GetProperty("state").GetString().ShouldBe("failed");
        task.ToString().ShouldNotContain("host only");
    }
}
