using Creel.Adapters.Linux;
using Creel.Adapters.Systemd;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Tests;

namespace Creel.Conformance.Drivers;

[Substrate("systemd")]
public sealed class SystemdConformance() : SystemdDriverConformance(other: false)
{
    [SubstrateFact]
    public async Task The_unit_is_found_safe_by_systemds_own_measure()
    {
        if (!OwnUsers)
        {
            return;
        }

        var spec = Spec(Forever) with { Limits = new(new Limit(64 << 20, false), new Limit(0.5, false), new Limit(64, false)) };
        await Start(spec);
        var last = Do("systemd-analyze", "security", "--no-pager", Unit(spec)).Trim().Split('\n')[^1];
        var score = double.Parse(last.Split(':')[1].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        score.ShouldBeLessThanOrEqualTo(2.0, last);
        Do("sh", "-c", $"systemd-analyze verify {Unit(spec)} 2>&1").ShouldBe("");
    }

    [SubstrateFact]
    public async Task To_look_whether_it_works_enters_nobody_into_the_user_database()
    {
        var before = Do("cat", "/etc/passwd", "/etc/group");
        (await Driver.FingerprintAsync()).Works.ShouldBeTrue();
        Do("cat", "/etc/passwd", "/etc/group").ShouldBe(before);
        if (!OwnUsers)
        {
            return;
        }

        var spec = Spec(Forever);
        await Start(spec);
        Do("cat", "/etc/passwd").ShouldContain($"creel-{spec.User!.Uid}:x:{spec.User.Uid}:{spec.User.Gid}:A cell of Creel:");
        await Refused(Spec(Forever) with { User = new CellUser(0, 0) }, "cell-user");
    }

    [SubstrateFact]
    public async Task Processes_of_others_are_not_seen()
    {
        if (!OwnUsers)
        {
            return;
        }

        var neighbour = Spec("exec sleep 4242", "bart");
        await Start(neighbour);
        var said = await Run("for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done; ps aux | wc -l; free | grep Mem");
        said.ShouldNotContain("4242");
        said.ShouldNotContain("init");
        said.ShouldContain("Mem:", customMessage: "ps and free work");
    }
}

[Substrate("systemd", OtherUser = true)]
public sealed class SystemdAsOrdinaryUserConformance() : SystemdDriverConformance(other: true)
{
    [SubstrateFact]
    public async Task What_the_users_own_systemd_has_in_its_environment_is_not_in_the_cell()
    {
        Do("systemctl", "--user", "set-environment", "CREEL_SUITE_SECRET=plainly-secret");
        var said = await Run("env; tr '\\0' '\\n' </proc/self/environ");
        Do("systemctl", "--user", "unset-environment", "CREEL_SUITE_SECRET");
        said.ShouldNotContain("plainly-secret");
        said.ShouldNotContain("XDG_RUNTIME_DIR");
    }

    [SubstrateFact]
    public async Task What_it_can_not_do_is_said()
    {
        var print = await Driver.FingerprintAsync();
        print.Notes.ShouldContain(note => note.Contains("share the uid"));
        print.Notes.ShouldContain(note => note.Contains("can end those of that user"));
        print.Notes.ShouldContain(note => note.StartsWith("no limit on memory, cpu, pids"));
    }
}
