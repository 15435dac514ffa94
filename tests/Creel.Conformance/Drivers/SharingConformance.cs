using System.Diagnostics;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>What a driver promises, whose cells have mounts of their own, of the host's folders that they share.</summary>
public abstract class SharingConformance : IsolationDriverConformance
{
    private protected SharingConformance(string name, NetworkMode network, bool other, Elsewhere? elsewhere = null)
        : base(name, network, other, elsewhere) { }

    [SubstrateFact]
    public async Task Shared_paths_come_in_as_they_were_given_and_never_over_the_cells_own()
    {
        var shared = Bench.Folder(
            Path.Combine(Bench.Home, "family"),
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
        );
        var spec = Spec("exec >\"$CREEL_STATE/out\" 2>&1\nls -d /srv/family && touch /srv/family/x && echo written");
        (
            await Driver.WaitAsync(await Start(spec with { Shared = [new CellMount("0", shared, "/srv/family", false)] }))
        ).Running.ShouldBeFalse();
        CellBench.Said(spec).ShouldStartWith("/srv/family\n");
        CellBench.Said(spec).ShouldNotContain("written");
        foreach (var over in new[] { "/", "/etc", "/usr", "/proc/x", "/run/creel", "/var/lib/creel/home", "/workspace" })
        {
            await Refused(Spec(Forever) with { Shared = [new CellMount("0", shared, over, true)] }, "shared-path");
        }

        var reveals = Spec(Forever);
        await Refused(reveals with { Shared = [new CellMount("0", Bench.Home, "/srv/home", true)] }, "shared-path");
    }

    [SubstrateFact]
    public async Task A_file_in_a_shared_folder_is_one_file_for_all_with_its_owner_and_mode()
    {
        var shared = Bench.Folder(
            Path.Combine(Bench.Home, "family"),
            UnixFileMode.StickyBit
                | UnixFileMode.UserRead
                | UnixFileMode.UserWrite
                | UnixFileMode.UserExecute
                | UnixFileMode.OtherRead
                | UnixFileMode.OtherWrite
                | UnixFileMode.OtherExecute
        );
        var mount = new CellMount("0", shared, "/srv/family", true);
        var rules = Path.Combine(shared, "rules");
        File.WriteAllText(rules, "be kind\n");
        File.SetUnixFileMode(rules, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        var look =
            $"cd /srv/family && stat -c '%n %i %a' letter rules; for f in letter rules; do [ -O $f ] && echo my $f; done; cat letter rules";

        var homer = Spec($"exec >\"$CREEL_STATE/out\" 2>&1\numask 027; echo hello >/srv/family/letter; {look}") with
        {
            Shared = [mount],
        };
        (await Driver.WaitAsync(await Start(homer))).Running.ShouldBeFalse();
        var outside = await Told("stat", "-c", "%n %i %a", Path.Combine(shared, "letter"), rules);
        outside = outside.Replace(shared + "/", "");
        var bart = Spec($"exec >\"$CREEL_STATE/out\" 2>&1\n{look}; rm /srv/family/letter", "bart") with { Shared = [mount] };
        (await Driver.WaitAsync(await Start(bart))).Running.ShouldBeFalse();

        outside.ShouldContain(" 640\n");
        outside.ShouldContain(" 604\n");
        CellBench.Said(homer).ShouldStartWith(outside + "my letter\n");
        CellBench.Said(homer).ShouldEndWith("hello\nbe kind\n");
        CellBench.Said(bart).ShouldStartWith(outside);
        if (OwnUsers)
        {
            // A cell is a user of its own outside, too: what another one wrote is another user's.
            (await Told("stat", "-c", "%u", Path.Combine(shared, "letter"))).ShouldBe($"{homer.User!.Uid}\n");
            CellBench.Said(homer).ShouldNotContain("my rules");
            CellBench.Said(bart).ShouldNotContain("my ");
            CellBench.Said(bart).ShouldNotContain("hello");
            File.Exists(Path.Combine(shared, "letter")).ShouldBeTrue();
        }
    }

    private static async Task<string> Told(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }
}
