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

    [PublishedFact]
    public async Task A_cell_has_no_sockets_but_of_the_usual_families()
    {
        const string Try =
            "for my $f (0..50) { for my $p ($f==16 ? (0..22) : 0) { for my $t (1,2,3,5) "
            + "{ print \"$f/$p \" if socket(my $s, $f, $t, $p); } } } print \"done\"";
        var (code, output) = await Serve.ExecAsync("bart", $"perl -e '{Try}'");
        code.ShouldBe(0, output);
        var got = output.Split(' ').Distinct().ToList();
        got.ShouldContain("done");
        got.ShouldContain("1/0");
        got.Where(family => family is not ("1/0" or "2/0" or "10/0" or "16/0" or "done")).ShouldBeEmpty();
    }

    [PublishedTheory]
    [InlineData("echo 1 >/proc/sys/kernel/core_pattern")]
    [InlineData("echo x >/proc/sys/kernel/hostname")]
    [InlineData("echo b >/proc/sysrq-trigger")]
    [InlineData("head -c1 /proc/kcore")]
    [InlineData("cat /proc/1/environ /proc/$PPID/environ")]
    [InlineData("head -c1 /proc/$PPID/mem")]
    [InlineData("ls -l /proc/$PPID/fd/")]
    [InlineData("ls /sys/fs/cgroup/* && echo 0 >/sys/fs/cgroup/cgroup.procs")]
    [InlineData("find / -xdev -name '*.sock' -not -path '/run/creel/*' 2>/dev/null | grep .")]
    [InlineData("ls /dev | grep -E '^(sd|vd|nvme|mem|kmsg|fuse|kvm|loop|tun)'")]
    [InlineData("ls /tmp | grep -E 'dotnet-diagnostic|clr-debug'")]
    [InlineData("echo x >>/opt/creel/creel-runtime")]
    [InlineData("chroot / true")]
    [InlineData("nsenter -t 1 -m true")]
    [InlineData("setpriv --reuid=0 true")]
    [InlineData("su -c id")]
    public async Task What_an_agent_tries_against_its_cell_fails(string attack)
    {
        var (code, output) = await Serve.ExecAsync("bart", attack);
        code.ShouldNotBe(0, output);
        (await Serve.ExecAsync("bart", "echo still here")).Output.ShouldBe("still here");
    }

    [PublishedFact]
    public async Task A_shell_follows_the_size_of_its_terminal()
    {
        using var terminal = new Creel.Runtime.Processes.Terminal(101, 33);
        var environment = Environment
            .GetEnvironmentVariables()
            .Cast<System.Collections.DictionaryEntry>()
            .ToDictionary(v => (string)v.Key, v => (string)v.Value!);
        environment["CREEL_HOME"] = Serve.Home;
        environment["TERM"] = "xterm";
        using var shell = Creel.Runtime.Processes.Spawner.StartOn(
            terminal,
            new Creel.Runtime.Processes.SpawnOrder([Published.Creel, "shell", "bart", "--", "sh"], environment, "/")
        );
        terminal.StartReading();
        var shown = new System.Text.StringBuilder();
        var reading = Task.Run(async () =>
        {
            await foreach (var piece in terminal.Output.ReadAllAsync())
            {
                lock (shown)
                {
                    shown.Append(System.Text.Encoding.UTF8.GetString(piece));
                }
            }
        });
        await TypeUntilAsync("stty size\n", "33 101");
        terminal.Resize(120, 50);
        await TypeUntilAsync("stty size\n", "50 120");
        await terminal.WriteAsync("exit 7\n"u8.ToArray(), CancellationToken.None);
        (await shell.Exit.WaitAsync(TimeSpan.FromSeconds(60))).Code.ShouldBe(7);
        await reading.WaitAsync(TimeSpan.FromSeconds(60));

        // The news of a size travels beside what is typed: ask until it has arrived.
        async Task TypeUntilAsync(string typed, string expected)
        {
            using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
            var begin = DateTime.UtcNow;
            while (!Shown().Contains(expected))
            {
                (DateTime.UtcNow - begin).ShouldBeLessThan(TimeSpan.FromSeconds(60), Shown());
                await terminal.WriteAsync(System.Text.Encoding.UTF8.GetBytes(typed), CancellationToken.None);
                await tick.WaitForNextTickAsync();
            }
        }

        string Shown()
        {
            lock (shown)
            {
                return shown.ToString();
            }
        }
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
