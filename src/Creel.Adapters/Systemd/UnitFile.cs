using System.Globalization;
using Creel.Adapters.Linux;
using Creel.Core.Isolation;

namespace Creel.Adapters.Systemd;

/// <summary>The unit file of a cell. Its root is an allow-list; the rest takes away what a process has by default.</summary>
internal static class UnitFile
{
    // Not among them, and why: MemoryDenyWriteExecute= kills what compiles while it runs, as .NET and Node do. ProcSubset=pid
    // takes /proc/meminfo and /proc/stat away, without which ps, free and the like fail. PrivateTmp= lies on the host's disk,
    // which nothing limits; the file systems below are memory, and counted as the cell's.
    private static readonly string[] Walls =
    [
        "ProtectSystem=strict",
        // Not yes: a shared path may lie in a home.
        "ProtectHome=tmpfs",
        "PrivateDevices=yes",
        "PrivateUsers=yes",
        "PrivateIPC=yes",
        "PrivateMounts=yes",
        "ProtectProc=invisible",
        "ProtectKernelTunables=yes",
        "ProtectKernelModules=yes",
        "ProtectKernelLogs=yes",
        "ProtectControlGroups=yes",
        "ProtectClock=yes",
        "ProtectHostname=yes",
        "TemporaryFileSystem=/tmp:mode=1777,nosuid,nodev",
        "TemporaryFileSystem=/var/tmp:mode=1777,nosuid,nodev",
        "TemporaryFileSystem=/dev/shm:mode=1777,nosuid,nodev",
        // Of the host: its devices and all control groups, its message queues.
        "InaccessiblePaths=+/sys -+/dev/mqueue -+/dev/hugepages",
        "ReadOnlyPaths=+/run -+/home -+/root",
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "AmbientCapabilities=",
        "RestrictNamespaces=yes",
        "RestrictSUIDSGID=yes",
        "RestrictRealtime=yes",
        "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
        "LockPersonality=yes",
        "SystemCallArchitectures=native",
        // The last is for the runtime, which puts on a narrower filter of its own.
        "SystemCallFilter=@system-service seccomp",
        "SystemCallErrorNumber=EPERM",
        "KeyringMode=private",
        "RemoveIPC=yes",
        "UMask=0077",
        "LimitCORE=0",
    ];

    public static string Of(UnitOrder order) => string.Join('\n', Lines(order)) + "\n";

    private static IEnumerable<string> Lines(UnitOrder order)
    {
        var spec = order.Spec;
        yield return "# Made by Creel, which writes it anew at each start of the cell. Put changes into a drop-in:";
        yield return $"# systemctl edit --runtime {order.Unit}. Creel leaves it alone, and says in plan and ps that it is there.";
        yield return "[Unit]";
        yield return $"Description=Creel cell {spec.Group} of habitat {UnitWords.Text(spec.Habitat)}";
        // Whether a cell that died is started again, and when, is Creel's to say.
        yield return "StartLimitIntervalSec=0";
        yield return "";
        yield return "[Service]";
        yield return "Type=exec";
        yield return $"ExecStart=:{UnitWords.Command(order.Begin)}";
        // So long the unit and its control groups stay when it has ended by itself: for Creel to see how, want of memory above all.
        yield return "ExecStopPost=/bin/sleep 3";
        yield return "Restart=no";
        yield return "KillMode=mixed";
        yield return string.Create(CultureInfo.InvariantCulture, $"TimeoutStartSec={order.StartLimit.TotalSeconds:0}");
        yield return "TimeoutStopSec=10";
        yield return "OOMPolicy=continue";
        foreach (var line in Log(order))
        {
            yield return line;
        }

        if (order.Account is var (user, group))
        {
            yield return $"User={user}";
            yield return $"Group={group}";
        }

        yield return $"RootDirectory={UnitWords.Path(order.Root)}";
        yield return "MountAPIVFS=yes";
        foreach (var bind in order.Binds)
        {
            var key = bind.Writable ? "BindPaths" : "BindReadOnlyPaths";
            var from = (bind.IfThere ? "-" : "") + UnitWords.ListedPath(bind.From);
            yield return $"{key}={from}:{UnitWords.ListedPath(bind.To)}";
        }

        if (order.Account is null)
        {
            // The host's terminals: those of the same user would be open to the cell.
            yield return "InaccessiblePaths=+/dev/pts";
        }

        if (order.Version >= 257)
        {
            yield return "BindLogSockets=no";
        }

        foreach (var line in Walls.Concat(Network(spec.Network)).Concat(Limits(spec.Limits, order.Slice)))
        {
            yield return line;
        }

        yield return "";
        yield return "[X-Creel]";
        yield return $"Cell={spec.Id}";
        yield return $"Start={order.Start}";
    }

    /// <summary>
    /// The machine's journal keeps times, and its own bounds; a user's own can't be read everywhere, so there it is a file.
    /// </summary>
    private static IEnumerable<string> Log(UnitOrder order) =>
        order.Account is null
            ? [$"StandardOutput=append:{UnitWords.Path(Path.Combine(order.Spec.Folder, CellFiles.Log))}", "StandardError=inherit"]
            : ["StandardOutput=journal", "StandardError=inherit", $"SyslogIdentifier=creel-{order.Spec.Group}"];

    private static IEnumerable<string> Network(NetworkMode mode) =>
        mode == NetworkMode.Host
            ? []
            :
            [
                "PrivateNetwork=yes",
                // Twice the same, by another part of the kernel. A user's systemd has no right to it, and says so each time.
                .. UnixUser.IsRoot ? ["IPAddressDeny=any", "IPAddressAllow=localhost"] : Array.Empty<string>(),
            ];

    private static IEnumerable<string> Limits(ResourceLimits limits, string slice) =>
        [$"Slice={slice}", "MemoryAccounting=yes", "CPUAccounting=yes", "TasksAccounting=yes", .. UnitLimits.Lines(limits)];
}
