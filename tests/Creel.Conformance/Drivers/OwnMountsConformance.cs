using System.Diagnostics;
using Creel.Core.Isolation;

namespace Creel.Conformance.Drivers;

/// <summary>What a driver promises whose cells have mounts and a network of their own.</summary>
public abstract class OwnMountsConformance : IsolationDriverConformance
{
    private protected OwnMountsConformance(string name, NetworkMode network, bool other, Elsewhere? elsewhere = null)
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

    [SubstrateFact]
    public async Task Where_the_proxy_intercepts_every_address_and_name_is_the_cells_own_and_its_authority_is_trusted()
    {
        var authority = Path.Combine(Bench.Home, "authority.crt");
        File.WriteAllText(authority, "-----BEGIN CERTIFICATE-----\nof the proxy\n-----END CERTIFICATE-----\n");
        var spec = Spec(
            """
            exec >"$CREEL_STATE/out" 2>&1
            perl -MSocket -e '
                sub bound { my ($family, $at) = @_; my $s; socket($s, $family, SOCK_STREAM, 0) && bind($s, $at) && listen($s, 1) && $s }
                for (1 .. 500) { last if $s = bound(PF_INET, pack_sockaddr_in(443, inet_aton("192.0.2.1"))); select undef, undef, undef, 0.01 }
                $s or die "443 on any address: $!\n";
                my $c; socket($c, PF_INET, SOCK_STREAM, 0);
                connect($c, pack_sockaddr_in(443, inet_aton("192.0.2.1"))) or die "connecting: $!\n";
                my $a; accept($a, $s) and print "it came to us\n";
                bound(PF_INET, pack_sockaddr_in(53, inet_aton("0.0.0.0"))) and print "53 can be had\n";
            '
            grep . /etc/resolv.conf
            grep -v BEGIN "$CREEL_TRUST/authority.crt"
            tail -n 2 "$CREEL_TRUST/bundle.crt"
            tail -n 2 /etc/ssl/certs/ca-certificates.crt
            (echo x >>"$CREEL_TRUST/bundle.crt") 2>/dev/null && echo changed
            sed -n 's/^ *\([^ :]*\):.*/link \1/p' /proc/net/dev
            """
        ) with
        {
            ProxyFolder = Bench.Folder(
                Path.Combine(Bench.Home, "proxy"),
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            ),
            AuthorityFile = authority,
        };
        var end = await Driver.WaitAsync(await Start(spec));
        end.Running.ShouldBeFalse();
        var said = CellBench.Said(spec);
        if (!OwnUsers || (Elsewhere is not null && said.Contains("443 on any address:", StringComparison.Ordinal)))
        {
            // Only root can, and not in every container; then the cell is as it is without: nothing is reached.
            said.ShouldContain("443 on any address:");
            return;
        }

        const string Trusted = "of the proxy\n-----END CERTIFICATE-----\n";
        said.ShouldStartWith("it came to us\n53 can be had\nnameserver 127.0.0.1\n" + Trusted + Trusted + Trusted);
        said.ShouldNotContain("changed");
        said.Split('\n').Where(line => line.StartsWith("link ")).ShouldBe(["link lo"]);
    }

    private static async Task<string> Told(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return said;
    }
}
