using System.Globalization;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Tests;

namespace Creel.Conformance.Drivers;

/// <summary>What every driver promises about a cell's life, whoever runs it. What is walled off is in the subclasses.</summary>
public abstract class IsolationDriverConformance : CellSuite
{
    private protected IsolationDriverConformance(string name, NetworkMode network, bool other, Elsewhere? elsewhere = null)
        : base(name, network, other, elsewhere) { }

    [SubstrateFact]
    public async Task The_fingerprint_says_that_it_works()
    {
        var print = await Driver.FingerprintAsync();
        print.Works.ShouldBeTrue(print.Sentence);
        print.Networks.ShouldContain(Network);
        print.OwnUser.ShouldBe(OwnUsers);
        print.Limits.Memory.ShouldBe(Limits);
    }

    [SubstrateFact]
    public async Task A_cell_starts_and_is_seen_running()
    {
        var spec = Spec("echo here >\"$CREEL_STATE/out\"; " + Forever);
        var handle = await Start(spec);
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
        await Said(spec, "here");
        (await Driver.RecoverAsync(spec)).ShouldBe(handle);
    }

    [SubstrateFact]
    public async Task What_a_cell_uses_is_its_own_and_not_the_machines()
    {
        var spec = Spec(
            "count=0; while [ $count -lt 300000 ]; do count=$((count + 1)); done; echo here >\"$CREEL_STATE/out\"; " + Forever
        );
        var handle = await Start(spec);
        await Said(spec, "here");
        var usage = await Driver.MeasureAsync(handle);
        if (!Limits)
        {
            // Nothing counts for a user without control groups, and the machine's figures are no answer. Time is counted by
            // any group of version 2, with or without controllers.
            (usage?.Memory, usage?.Pids).ShouldBe((null, null));
            return;
        }

        usage.ShouldNotBeNull();
        usage.Pids!.Value.ShouldBeInRange(1, 20);
        usage.Memory!.Value.ShouldBeInRange(1, 100 << 20);
        usage.Cpu!.Value.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(10));
        await Driver.StopAsync(handle, NoGrace);
        (await Driver.MeasureAsync(handle)).ShouldBeNull();
    }

    [SubstrateFact]
    public async Task The_workspace_is_the_cells_to_write()
    {
        var spec = Spec("");
        var at = Driver.Level == IsolationLevel.None ? spec.Workspaces[0].HostPath : spec.Workspaces[0].CellPath;
        Bench.Program(spec.RuntimeFile, $"mkdir '{at}/made' && echo done >'{at}/made/by-cell'");
        var end = await Driver.WaitAsync(await Start(spec));
        end.ExitCode.ShouldBe(0);
        var made = Path.Combine(spec.Workspaces[0].HostPath, "made", "by-cell");
        File.ReadAllText(made).ShouldBe("done\n");
        FileFacts.Of(made)!.Uid.ShouldBe((uint)(spec.User?.Uid ?? (Other ?? UnixUser.Current).Uid));
    }

    [SubstrateFact]
    public async Task Nothing_of_the_starters_environment_is_in_the_cell()
    {
        Environment.SetEnvironmentVariable("CREEL_SUITE_SECRET", "plainly-secret");
        var said = await Run("env; tr '\\0' '\\n' </proc/self/environ");
        said.ShouldContain("CREEL_HUB_SOCKET=");
        said.ShouldContain("CREEL_CELL=");
        said.ShouldContain("DOTNET_EnableDiagnostics=0");
        said.ShouldNotContain("plainly-secret");
    }

    [SubstrateFact]
    public async Task No_descriptor_of_the_starter_is_open_in_the_cell()
    {
        using var leaking = InheritableFile.Open("/etc/hostname");
        // 10 is the shell's own script.
        var said = await Run("for d in /proc/$$/fd/*; do [ -L \"$d\" ] && echo \"fd ${d##*/}\"; done");
        said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order().ShouldBe(["fd 0", "fd 1", "fd 10", "fd 2"]);
    }

    [SubstrateFact]
    public async Task The_cell_reaches_its_hub_and_can_not_replace_it()
    {
        var spec = Spec("");
        using var hub = HubSocket.Listen(Bench, spec);
        Bench.Program(
            spec.RuntimeFile,
            $"exec >\"$CREEL_STATE/out\" 2>&1\n{HubSocket.Ask("$CREEL_HUB_SOCKET")}\nrm -f \"$CREEL_HUB_SOCKET\" && echo removed"
        );
        (await Driver.WaitAsync(await Start(spec))).Running.ShouldBeFalse();
        CellBench.Said(spec).ShouldContain("answer: hello");
        if (OwnUsers || Driver.Level != IsolationLevel.None)
        {
            CellBench.Said(spec).ShouldNotContain("removed");
            File.Exists(Path.Combine(spec.HubFolder, CellPaths.HubSocketName)).ShouldBeTrue();
        }
    }

    [SubstrateFact]
    public async Task A_cell_survives_the_death_of_whoever_started_it_and_is_adopted()
    {
        var starter = Runner(Bench.Options);
        var spec = Spec("echo $$ >\"$CREEL_STATE/out\"; " + Forever);
        var handle = await Start(spec, starter);
        starter.Kill();
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
        var adopted = (await Driver.RecoverAsync(spec)).ShouldNotBeNull();
        adopted.ShouldBe(handle);
        await Driver.StopAsync(adopted, NoGrace);
        (await Driver.InspectAsync(handle)).Running.ShouldBeFalse();
    }

    [SubstrateFact]
    public async Task A_cell_whose_handle_was_never_written_is_found_again()
    {
        var spec = Spec(Forever);
        var handle = await Start(spec);
        File.Delete(Path.Combine(spec.Folder, "handle.json"));
        var found = (await Driver.RecoverAsync(spec)).ShouldNotBeNull();
        (await Driver.InspectAsync(found)).Running.ShouldBeTrue();
        await Driver.StopAsync(found, NoGrace);
        (await Driver.InspectAsync(handle)).Running.ShouldBeFalse();
    }

    [SubstrateFact]
    public async Task Where_nothing_was_started_nothing_is_found() => (await Driver.RecoverAsync(Spec(Forever))).ShouldBeNull();

    [SubstrateFact]
    public async Task A_second_start_of_a_running_cell_is_refused()
    {
        var spec = Spec(Forever);
        var handle = await Start(spec);
        (await Should.ThrowAsync<CreelException>(async () => await Driver.StartAsync(spec))).Fault.Kind.ShouldBe(
            FaultKind.Conflict
        );
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task Stop_leaves_no_process_however_it_hid()
    {
        var mark = "creel-mark-" + Guid.NewGuid().ToString("N");
        var spec = Spec(
            $"""
            echo ': {mark}; while :; do sleep 1000; done' >"$CREEL_STATE/hidden"
            (setsid setsid sh "$CREEL_STATE/hidden" {mark} &) &
            echo up >"$CREEL_STATE/out"
            {Forever}
            """
        );
        var handle = await Start(spec);
        await Said(spec, "up");
        await Eventually.Until(() => ProcessesWith(mark) > 0);
        await Driver.StopAsync(handle, NoGrace);
        ProcessesWith(mark).ShouldBe(0);
        Directory.Exists(Path.Combine(Bench.Options.Run, "mnt", spec.Id.Value)).ShouldBeFalse();
        Groups(spec).ShouldBeEmpty();
        (await Driver.RecoverAsync(spec)).ShouldBeNull();
        await Driver.StopAsync(handle, NoGrace);
    }

    [SubstrateFact]
    public async Task A_cell_that_hears_the_request_ends_by_itself()
    {
        var spec = Spec(
            "trap 'echo bye >\"$CREEL_STATE/out\"; exit 5' TERM\necho up >\"$CREEL_STATE/up\"\nwhile :; do sleep 0.05; done"
        );
        var handle = await Start(spec);
        await Said(spec, "up", "up");
        await Driver.StopAsync(handle, TimeSpan.FromSeconds(30));
        CellBench.Said(spec).ShouldBe("bye\n");
        (await Driver.InspectAsync(handle)).ExitCode.ShouldBe(5);
    }

    [SubstrateFact]
    public async Task Waiting_tells_the_exit_code()
    {
        var end = await Driver.WaitAsync(await Start(Spec("exit 7")));
        end.ShouldBe(new CellObservation(false, "ended with exit code 7", 7));
    }

    [SubstrateFact]
    public virtual async Task A_process_that_was_given_the_number_later_is_not_the_cell()
    {
        var handle = await Start(Spec(Forever));
        var data = LinuxHandle.Parse(handle.Data)!;
        var forged = data with
        {
            Child = data.Child with { StartTime = data.Child.StartTime - 1 },
            Outer = null,
            Cgroups = [],
            Start = "another",
        };
        var stale = handle with { Data = forged.ToJson() };
        (await Driver.InspectAsync(stale)).Running.ShouldBeFalse();
        await Driver.WaitAsync(stale).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        var elsewhere = forged with
        {
            Child = data.Child with { BootId = "00000000-0000-0000-0000-000000000000" },
            Uid = null,
            Folder = Bench.Folder(
                Path.Combine(Bench.Home, "none"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            ),
            Places = null,
        };
        await Driver.StopAsync(handle with { Data = elsewhere.ToJson() }, NoGrace);
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task A_workspace_that_is_a_link_is_refused()
    {
        var spec = Spec(Forever);
        var workspace = spec.Workspaces[0].HostPath;
        Directory.Delete(workspace);
        Directory.CreateSymbolicLink(workspace, "/etc");
        await Refused(spec, "symlink");
    }

    [SubstrateFact]
    public async Task A_workspace_of_somebody_else_is_refused()
    {
        var spec = Spec(Forever);
        await Refused(spec with { Workspaces = [spec.Workspaces[0] with { HostPath = "/usr/share" }] }, "folder-owner");
    }

    [SubstrateFact]
    public async Task A_start_that_fails_midway_leaves_nothing()
    {
        var spec = Spec(Forever);
        await Refused(spec with { RuntimeFile = spec.RuntimeFile + "-absent" }, "path-missing");
        await Refused(
            spec with
            {
                Workspaces = [spec.Workspaces[0] with { HostPath = spec.Workspaces[0].HostPath + "-absent" }],
            },
            "path-missing"
        );
        await Refused(spec with { Limits = new ResourceLimits(new Limit(-1e6, true)) }, "limit");
        var cancelled = new CancellationToken(true);
        if (Other is null)
        {
            await Should.ThrowAsync<OperationCanceledException>(async () => await Driver.StartAsync(spec, cancelled));
            await Clean(spec);
        }
    }

    [SubstrateFact]
    public virtual async Task A_written_limit_that_can_not_be_enforced_is_refused_and_a_default_is_not()
    {
        // A name that is taken by a file of the kernel's.
        var options = Bench.Options with
        {
            ControlGroup = "cgroup.procs",
        };
        var lame = Other is null ? Substrate.Make(Name, options) : Runner(options);
        var spec = Spec("exit 0");
        var fault = (
            await Should.ThrowAsync<CreelException>(async () =>
                await lame.StartAsync(spec with { Limits = new(new Limit(64 << 20, true)) })
            )
        ).Fault;
        fault.Code.ShouldBe("limit");
        fault.Message.ShouldContain("64m");
        fault.Remedy.ShouldNotBeNull();
        await Clean(spec);
        var handle = await Start(spec with { Limits = new(new Limit(64 << 20, false)) }, lame);
        (await lame.WaitAsync(handle)).ExitCode.ShouldBe(0);
    }

    [SubstrateFact]
    public async Task The_memory_limit_kills_and_is_named_as_the_reason()
    {
        if (!Limits)
        {
            return;
        }

        var spec = Spec("exec perl -e '$x = \"x\" x (512 << 20); sleep 1000'") with { Limits = new(new Limit(64 << 20, true)) };
        var end = await Driver.WaitAsync(await Start(spec));
        end.Reason.ShouldBe("killed: out of memory (limit 64m)");
        end.ExitCode.ShouldBe(137);
    }

    [SubstrateFact]
    public async Task The_process_limit_holds_and_the_cell_lives_on()
    {
        if (!Limits)
        {
            return;
        }

        var spec = Spec(
            "exec >\"$CREEL_STATE/out\" 2>&1\n"
                + "perl -e 'for (1..200) { my $p = fork; if (!defined $p) { print \"refused\\n\"; exit 0 } if (!$p) { sleep 30; exit 0 } } print \"all\\n\"'\n"
                + Forever
        ) with
        {
            Limits = new(Pids: new Limit(40, true), Cpu: new Limit(0.5, true)),
        };
        var handle = await Start(spec);
        await Said(spec, "refused");
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task Twenty_cells_live_side_by_side()
    {
        var specs = Enumerable.Range(0, 20).Select(n => Spec($"echo {n} >\"$CREEL_STATE/out\"; {Forever}", $"cell-{n}")).ToList();
        _ = Driver;
        var handles = await Task.WhenAll(specs.Select(spec => Driver.StartAsync(spec).AsTask()));
        handles.ToList().ForEach(Keep);
        for (var n = 0; n < specs.Count; n++)
        {
            await Said(specs[n], n.ToString(CultureInfo.InvariantCulture));
            (await Driver.InspectAsync(handles[n])).Running.ShouldBeTrue();
        }

        await Task.WhenAll(handles.Select(handle => Driver.StopAsync(handle, NoGrace).AsTask()));
        specs.ForEach(spec => Groups(spec).ShouldBeEmpty());
    }

    [SubstrateFact]
    public async Task A_start_that_is_given_up_at_any_moment_leaves_nothing()
    {
        if (Other is not null)
        {
            return;
        }

        for (var moment = 0; moment < 40; moment += 3)
        {
            var spec = Spec(Forever);
            using var giveUp = new CancellationTokenSource(TimeSpan.FromMilliseconds(moment));
            try
            {
                await Driver.StopAsync(await Driver.StartAsync(spec, giveUp.Token), NoGrace);
            }
            catch (OperationCanceledException)
            {
                // What is looked at below.
            }

            await Clean(spec);
        }
    }

    [SubstrateFact]
    public async Task A_cell_that_died_is_started_again_over_what_it_left()
    {
        var spec = Spec("setsid sleep 1000 & exit 3");
        var first = await Start(spec);
        (await Driver.WaitAsync(first)).ExitCode.ShouldBe(3);
        Bench.Program(spec.RuntimeFile, Forever);
        var again = await Start(spec);
        (await Driver.InspectAsync(again)).Running.ShouldBeTrue();
        await Driver.StopAsync(first, NoGrace);
        (await Driver.InspectAsync(again)).Running.ShouldBeTrue("the handle of the first is not that of the second");
    }

    [SubstrateFact]
    public async Task Nobody_but_the_cell_connects_to_its_hub()
    {
        if (!OwnUsers)
        {
            return;
        }

        var spec = Spec(Forever);
        using var hub = HubSocket.Listen(Bench, spec);
        var socket = Path.Combine(spec.HubFolder, CellPaths.HubSocketName);
        (await HubSocket.AskAsAsync(spec.User!, socket)).ShouldContain("answer: hello");
        (await HubSocket.AskAsAsync(new CellUser(65533, 65533), socket)).ShouldContain("refused: Permission denied");
    }
}
