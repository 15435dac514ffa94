using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

[Substrate("bubblewrap")]
public sealed class BubblewrapConformance() : BubblewrapDriverConformance(other: false);

[Substrate("bubblewrap", OtherUser = true)]
public sealed class BubblewrapAsOrdinaryUserConformance() : BubblewrapDriverConformance(other: true);

public abstract class BubblewrapDriverConformance : SandboxConformance
{
    private protected BubblewrapDriverConformance(bool other)
        : base("bubblewrap", NetworkMode.Proxy, other) { }

    [SubstrateFact]
    public async Task What_is_the_hosts_or_a_neighbours_does_not_exist_in_a_cell()
    {
        var (said, neighbour) = await LookAround("/root /home /var/log /sys");
        said.ShouldNotContain("root:");
        foreach (var missing in new[] { neighbour.StateFolder, Bench.Home, "/root", "/home", "/var/log", "/sys" })
        {
            said.ShouldContain($"'{missing}': No such file");
        }
    }

    [SubstrateFact]
    public async Task It_has_no_rights_and_can_get_none()
    {
        var said = await Run(
            "grep -E 'Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs' /proc/self/status; id; hostname; unshare --user true && echo nested\n"
                + "touch /made /usr/made /etc/made /run/made /opt/creel/made; mount -t tmpfs none /tmp && echo mounted; touch /tmp/mine /var/tmp/mine && echo own tmp"
        );
        said.Split('\n').Count(line => line.StartsWith("Cap") && line.EndsWith("\t0000000000000000")).ShouldBe(4);
        said.ShouldContain("NoNewPrivs:\t1");
        said.ShouldContain("uid=1000(agent) gid=1000(agent)");
        said.ShouldContain("homer");
        said.ShouldNotContain("nested");
        said.ShouldNotContain("mounted");
        said.ShouldContain("own tmp");
        said.Split('\n').Count(line => line.StartsWith("touch: ")).ShouldBe(5);
    }

    [SubstrateFact]
    public async Task Its_first_program_can_not_be_killed_from_within()
    {
        var spec = Spec("(kill -9 1; echo tried >\"$CREEL_STATE/out\") & exec sleep 1000");
        var handle = await Start(spec);
        await Said(spec, "tried");
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task Its_own_folder_is_not_the_cells_to_see_or_write()
    {
        var spec = Spec("");
        Bench.Program(
            spec.RuntimeFile,
            $"exec >\"$CREEL_STATE/out\" 2>&1\nls '{spec.Folder}'\necho x >>/opt/creel/creel-runtime && echo changed\necho to the log >&2"
        );
        (await Driver.WaitAsync(await Start(spec))).Running.ShouldBeFalse();
        CellBench.Said(spec).ShouldContain("No such file");
        CellBench.Said(spec).ShouldNotContain("changed");
    }

    [SubstrateFact]
    public async Task A_refused_second_start_does_not_touch_the_generated_files_of_the_first()
    {
        var spec = Spec(Forever);
        await Start(spec);
        var etc = FileFacts.Of(Path.Combine(spec.Folder, "etc"))!.Name;
        await Should.ThrowAsync<CreelException>(async () => await Driver.StartAsync(spec));
        FileFacts.Of(Path.Combine(spec.Folder, "etc"))!.Name.ShouldBe(etc);
    }

    [SubstrateFact]
    public async Task Without_bubblewrap_the_remedy_is_named()
    {
        var absent = Bench.Folder(
            Path.Combine(Bench.Home, "bin"),
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.UserWrite
        );
        var lame = Runner(Bench.Options, Path.Combine(absent, "bwrap"));
        var print = await lame.FingerprintAsync();
        (print.Works, print.Remedy).ShouldBe((false, "apt-get install bubblewrap"));
        var spec = Spec(Forever);
        (await Should.ThrowAsync<CreelException>(async () => await lame.StartAsync(spec))).Fault.Kind.ShouldBe(FaultKind.Missing);
        await Clean(spec);
    }

    [SubstrateFact]
    public async Task An_old_bubblewrap_is_told_by_its_version_and_one_that_breaks_by_its_words()
    {
        var old = Bench.Program(Path.Combine(Bench.Home, "old"), "echo bubblewrap 0.4.1");
        var print = await Runner(Bench.Options, old).FingerprintAsync();
        print.Works.ShouldBeFalse();
        print.Sentence.ShouldContain("0.4.1");
        print.Sentence.ShouldContain("0.8.0");
    }

    [SubstrateFact]
    public async Task A_sandbox_that_refuses_says_why_and_leaves_nothing()
    {
        var run = Bench.Options.Run;
        var broken = Bench.Program(
            Path.Combine(run, "broken"),
            "echo 'bwrap: No permissions to creating new namespace' >&2; exit 1"
        );
        var spec = Spec(Forever);
        var lame = Runner(Bench.Options, broken);
        var fault = (await Should.ThrowAsync<CreelException>(async () => await lame.StartAsync(spec))).Fault;
        fault.Message.ShouldContain("No permissions");
        fault.Remedy!.ShouldContain("sysctl");
        await Clean(spec);
    }
}
