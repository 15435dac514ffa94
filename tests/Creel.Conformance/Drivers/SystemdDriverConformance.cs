using Creel.Adapters.Linux;
using Creel.Adapters.Systemd;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Tests;

namespace Creel.Conformance.Drivers;

[Substrate("systemd")]
public abstract class SystemdDriverConformance : SandboxConformance
{
    private protected SystemdDriverConformance(bool other)
        : base("systemd", NetworkMode.Proxy, other, Elsewhere.Systemd) { }

    // The container has control groups of version 1, of which a user is given none.
    private protected override bool Limits => Other is null && (Elsewhere is not null || UnixUser.IsRoot);

    private protected override IReadOnlyList<string> Groups(CellSpec spec) =>
        [
            .. new[] { "/sys/fs/cgroup/systemd", "/sys/fs/cgroup/memory", "/sys/fs/cgroup" }
                .Where(root => File.Exists(Path.Combine(root, "cgroup.procs")))
                .SelectMany(root => Directory.GetDirectories(root, Unit(spec), SearchOption.AllDirectories)),
        ];

    [SubstrateFact]
    public override async Task A_process_that_was_given_the_number_later_is_not_the_cell()
    {
        var handle = await Start(Spec(Forever));
        var data = SystemdHandle.Parse(handle.Data)!;
        var forged = data with
        {
            Main = data.Main with { StartTime = data.Main.StartTime - 1 },
            Invocation = "0",
            Start = "another",
        };
        var stale = handle with { Data = forged.ToJson() };
        (await Driver.InspectAsync(stale)).Running.ShouldBeFalse();
        await Driver.WaitAsync(stale).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        await Driver.StopAsync(stale, NoGrace);
        var none = Bench.Folder(
            Path.Combine(Bench.Home, "none"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        var rebooted = forged with { Main = data.Main with { BootId = Guid.Empty.ToString() }, Folder = none };
        await Driver.StopAsync(handle with { Data = rebooted.ToJson() }, NoGrace);
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public override async Task A_written_limit_that_can_not_be_enforced_is_refused_and_a_default_is_not()
    {
        var lame = Bench.Options with { ControlGroup = "creelsuitelame" };
        if (Limits)
        {
            // As in a container whose controllers can't be written: systemd takes the limit, and says nothing.
            Do("sh", "-c", "printf '[Slice]\\nDisableControllers=memory cpu pids\\n' >/run/systemd/system/creelsuitelame.slice");
        }

        var driver = Elsewhere is null && Other is null ? Substrate.Make(Name, lame) : Runner(lame);
        var spec = Spec("exit 0");
        foreach (
            var limits in new ResourceLimits[]
            {
                new(new Limit(64 << 20, true)),
                new(Cpu: new Limit(0.5, true)),
                new(Pids: new Limit(64, true)),
            }
        )
        {
            var start = async () => await driver.StartAsync(spec with { Limits = limits });
            var fault = (await Should.ThrowAsync<CreelException>(start)).Fault;
            fault.Code.ShouldBe("limit");
            fault.Message.ShouldContain("can't be enforced");
            fault.Remedy.ShouldNotBeNull();
        }

        await Clean(spec);
        var handle = await Start(spec with { Limits = new(new Limit(64 << 20, false)) }, driver);
        (await driver.WaitAsync(handle)).ExitCode.ShouldBe(0);
        if (Limits)
        {
            await driver.StopAsync(handle, NoGrace);
            Do("sh", "-c", "rm /run/systemd/system/creelsuitelame.slice; systemctl stop creelsuitelame.slice");
        }
    }

    [SubstrateFact]
    public async Task What_is_the_hosts_or_a_neighbours_does_not_exist_in_a_cell()
    {
        var (said, neighbour) = await LookAround("/root /home /srv /var/log", "ls /sys; ls /dev /dev/mqueue");
        said.ShouldNotContain("\nroot:");
        foreach (var missing in new[] { neighbour.StateFolder, Bench.Home, "/srv", "/var/log" })
        {
            said.ShouldContain($"'{missing}': No such file");
        }

        said.ShouldContain("'/sys': Permission denied");
        foreach (var device in new[] { "sda", "vda", "kmsg", "mem", "kvm", "fuse" })
        {
            said.ShouldNotContain($"\n{device}\n");
        }
    }

    [SubstrateFact]
    public async Task It_has_no_rights_and_can_get_none()
    {
        var said = await Run(
            "grep -E 'Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|^Seccomp:' /proc/self/status; id -un; unshare --user true && echo nested\n"
                + "for f in /made /home/made /root/made /usr/made /etc/made /run/made /opt/creel/made /workspace/made; do (: >$f) 2>/dev/null && echo \"wrote $f\"; done\n"
                + "mount -t tmpfs none /tmp && echo mounted; touch /tmp/mine /var/tmp/mine /dev/shm/mine && echo own tmp; umask"
        );
        said.Split('\n').Count(line => line.StartsWith("Cap") && line.EndsWith("\t0000000000000000")).ShouldBe(4);
        said.ShouldContain("NoNewPrivs:\t1");
        said.ShouldContain("Seccomp:\t2");
        said.ShouldContain("agent\n");
        said.ShouldNotContain("nested");
        said.ShouldNotContain("mounted");
        said.ShouldNotContain("wrote");
        said.ShouldContain("own tmp\n0077");
    }

    [SubstrateFact]
    public async Task Its_own_folder_is_not_the_cells_to_see_and_what_it_says_is_in_the_log()
    {
        var mark = "creel-mark-" + Guid.NewGuid().ToString("N");
        var spec = Spec("");
        Bench.Program(
            spec.RuntimeFile,
            $"echo {mark} >&2\nexec >\"$CREEL_STATE/out\" 2>&1\nls '{spec.Folder}'\necho x >>/opt/creel/creel-runtime && echo changed"
        );
        (await Driver.WaitAsync(await Start(spec))).Running.ShouldBeFalse();
        CellBench.Said(spec).ShouldContain("No such file");
        CellBench.Said(spec).ShouldNotContain("changed");
        var log = File.ReadAllText(Path.Combine(spec.Folder, "log"));
        if (OwnUsers)
        {
            log.ShouldContain($"journalctl --unit={Unit(spec)}");
            await Eventually.Until(() => Do("journalctl", "--no-pager", $"--unit={Unit(spec)}").Contains(mark));
        }
        else
        {
            log.ShouldContain(mark);
        }
    }

    [SubstrateFact]
    public async Task A_refused_second_start_does_not_touch_the_generated_files_of_the_first()
    {
        var spec = Spec(Forever);
        await Start(spec);
        var etc = FileFacts.Of(Path.Combine(spec.Folder, "root", "etc"))!.Name;
        await Should.ThrowAsync<CreelException>(async () => await Driver.StartAsync(spec));
        FileFacts.Of(Path.Combine(spec.Folder, "root", "etc"))!.Name.ShouldBe(etc);
    }

    [SubstrateFact]
    public async Task A_path_is_one_path_whatever_it_holds()
    {
        var odd = Bench.Folder(
            Path.Combine(Bench.Home, "a b%n\\t: \"c\" 'd' $HOME;-#é"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        var spec = Spec("echo made >/workspace/homer/by-cell");
        Bench.Given(odd, spec.User);
        spec = spec with { Workspaces = [spec.Workspaces[0] with { HostPath = odd }], Habitat = "odd%h\n[Service]\nUser=root\\" };
        (await Driver.WaitAsync(await Start(spec))).ExitCode.ShouldBe(0);
        File.ReadAllText(Path.Combine(odd, "by-cell")).ShouldBe("made\n");
        var broken = Bench.Folder(Path.Combine(Bench.Home, "a\nb"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Bench.Given(broken, spec.User);
        await Refused(Spec(Forever) with { Shared = [new CellMount("0", broken, "/srv/odd", false)] }, "path");
    }

    [SubstrateFact]
    public async Task A_unit_that_was_changed_by_hand_is_told_and_what_was_written_is_kept()
    {
        var spec = Spec(Forever);
        var handle = await Start(spec);
        (await Driver.DriftAsync(handle)).ShouldBeNull();
        var file = $"\"{UnitFolder}/{Unit(spec)}\"";
        Do("sh", "-c", $"mkdir {file}.d; printf '[Service]\\nNice=5\\n' >{file}.d/mine.conf; echo '# mine' >>{file}");
        var drift = (await Driver.DriftAsync(handle)).ShouldNotBeNull();
        drift.ShouldContain("mine.conf adds to it");
        drift.ShouldContain($"{Unit(spec)} was edited");
        await Driver.StopAsync(handle, NoGrace);
        File.ReadAllText(Path.Combine(spec.Folder, Unit(spec) + ".edited")).ShouldEndWith("# mine\n");
        var again = await Start(spec);
        (await Driver.DriftAsync(again))!.ShouldContain("mine.conf adds to it");
        Do("sh", "-c", $"rm -r {file}.d");
        (await Driver.DriftAsync(again)).ShouldBeNull();
    }

    [SubstrateFact]
    public async Task Another_run_of_the_same_unit_is_not_the_cell()
    {
        var spec = Spec(Forever);
        var handle = await Start(spec);
        Do([.. Systemctl, "restart", Unit(spec)]);
        (await Driver.InspectAsync(handle)).Running.ShouldBeFalse();
        await Driver.StopAsync(handle, NoGrace);
        Groups(spec).ShouldBeEmpty("but it is Creel's to end");
        var again = await Start(spec);
        (await Driver.InspectAsync(again)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task The_hosts_network_is_the_cells_only_where_it_was_written_out()
    {
        var host = Do("readlink", "/proc/self/ns/net").Trim();
        (await Run("readlink /proc/self/ns/net")).Trim().ShouldNotBe(host);
        var spec = Spec("readlink /proc/self/ns/net >\"$CREEL_STATE/out\"") with { Network = NetworkMode.Host };
        (await Driver.WaitAsync(await Start(spec))).ExitCode.ShouldBe(0);
        CellBench.Said(spec).Trim().ShouldBe(host);
    }

    [SubstrateFact]
    public async Task A_unit_that_systemd_still_has_in_mind_is_read_anew()
    {
        var spec = Spec("echo one >\"$CREEL_STATE/out\"; " + Forever);
        // One that names it keeps it there.
        var reference = $"creelsuite-{spec.Id}.service";
        Do(
            "sh",
            "-c",
            $"printf '[Unit]\\nAfter={Unit(spec)}\\n[Service]\\nExecStart=/bin/sleep 100\\n' >\"{UnitFolder}/{reference}\""
        );
        Do([.. Systemctl, "start", reference]);
        await Driver.StopAsync(await Start(spec), NoGrace);
        Bench.Program(spec.RuntimeFile, "ls -d /srv/family >\"$CREEL_STATE/out\"; " + Forever);
        var shared = Bench.Folder(Path.Combine(Bench.Home, "family"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var handle = await Start(spec with { Shared = [new CellMount("0", shared, "/srv/family", false)] });
        await Said(spec, "/srv/family");
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
        Do([.. Systemctl, "kill", "--signal=KILL", reference]);
        Do("sh", "-c", $"rm \"{UnitFolder}/{reference}\"");
        Do([.. Systemctl, "reset-failed", reference]);
    }

    [SubstrateFact]
    public async Task A_starter_that_is_killed_at_any_moment_leaves_what_is_found_and_ended()
    {
        for (var moment = 0; moment < 240; moment += 40)
        {
            var starter = Runner(Bench.Options);
            (await starter.RecoverAsync(Spec(Forever))).ShouldBeNull("it is up");
            var spec = Spec(Forever);
            var starting = starter.StartAsync(spec).AsTask();
            try
            {
                Keep(await starting.WaitAsync(TimeSpan.FromMilliseconds(moment)));
            }
            catch (TimeoutException)
            {
                // In the midst of it.
            }

            starter.Kill();

            if (await Driver.RecoverAsync(spec) is { } left)
            {
                await Driver.StopAsync(left, NoGrace);
            }

            await Eventually.Until(() =>
                Do([.. Systemctl, "show", "--property=ActiveState", "--value", Unit(spec)]).Trim() is not "active"
            );
            await Clean(spec);
            await Driver.StopAsync(await Driver.StartAsync(spec), NoGrace);
        }
    }

    [SubstrateFact]
    public async Task A_shared_path_may_lie_in_a_home_or_among_temporary_files()
    {
        var spec = Spec(
            "exec >\"$CREEL_STATE/out\" 2>&1\nfor f in /home/ann/family /tmp/family; do echo x >$f/made && echo \"wrote $f\"; done; ls -A /home"
        );
        var shared = Bench.Folder(
            Path.Combine(Bench.Home, "family"),
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite,
            spec.User
        );
        spec = spec with
        {
            Shared = [new CellMount("0", shared, "/home/ann/family", false), new CellMount("1", shared, "/tmp/family", true)],
        };
        (await Driver.WaitAsync(await Start(spec))).ExitCode.ShouldBe(0);
        CellBench.Said(spec).ShouldContain("Read-only file system");
        CellBench.Said(spec).ShouldContain("wrote /tmp/family\nann\n");
    }

    [SubstrateFact]
    public async Task A_unit_that_somebody_kills_is_told_by_its_signal()
    {
        var spec = Spec(Forever);
        var handle = await Start(spec);
        var end = Driver.WaitAsync(handle).AsTask();
        Do([.. Systemctl, "kill", "--signal=TERM", Unit(spec)]);
        (await end.WaitAsync(TimeSpan.FromSeconds(30))).Reason.ShouldBe("ended by signal 15 (terminate)");
        await Driver.StopAsync(handle, NoGrace);
        (await Driver.InspectAsync(handle)).ExitCode.ShouldBe(143, "it is still known when the unit is gone");
    }

    private string UnitFolder => Other is null && UnixUser.IsRoot ? "/run/systemd/system" : "$XDG_RUNTIME_DIR/systemd/user";

    private string[] Systemctl => Other is null && UnixUser.IsRoot ? ["systemctl"] : ["systemctl", "--user"];

    private protected static string Unit(CellSpec spec) => $"creel-{spec.Id}.service";

    /// <summary>What a command says where systemd is, as the driver's user.</summary>
    private protected string Do(params string[] command)
    {
        if (Elsewhere is not null)
        {
            return Elsewhere.Run(Other, command);
        }

        var info = new System.Diagnostics.ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true };
        using var process = System.Diagnostics.Process.Start(info)!;
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return said;
    }
}
