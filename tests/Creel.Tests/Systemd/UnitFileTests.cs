using Creel.Adapters.Linux;
using Creel.Adapters.Systemd;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Tests.Systemd;

public class UnitFileTests
{
    private static CellSpec Spec =>
        new()
        {
            Id = new CellId("00c0ffee"),
            Group = GroupId.Parse("homer"),
            Habitat = "test",
            Network = NetworkMode.Proxy,
            Limits = new ResourceLimits(new Limit(64 << 20, true), new Limit(0.5, true), new Limit(40, true)),
            Folder = "/home/cells/00c0ffee",
            StateFolder = "/state",
            HubFolder = "/hub",
            RuntimeFile = "/runtime",
            Workspaces = [],
        };

    [Fact]
    public void The_walls_and_limits_are_asked_for()
    {
        var lines = Lines(Spec);
        foreach (
            var line in new[]
            {
                "User=creel-720001",
                "RootDirectory=/home/cells/00c0ffee/root",
                "ProtectSystem=strict",
                "PrivateNetwork=yes",
                "PrivateUsers=yes",
                "PrivateDevices=yes",
                "PrivateIPC=yes",
                "ProtectHome=tmpfs",
                "ProtectProc=invisible",
                "InaccessiblePaths=+/sys -+/dev/mqueue -+/dev/hugepages",
                "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
                "AmbientCapabilities=",
                "NoNewPrivileges=yes",
                "CapabilityBoundingSet=",
                "SystemCallFilter=@system-service seccomp",
                "SystemCallArchitectures=native",
                "RestrictNamespaces=yes",
                "MemoryMax=67108864",
                "MemorySwapMax=0",
                "CPUQuota=50%",
                "TasksMax=40",
                "Restart=no",
                "StandardOutput=journal",
                "BindPaths=/w\\ 1:/workspace/homer",
                "BindReadOnlyPaths=-/usr:/usr",
            }
        )
        {
            lines.ShouldContain(line);
        }

        lines.ShouldNotContain(line => line.StartsWith("MemoryDenyWriteExecute") || line.StartsWith("WantedBy"));
    }

    [Fact]
    public void The_hosts_network_is_given_only_where_it_was_written_out()
    {
        foreach (var mode in new[] { NetworkMode.None, NetworkMode.Proxy })
        {
            Lines(Spec with { Network = mode }).ShouldContain("PrivateNetwork=yes");
        }

        Lines(Spec with { Network = NetworkMode.Host }).ShouldNotContain("PrivateNetwork=yes");
    }

    [RootFact]
    public void As_root_a_second_part_of_the_kernel_keeps_it_from_addresses()
    {
        Lines(Spec).ShouldContain("IPAddressDeny=any");
        Lines(Spec with { Network = NetworkMode.Host }).ShouldNotContain("IPAddressDeny=any");
    }

    [Theory]
    [InlineData(1, 3, 3)]
    [InlineData(2, 9, 137)]
    [InlineData(3, 11, 139)]
    [InlineData(0, 0, null)]
    public void How_a_unit_ended_is_its_exit_code_or_its_signal(int how, int status, int? code)
    {
        var handle = new SystemdHandle("u", "abc", new ProcessIdentity(0, 0, "boot"), [], "/nowhere", "s", "d");
        var state = new UnitState("failed", 0, 42, how, status, "abc", "", false);
        UnitEnd.Of(handle, state)?.Code.ShouldBe(code);
        (UnitEnd.Of(handle, state) is null).ShouldBe(code is null);
        UnitEnd.Of(handle, state with { Invocation = "another" }).ShouldBeNull();
        UnitEnd.Of(handle, state with { Main = 42 }).ShouldBeNull();
    }

    [Theory]
    [InlineData("/a\\")]
    [InlineData("/a ")]
    public void A_path_that_a_unit_has_no_way_to_write_is_refused(string path) =>
        Should.Throw<CreelException>(() => UnitWords.Path(path)).Fault.Code.ShouldBe("path");

    [Fact]
    public void A_users_own_systemd_is_told_no_user_and_to_keep_a_file()
    {
        var lines = Lines(Spec, account: null);
        lines.ShouldNotContain(line => line.StartsWith("User="));
        lines.ShouldContain("StandardOutput=append:/home/cells/00c0ffee/log");
        lines.ShouldContain("InaccessiblePaths=+/dev/pts", "terminals of the same user would be open to the cell");
        Lines(Spec).ShouldNotContain("InaccessiblePaths=+/dev/pts");
    }

