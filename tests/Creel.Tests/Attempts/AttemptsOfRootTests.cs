using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using Creel.Core.Link;
using Creel.Runtime.Attempts;
using Creel.Tests.Runtime;

namespace Creel.Tests.Attempts;

/// <summary>
/// What root can do, in a process of its own, so that nothing of it stays. It has mounts and process numbers of its own as well:
/// where the machine's folders would be changed or might hold nothing, others lie in their place.
/// </summary>
[Collection(nameof(Alone))]
public sealed class AttemptsOfRootTests : IDisposable
{
    private const string Secret = "the-secret";
    private const string Word = "4711abcd4711abcd";

    /// <summary>$0 is the runtime, $1 the folder with what lies in the place of the machine's.</summary>
    private const string Script = """
        mount -t tmpfs tmpfs /etc && echo x >/etc/shadow &&
        for at in run dev sys/firmware sys/fs/cgroup; do mount --bind "$1/$at" "/$at" || exit 9; done
        "$0" --attempt; exit $?
        """;

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("creel-attempts-");
    private readonly List<Socket> services = [];

    public void Dispose()
    {
        services.ForEach(service => service.Dispose());
        folder.Delete(recursive: true);
    }

    [RootFact]
    [Shows(
        "host.shadow",
        "host.system-files",
        "host.own-runtime",
        "host.own-socket",
        "host.docker-socket",
        "host.system-bus",
        "host.run-sockets",
        "host.firmware",
        "host.kernel-settings",
        "host.init-environ",
        "host.init-root",
        "host.memory-device",
        "host.kernel-messages",
        "host.kernel-log",
        "host.disks",
        "host.mknod-memory",
        "host.other-devices",
        "host.clock",
        "host.hostname",
        "privilege.capabilities",
        "privilege.setuid",
        "privilege.file-rights",
        "privilege.chown",
        "privilege.user-namespace",
        "privilege.namespaces",
        "privilege.mount",
        "privilege.mount-new",
        "privilege.unmount",
        "privilege.chroot",
        "privilege.handles",
        "privilege.keys",
        "privilege.reboot",
        "privilege.swap",
        "privilege.accounting",
        "privilege.typing",
        "privilege.priority",
        "privilege.realtime",
        "privilege.release-agent",
        "privilege.own-limits",
        "privilege.leave-group",
        "privilege.runtime-memory",
        "privilege.runtime-environ",
        "privilege.runtime-files",
        "privilege.runtime-trace",
        "network.raw",
        "network.packet",
        "network.devices",
        "neighbour.control-group"
    )]
    public void Nothing_stands_in_the_way_of_root()
    {
        var ids = Shown(nameof(Nothing_stands_in_the_way_of_root));

        foreach (var row in Run(ids))
        {
            row.Held.ShouldBe(false, $"{row.Id}: {row.Evidence}");
        }
    }

    [RootFact]
    public void Where_the_kernel_has_it_it_gets_through()
    {
        string[] calls = ["module", "kexec", "ports", "userfault", "io-uring", "watch-all", "bpf", "perf", "old-calls"];
        var files = new[]
        {
            ("host.kcore", "/proc/kcore"),
            ("host.sysrq", "/proc/sysrq-trigger"),
            ("host.kallsyms", "/proc/kallsyms"),
            ("host.sys-settings", "/sys/power/state"),
            ("host.root-home", "/root/.bashrc"),
        };

        // Where the call or the file is missing there is nothing to compare with, and no wall either.
        Run([.. calls.Select(call => $"privilege.{call}"), "network.other-families"])
            .ShouldAllBe(row => row.Held != true && !row.Broken);
        Run([.. files.Where(f => File.Exists(f.Item2)).Select(f => f.Item1)]).ShouldAllBe(row => row.Held == false);
    }

    [RootFact]
    [Shows("privilege.groups")]
    public void Whoever_has_groups_besides_its_own_shows_them() =>
        Attempt(["setpriv", "--groups", "4711", "--", RuntimeProcess.File, "--attempt"], Order(["privilege.groups"]))
            .ShouldHaveSingleItem()
            .Held.ShouldBe(false);

    [RootFact]
    [Shows("neighbour.process-trace", "neighbour.process-namespace")]
    public void Another_process_is_traced_and_its_network_joined()
    {
        using var other = Process.Start("/bin/sh", ["-c", "sleep 100; :", Word]);
        try
        {
            var ids = Shown(nameof(Another_process_is_traced_and_its_network_joined));
            foreach (var row in Attempt([RuntimeProcess.File, "--attempt"], Order(ids)))
            {
                row.Held.ShouldBe(false, $"{row.Id}: {row.Evidence}");
            }
        }
        finally
        {
            other.Kill(entireProcessTree: true);
        }
    }

    private static string[] Shown(string test) =>
        [
            .. typeof(AttemptsOfRootTests)
                .GetMethod(test)!
                .GetCustomAttributes(typeof(ShowsAttribute), false)
                .Cast<ShowsAttribute>()
                .SelectMany(mark => mark.Ids),
        ];

    private IReadOnlyList<AttemptRow> Run(string[] ids)
    {
        Furnish();
        string[] apart = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", Script];
        return Attempt([.. apart, RuntimeProcess.File, folder.FullName], Order(ids));
    }

    private static IReadOnlyList<AttemptRow> Attempt(string[] command, AttemptOrder order)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = order.Home,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Write(JsonSerializer.Serialize(order, LinkJson.Default.AttemptOrder));
        process.StandardInput.Close();
        var rows = process.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        rows.Length.ShouldBe(order.Ids.Count);
        return [.. rows.Select(row => JsonSerializer.Deserialize(row, LinkJson.Default.AttemptRow)!)];
    }

    private AttemptOrder Order(string[] ids)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "secret"), Secret);
        var decoy = new DecoyFacts(0, 1, []);
        return Sample.Order(ids) with
        {
            Home = folder.FullName,
            SecretFile = Path.Combine(folder.FullName, "secret"),
            Secret = Secret,
            HubSocket = Path.Combine(folder.FullName, "hub.sock"),
            Neighbour = new("lisa", "12345678", "lisa", Word, folder.FullName, folder.FullName, "/nowhere", null, decoy),
        };
    }

    /// <summary>What the attempts look for, open to all.</summary>
    private void Furnish()
    {
        foreach (var place in (string[])["run", "dev/net", "sys/firmware/dmi/tables", "sys/fs/cgroup/unified/creel-12345678"])
        {
            folder.CreateSubdirectory(place);
        }

        string[] devices = ["null", "mem", "kmsg", "kvm", .. HostKernel.Disks().Select(disk => disk.Name)];
        string[] groups = ["release_agent", "memory.max", "cgroup.procs"];
        foreach (
            var file in devices
                .Select(device => $"dev/{device}")
                .Concat(groups.Select(name => $"sys/fs/cgroup/unified/{name}"))
                .Append("sys/firmware/dmi/tables/DMI")
        )
        {
            File.WriteAllText(Path.Combine(folder.FullName, file), "x");
        }

        Serve("run/docker.sock");
        Serve("run/dbus/system_bus_socket");
    }

    private void Serve(string at)
    {
        var path = Path.Combine(folder.FullName, at);
        if (File.Exists(path))
        {
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var service = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        services.Add(service);
        service.Bind(new UnixDomainSocketEndPoint(path));
        service.Listen();
    }
}
