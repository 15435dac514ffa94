using System.Text.Json.Nodes;
using Creel.Adapters.Docker;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;
using Creel.Tests;

namespace Creel.Conformance.Drivers;

[Substrate("docker")]
public sealed class DockerConformance() : OwnMountsConformance("docker", NetworkMode.Proxy, other: false)
{
    /// <summary>Says whether a place is reached: answered, refused by somebody there, or nothing at all.</summary>
    private const string Reach =
        "reach() { perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 2);"
        + " print $s ? \"reached\" : $!{ECONNREFUSED} ? \"refused\" : \"nothing\", \" $ARGV[0]\\n\"' \"$1\" \"$2\"; }\n";

    private readonly Engine engine = new(new DockerOptions(new(Path.GetTempPath())));

    [SubstrateFact]
    public override async Task A_process_that_was_given_the_number_later_is_not_the_cell()
    {
        var handle = await Start(Spec(Forever));
        var data = DockerHandle.Parse(handle.Data)!;
        var another = handle with { Data = (data with { Container = new string('0', 64) }).ToJson() };
        (await Driver.InspectAsync(another)).Running.ShouldBeFalse();
        await Driver.WaitAsync(another).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        await Driver.StopAsync(another, NoGrace);
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public override async Task A_written_limit_that_can_not_be_enforced_is_refused_and_a_default_is_not()
    {
        // This engine has every limit; one below its floor is all that it can't do.
        var spec = Spec(Forever);
        await Refused(spec with { Limits = new(new Limit(1 << 20, true)) }, "limit");
        var none = new EnforcedLimits(false, false, false);
        var fault = Should
            .Throw<CreelException>(() => ContainerLimits.Check(spec with { Limits = new(new Limit(64 << 20, true)) }, none))
            .Fault;
        fault.Message.ShouldContain("64m");
        ContainerLimits.Check(spec with { Limits = new(new Limit(64 << 20, false)) }, none);
    }

    [SubstrateFact]
    public async Task What_a_cell_would_lack_is_told_beforehand()
    {
        var driver = (ICellForesight)Driver;
        var group = new AgentGroup
        {
            Id = GroupId.Parse("homer"),
            Level = IsolationLevel.Container,
            Network = NetworkMode.Proxy,
            Limits = ResourceLimits.Unlimited,
            Agents = [],
        };
        (await driver.ForeseeAsync(group)).ShouldBeNull();
        var image = (await driver.ForeseeAsync(group with { Image = "creel.invalid/nothing:1" }))!;
        (image.Code, image.Remedy).ShouldBe(("image-missing", "docker pull creel.invalid/nothing:1"));
        (await driver.ForeseeAsync(group with { OciRuntime = "nothing" }))!.Code.ShouldBe("oci-runtime");
    }

    [SubstrateFact]
    public async Task It_has_no_rights_a_filter_and_a_root_that_it_can_not_write()
    {
        var said = await Run(
            "grep -E 'Cap(Prm|Eff|Bnd|Amb)|NoNewPrivs|^Seccomp:' /proc/self/status; id; hostname\n"
                + "for f in /made /usr/made /etc/made /run/made /opt/creel/made; do (: >$f) 2>/dev/null && echo \"wrote $f\"; done\n"
                + "mount -t tmpfs none /tmp 2>/dev/null && echo mounted; touch /tmp/mine /var/tmp/mine && echo own tmp; ls /var/run/docker.sock"
        );
        said.Split('\n').Count(line => line.StartsWith("Cap") && line.EndsWith("\t0000000000000000")).ShouldBe(4);
        said.ShouldContain("NoNewPrivs:\t1");
        said.ShouldContain("Seccomp:\t2");
        said.ShouldContain("(agent)");
        said.ShouldContain("homer");
        said.ShouldContain("own tmp");
        said.ShouldNotContain("wrote");
        said.ShouldNotContain("mounted");
        said.ShouldContain("docker.sock': No such file");
    }

    [SubstrateFact]
    public async Task The_usual_programs_are_there()
    {
        var said = await Run(
            "git --version; curl --version | head -n 1; perl -e 'print \"perl\\n\"'; echo \"a b\" | awk '{ print $2 }'"
        );
        said.ShouldContain("git version");
        said.ShouldContain("curl ");
        said.ShouldContain("perl\nb\n");
    }

    [SubstrateFact]
    public async Task Without_a_network_there_is_only_a_loopback()
    {
        var said = await Run("sed -n 's/^ *\\([^ :]*\\):.*/link \\1/p' /proc/net/dev");
        said.Trim().ShouldBe("link lo");
    }

    [SubstrateFact]
    public async Task An_internal_network_reaches_neither_the_host_nor_names_nor_anything_outside()
    {
        var spec = Spec(
            $"exec >\"$CREEL_STATE/out\" 2>&1\n{Reach}\n"
                + "me=$(hostname -i); echo \"me $me\"; base=${me%.*}; last=${me##*.}; gateway=$base.$((last / 16 * 16 + 1))\n"
                + "reach $gateway 22; reach 198.51.100.2 80; reach 169.254.169.254 80\n"
                + "getent hosts example.org || echo no name; echo end"
        ) with
        {
            Network = NetworkMode.Internal,
        };
        var end = await Driver.WaitAsync(await Start(spec));
        end.ExitCode.ShouldBe(0, end.Reason);
        var said = CellBench.Said(spec);
        said.ShouldContain("me 10.213.");
        said.ShouldNotContain("reached");
        said.ShouldNotContain("refused");
        said.ShouldContain("no name");
        said.ShouldContain("end");
    }

    [SubstrateFact]
    public async Task A_bridge_is_a_cells_own_and_closed_towards_the_host_and_its_neighbours()
    {
        var server = Spec(
            "hostname -i >\"$CREEL_STATE/out\"\nexec perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 5, LocalPort => 8080); while ($c = $s->accept) { print $c \"hi\\n\"; close $c }'",
            "bart"
        ) with
        {
            Network = NetworkMode.Bridge,
        };
        await Start(server);
        await Said(server, "10.213.");
        var neighbour = CellBench.Said(server).Trim();
        var spec = Spec(
            $"exec >\"$CREEL_STATE/out\" 2>&1\n{Reach}\n"
                + $"reach {neighbour} 8080; me=$(hostname -i); base=${{me%.*}}; last=${{me##*.}}; reach $base.$((last / 16 * 16 + 1)) 22\n"
                + "reach 169.254.169.254 80; echo end"
        ) with
        {
            Network = NetworkMode.Bridge,
        };
        (await Driver.WaitAsync(await Start(spec))).Running.ShouldBeFalse();
        CellBench.Said(spec).ShouldNotContain("reached");
        CellBench.Said(spec).ShouldNotContain("refused");
        CellBench.Said(spec).ShouldContain("end");
    }

    [SubstrateFact]
    public async Task The_rules_against_the_host_come_with_an_internal_network_and_come_back_when_they_are_lost()
    {
        TakeAway();
        var handle = await Start(Spec(Forever) with { Network = NetworkMode.Internal });
        Stands().ShouldBeTrue();
        TakeAway();
        using var watcher = new DockerDriver(new DockerOptions(Bench.Options) { FirewallPulse = TimeSpan.FromMilliseconds(100) });
        using var over = new CancellationTokenSource();
        var waiting = watcher.WaitAsync(handle, over.Token).AsTask();
        await Eventually.Until(Stands);
        TakeAway();
        await Eventually.Until(Stands);
        await over.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);

        static void TakeAway() => Rule("-D");
        static bool Stands() => Rule("-C");
        static bool Rule(string verb)
        {
            using var process = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo(
                    "iptables",
                    ["--wait", verb, "INPUT", "-i", CellNetwork.BridgePrefix + "+", "-j", "DROP"]
                )
                {
                    RedirectStandardError = true,
                }
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
    }

    [SubstrateFact]
    public async Task Forty_networks_come_up_beside_the_engines_own_pools_and_go_with_their_cells()
    {
        var specs = Enumerable
            .Range(0, 40)
            .Select(n => Spec(Forever, $"net-{n}") with { Network = NetworkMode.Internal })
            .ToList();
        var handles = new List<CellHandle>();
        foreach (var chunk in specs.Chunk(4))
        {
            handles.AddRange(await Task.WhenAll(chunk.Select(spec => Start(spec))));
        }

        var networks = handles.Select(handle => DockerHandle.Parse(handle.Data)!.Network).ToList();
        networks.Distinct().Count().ShouldBe(40);
        await Task.WhenAll(handles.Select(handle => Driver.StopAsync(handle, NoGrace).AsTask()));
        foreach (var network in networks)
        {
            (await engine.GetAsync($"networks/{network}", default)).Status.ShouldBe(404);
        }
    }

    [SubstrateFact]
    public async Task On_the_network_of_the_host_each_cell_has_a_relay_of_its_own()
    {
        const string Listens =
            "exec perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 1, LocalAddr => \"127.0.0.1\", "
            + "LocalPort => $ENV{CREEL_RELAY_PORT}) or die $!; open F, \">\", \"$ENV{CREEL_STATE}/out\"; "
            + "print F \"$ENV{CREEL_RELAY_PORT}\\n\"; close F; sleep 1000'";
        var specs = new[] { "homer", "bart" }.Select(group => Spec(Listens, group) with { Network = NetworkMode.Host }).ToList();
        foreach (var spec in specs)
        {
            await Start(spec);
            await Said(spec, "\n");
        }

        var ports = specs.Select(spec => CellBench.Number(CellBench.Said(spec))).ToList();
        ports.Distinct().Count().ShouldBe(2);
    }

    [SubstrateFact]
    public async Task A_container_that_somebody_removes_is_noticed_and_named()
    {
        var handle = await Start(Spec(Forever));
        var waiting = Driver.WaitAsync(handle).AsTask();
        await engine.DeleteAsync($"containers/{DockerHandle.Parse(handle.Data)!.Container}?force=1", default);
        var end = await waiting.WaitAsync(TimeSpan.FromSeconds(10));
        end.Running.ShouldBeFalse();
        (await Driver.InspectAsync(handle)).Reason!.ShouldContain("not by Creel");
    }

    [SubstrateFact]
    public async Task While_nobody_watches_the_engine_keeps_a_failing_cell_going_and_its_handle_stays_good()
    {
        var spec = Spec(
            "echo x >>\"$CREEL_STATE/starts\"; [ $(wc -l <\"$CREEL_STATE/starts\") -gt 1 ] || exit 3; echo again >\"$CREEL_STATE/out\"; "
                + Forever
        );
        var handle = await Start(spec);
        await Said(spec, "again");
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task What_was_checked_is_what_the_engine_mounts_again_whatever_has_its_name_by_then()
    {
        var secret = Bench.Folder(
            Path.Combine(Bench.Home, "secret"),
            UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute
        );
        File.WriteAllText(Path.Combine(secret, "token"), "");
        var spec = Spec(
            "cd \"$CREEL_STATE\"; if [ ! -e first ]; then : >first; until [ -e go ]; do sleep 0.05; done; exit 3; fi\n"
                + $"ls /workspace/homer >out; echo ended >>out; {Forever}"
        );
        File.WriteAllText(Path.Combine(spec.Workspaces[0].HostPath, "mine"), "");
        var handle = await Start(spec);
        await Eventually.Until(() => File.Exists(Path.Combine(spec.StateFolder, "first")));
        var workspace = spec.Workspaces[0].HostPath;
        Directory.Move(workspace, workspace + ".real");
        File.CreateSymbolicLink(workspace, secret);
        File.WriteAllText(Path.Combine(spec.StateFolder, "go"), "");
        await Said(spec, "ended");
        CellBench.Said(spec).ShouldBe("mine\nended\n");

        Bound(spec).ShouldNotBe(0);
        await Driver.StopAsync(handle, NoGrace);
        Bound(spec).ShouldBe(0);
        File.Exists(Path.Combine(workspace + ".real", "mine")).ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task A_container_whose_folders_were_given_by_name_is_told()
    {
        var spec = Spec(Forever);
        var handle = await Start(spec);
        (await Driver.DriftAsync(handle)).ShouldBeNull();
        var running = DockerHandle.Parse(handle.Data)!;
        var image = (await engine.GetAsync($"containers/{running.Container}/json", default)).Json!["Image"]!.GetValue<string>();
        var made = await engine.PostAsync("containers/create", ContainerOrder.Of(spec, spec.User!, image, null, true), default);
        var older = running with { Container = made.Json!["Id"]!.GetValue<string>() };
        try
        {
            (await Driver.DriftAsync(handle with { Data = older.ToJson() }))!.ShouldContain("given to the engine by its name");
        }
        finally
        {
            await engine.DeleteAsync($"containers/{older.Container}?force=1", default);
        }
    }

    [SubstrateFact]
    public async Task What_is_bound_for_a_cell_that_nobody_knows_any_more_is_let_go()
    {
        var (gone, known) = (Spec(Forever, "bart"), Spec(Forever));
        await Start(gone);
        await Start(known);
        await ((ICellSweeper)Driver).SweepAsync("nobody's", new HashSet<CellId> { known.Id });
        (Bound(gone), Bound(known)).ShouldBe((0, Bound(known)));
        Bound(known).ShouldNotBe(0);
    }

    private static int Bound(CellSpec spec) =>
        File.ReadLines("/proc/self/mountinfo").Count(line => line.Contains($"/bound/{spec.Id}/"));

    [SubstrateFact]
    public async Task An_image_that_was_written_out_is_the_one_that_is_used_by_its_digest()
    {
        await Driver.FingerprintAsync();
        (
            await engine.PostAsync($"images/{BaseImage.Repository}:latest/tag?repo=creel-suite/own&tag=1", null, default)
        ).Ok.ShouldBeTrue();
        var handle = await Start(Spec(Forever) with { Image = "creel-suite/own:1" });
        var reply = await engine.GetAsync($"containers/{DockerHandle.Parse(handle.Data)!.Container}/json", default);
        var digest = reply.Json!["Image"]!.GetValue<string>();
        digest.ShouldStartWith("sha256:");
        reply.Json!["Config"]!["Image"]!.GetValue<string>().ShouldBe(digest);
        (await Driver.InspectAsync(handle)).Running.ShouldBeTrue();
    }

    [SubstrateFact]
    public async Task An_image_that_is_not_there_is_named_with_what_fetches_it()
    {
        var spec = Spec(Forever) with { Image = "nowhere/nothing:1" };
        var fault = (await Should.ThrowAsync<CreelException>(async () => await Driver.StartAsync(spec))).Fault;
        (fault.Code, fault.Kind, fault.Remedy).ShouldBe(("image-missing", FaultKind.Missing, "docker pull nowhere/nothing:1"));
        await Clean(spec);
    }

    [SubstrateFact]
    public async Task A_runtime_that_the_engine_does_not_have_is_refused() =>
        await Refused(Spec(Forever) with { OciRuntime = "absent" }, "oci-runtime");

    [SubstrateFact]
    public async Task What_it_said_and_how_it_ended_outlive_the_container()
    {
        var spec = Spec("echo last words; exit 4");
        var handle = await Start(spec);
        await Driver.WaitAsync(handle);
        await Driver.StopAsync(handle, NoGrace);
        (await Driver.InspectAsync(handle)).Reason.ShouldBe("ended with exit code 4");
        File.ReadAllText(Path.Combine(spec.Folder, "log")).ShouldContain("last words");
    }

    /// <summary>Section 5 of the CIS benchmark, check by check, as docker-bench asks it of a container.</summary>
    [SubstrateFact]
    public async Task Nothing_of_a_container_is_against_section_5_of_the_cis_benchmark()
    {
        var spec = Spec(Forever) with { Limits = new(new Limit(64 << 20, true), new Limit(0.5, true), new Limit(64, true)) };
        var handle = await Start(spec);
        var reply = await engine.GetAsync($"containers/{DockerHandle.Parse(handle.Data)!.Container}/json", default);
        foreach (var (check, held) in CisSection5.Of(reply.Json!))
        {
            held.ShouldBeTrue(check);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        engine.Dispose();
        GC.SuppressFinalize(this);
    }
}