    [Fact]
    public void A_newer_systemd_is_not_to_hand_the_journals_sockets_in()
    {
        Lines(Spec, null, version: 257).ShouldContain("BindLogSockets=no");
        Lines(Spec, null, version: 256).ShouldNotContain("BindLogSockets=no");
    }

    [Fact]
    public void A_name_adds_no_line_and_no_specifier()
    {
        var lines = Lines(Spec with { Habitat = "x%h\n[Service]\nUser=root\\" });
        lines.Count(line => line.StartsWith("User=")).ShouldBe(1);
        lines.ShouldContain("Description=Creel cell homer of habitat x%%h [Service] User=root");
    }

    [Fact]
    public void Words_are_written_so_that_systemd_reads_what_was_meant()
    {
        UnitWords.Argument("a \"b\" \\ %i $HOME\nc\u0001").ShouldBe("\"a \\\"b\\\" \\\\ %%i $HOME\\nc\\x01\"");
        UnitWords.ListedPath("/a b:c'd\"e\\f%g").ShouldBe("/a\\ b\\:c\\'d\\\"e\\\\f%%g");
        Should.Throw<CreelException>(() => UnitWords.ListedPath("/a\nb")).Fault.Kind.ShouldBe(FaultKind.Refused);
    }

    [Fact]
    public void What_systemd_says_is_read()
    {
        var state = UnitState.Parse(
            "ActiveState=deactivating\nMainPID=0\nExecMainPID=42\nExecMainCode=2\nExecMainStatus=9\nInvocationID=abc\nControlGroup=/creel.slice/x.service\nNeedDaemonReload=no\n"
        );
        state.ShouldBe(new UnitState("deactivating", 0, 42, 2, 9, "abc", "/creel.slice/x.service", false));
        state.IsUp.ShouldBeTrue();
        UnitState.Parse("ActiveState=inactive\nInvocationID=\n").Invocation.ShouldBeNull();
        SystemdFingerprint.Number("252.39-1~deb12u2").ShouldBe(252);
        SystemdFingerprint.Number("v").ShouldBe(0);
    }

    [Fact]
    public void Control_groups_of_either_generation_are_found()
    {
        string[] one =
        [
            "cgroup /c/memory cgroup rw,memory 0 0",
            "cgroup /c/devices cgroup rw,devices 0 0",
            "cgroup2 /c/u cgroup2 rw 0 0",
        ];
        UnitCgroups.Of(one, "/creel.slice/x.service").ShouldBe(["/c/memory/creel.slice/x.service", "/c/u/creel.slice/x.service"]);
        UnitCgroups.Of(["cgroup2 /c cgroup2 rw 0 0"], "/x.service").ShouldBe(["/c/x.service"]);
        UnitCgroups.Of(one, "").ShouldBeEmpty();
    }

    [Fact]
    public void A_limit_counts_only_where_the_kernel_has_it()
    {
        var folder = Directory.CreateTempSubdirectory("creel-").FullName;
        try
        {
            UnitLimits.Unmet([folder], Spec.Limits).Select(unmet => unmet.Name).ShouldBe(["memory", "cpu", "pids"]);
            File.WriteAllText(Path.Combine(folder, "memory.max"), "67108864\n");
            File.WriteAllText(Path.Combine(folder, "cpu.max"), "50000 100000\n");
            File.WriteAllText(Path.Combine(folder, "pids.max"), "max\n");
            var unmet = UnitLimits.Unmet([folder], Spec.Limits).ShouldHaveSingleItem();
            (unmet.Name, unmet.Why).ShouldBe(("pids", "systemd did not set it"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string[] Lines(CellSpec spec) => Lines(spec, ("creel-720001", "creel-720001"));

    private static string[] Lines(CellSpec spec, (string, string)? account, int version = 252) =>
        UnitFile
            .Of(
                new UnitOrder(
                    "creel-00c0ffee.service",
                    spec,
                    account,
                    spec.Folder + "/root",
                    [new("/usr", "/usr", false, IfThere: true), new("/w 1", "/workspace/homer", true)],
                    "creel.slice",
                    ["/usr/bin/env"],
                    "start",
                    TimeSpan.FromSeconds(30),
                    version
                )
            )
            .Split('\n');
}
