using System.Globalization;
using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Attempts;

/// <summary>Files and sockets of the machine and of Creel.</summary>
internal static class HostFiles
{
    private static readonly string[] Engines =
    [
        "/var/run/docker.sock",
        "/run/docker.sock",
        "/run/containerd/containerd.sock",
        "/run/podman/podman.sock",
        "/run/crio/crio.sock",
    ];

    private static readonly string[] Buses =
    [
        "/run/systemd/private",
        "/run/dbus/system_bus_socket",
        "/run/systemd/notify",
        "/run/systemd/journal/stdout",
    ];

    private static readonly string[] System =
    [
        "/etc",
        "/etc/cron.d",
        "/etc/systemd/system",
        "/etc/profile.d",
        "/usr/bin",
        "/usr/local/bin",
        "/lib",
        "/boot",
        "/var/spool/cron",
        "/opt",
        "/",
    ];

    private static readonly string[] Keys =
    [
        "/root/.ssh/id_rsa",
        "/root/.ssh/id_ed25519",
        "/root/.aws/credentials",
        "/root/.bash_history",
    ];

    public static AttemptLine[] Table { get; } =
    [
        new("host.home-secret", o => Tries.Read(o.SecretFile, o.Secret)),
        new("host.home-list", o => Tries.List(o.Home)),
        new("host.admin-token", o => Tries.Open($"{o.Home}/admin.token")),
        new(
            "host.database",
            o => Outcome.Worst([Tries.Open($"{o.Home}/creel.db"), Tries.Open($"{o.Home}/creel.db-wal", Tries.ReadWrite)])
        ),
        new("host.serve-door", o => Tries.Connect($"{o.Home}/creel.sock")),
        new("host.shadow", _ => Tries.OpenAny(["/etc/shadow", "/etc/gshadow", "/etc/shadow-"])),
        new("host.root-home", _ => Outcome.Worst([Tries.OpenAny(Keys), Tries.List("/root")])),
        new("host.system-files", _ => Outcome.Worst(System.Select(folder => Tries.Make(folder, ".creel-was-here")))),
        new("host.own-runtime", _ => ReplaceRuntime()),
        new("host.own-socket", o => Outcome.Worst(HubFolders(o).Select(folder => Tries.Make(folder, ".creel-was-here")))),
        new("host.docker-socket", _ => Outcome.Worst(Engines.Select(Tries.Connect))),
        new("host.system-bus", _ => Outcome.Worst(Buses.Select(Tries.Connect))),
        new("host.run-sockets", o => FindSockets(o, "/run", "/var/run", "/tmp")),
        new(
            "host.firmware",
            _ => Outcome.Worst([Tries.Open("/sys/firmware/dmi/tables/DMI"), Tries.Open("/sys/firmware/acpi/tables/DSDT")])
        ),
        new("host.mounts-of-home", o => FindMount(o.Home)),
    ];

    private static IEnumerable<string> HubFolders(AttemptOrder order) =>
        [CellPaths.HubFolder, Path.GetDirectoryName(order.HubSocket)!];

    private static Outcome ReplaceRuntime()
    {
        // A program that runs is never opened for writing: the folder and the name are tried as well.
        var program = Environment.ProcessPath!;
        var folder = Path.GetDirectoryName(program)!;
        return Outcome.Worst([Tries.Open(program, Tries.WriteOnly), Tries.Make(folder, ".creel-was-here")]);
    }

    internal static Outcome FindSockets(AttemptOrder order, params string[] roots)
    {
        string[] own = [CellPaths.HubFolder, CellPaths.ProxyFolder, Path.GetDirectoryName(order.HubSocket)!];
        var options = new EnumerationOptions
        {
            RecurseSubdirectories = true,
            MaxRecursionDepth = 4,
            AttributesToSkip = FileAttributes.ReparsePoint,
            IgnoreInaccessible = true,
        };
        foreach (var root in roots)
        {
            var sockets = Directory.Exists(root) ? Directory.EnumerateFiles(root, "*", options).Take(20_000) : [];
            foreach (
                var path in sockets.Where(p => !own.Any(o => p.StartsWith(o, StringComparison.Ordinal)) && FileKind.IsSocket(p))
            )
            {
                if (Tries.Connect(path) is { Held: false } reached)
                {
                    return reached;
                }
            }
        }

        return Outcome.Stopped("there is none besides the cell's own that answers");
    }

    private static Outcome FindMount(string home)
    {
        var lines = (Tries.Content("/proc/self/mountinfo").Text ?? "").Split('\n');
        foreach (var fields in lines.Select(line => line.Split(' ')).Where(fields => fields.Length > 4))
        {
            if (
                File.Exists(Path.Combine(fields[4], "admin.token"))
                || File.Exists(Path.Combine(fields[4], home[1..], "admin.token"))
            )
            {
                return Outcome.Through($"it is in the mount {fields[4]}");
            }
        }

        return Outcome.Stopped($"none of {lines.Length.ToString(CultureInfo.InvariantCulture)} mounts shows it");
    }
}
