using System.Runtime.InteropServices;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>The machine's kernel, its devices and the processes on it.</summary>
internal static unsafe class HostKernel
{
    private const int BlockDevice = 0x6180;
    private const int CharacterDevice = 0x2180;
    private const int Here = -100;
    private const int ReadAll = 3;

    public static AttemptLine[] Table { get; } =
    [
        new("host.kcore", _ => Tries.Open("/proc/kcore")),
        new("host.kallsyms", _ => Symbols()),
        new("host.sysrq", _ => Tries.Open("/proc/sysrq-trigger", Tries.WriteOnly)),
        new("host.kernel-settings", _ => Tries.Open("/proc/sys/kernel/core_pattern", Tries.WriteOnly)),
        new(
            "host.sys-settings",
            _ =>
                Tries.OpenAny(
                    [
                        "/sys/kernel/uevent_helper",
                        "/sys/power/state",
                        "/sys/kernel/mm/ksm/run",
                        "/sys/module/printk/parameters/time",
                    ],
                    Tries.WriteOnly
                )
        ),
        new("host.init-environ", _ => InitEnvironment()),
        new("host.init-root", o => Tries.Read($"/proc/1/root{o.SecretFile}", o.Secret)),
        new("host.serve-memory", o => AtServe(o, pid => Tries.Open($"/proc/{pid}/mem"))),
        new("host.serve-signal", o => AtServe(o, Tries.Signal)),
        new("host.serve-environ", o => AtServe(o, pid => Tries.Read($"/proc/{pid}/environ"))),
        new("host.memory-device", _ => Tries.OpenAny(["/dev/mem", "/dev/kmem", "/dev/port"])),
        new("host.kernel-messages", _ => Tries.Open("/dev/kmsg")),
        new("host.kernel-log", _ => KernelLog()),
        new("host.disks", _ => Tries.OpenAny(Disks().Select(disk => $"/dev/{disk.Name}"))),
        new("host.mknod-disk", _ => MakeDisk()),
        new("host.mknod-memory", _ => MakeDevice(CharacterDevice, 1, 1)),
        new(
            "host.other-devices",
            _ => Tries.OpenAny(["/dev/kvm", "/dev/fuse", "/dev/net/tun", "/dev/loop-control", "/dev/vhost-net"], Tries.ReadWrite)
        ),
        // With nothing to set it only asks for the right.
        new("host.clock", _ => Tries.Call("settimeofday", Kernel.Call(CallNumbers.Settimeofday))),
        new("host.hostname", _ => HostName()),
    ];

    private static Outcome Symbols()
    {
        var (text, error) = Tries.Content("/proc/kallsyms");
        var address = text?.Split(' ')[0] ?? "";
        return text is null ? Outcome.Stopped($"/proc/kallsyms: {error}")
            : address.Any(c => c != '0') && address.Length > 0 ? Outcome.Through("/proc/kallsyms shows addresses")
            : Outcome.Stopped("/proc/kallsyms shows zeros");
    }

    /// <summary>A cell's own first process is none of the machine's.</summary>
    private static Outcome InitEnvironment()
    {
        var (text, error) = Tries.Content("/proc/1/environ");
        return text is null or "" ? Outcome.Stopped($"/proc/1/environ: {error ?? "it is empty"}")
            : text.Contains("CREEL_CELL=", StringComparison.Ordinal) ? Outcome.Stopped("process 1 is the cell's own")
            : Outcome.Through("/proc/1/environ can be read");
    }

    private static Outcome AtServe(AttemptOrder order, Func<int, Outcome> attempt)
    {
        var name = Tries.Content($"/proc/{order.ServePid}/comm").Text?.Trim();
        return name is null or "creel"
            ? attempt(order.ServePid)
            : Outcome.Stopped($"process {order.ServePid} is another one here");
    }

    private static Outcome KernelLog()
    {
        var buffer = stackalloc byte[256];
        return Tries.Call("syslog", Kernel.Call(CallNumbers.Syslog, ReadAll, (nint)buffer, 256));
    }

    private static Outcome HostName()
    {
        var name = Environment.MachineName;
        return Tries.Call("sethostname", Kernel.Call(CallNumbers.Sethostname, name, name.Length));
    }

    /// <summary>As the kernel lists them; it does so in a cell without devices, too.</summary>
    internal static List<(string Name, int Major, int Minor)> Disks() =>
        [
            .. (Tries.Content("/proc/partitions").Text ?? "")
                .Split('\n')
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields.Length == 4 && int.TryParse(fields[0], out _) && int.TryParse(fields[1], out _))
                .Select(fields => (fields[3], int.Parse(fields[0]), int.Parse(fields[1]))),
        ];

    private static Outcome MakeDisk() =>
        Disks() is [var (_, major, minor), ..] ? MakeDevice(BlockDevice, major, minor) : MakeDevice(BlockDevice, 7, 0);

    private static Outcome MakeDevice(int kind, int major, int minor)
    {
        const string Name = ".creel-device";
        var made = Kernel.CallAt(CallNumbers.Mknodat, Here, Name, kind, (major << 8) | minor);
        if (made < 0)
        {
            return Tries.Call("mknod", made);
        }

        // Where there is none of the kind it opens as little, but whoever could make it was not stopped.
        var file = Kernel.open(Name, Tries.ReadOnly, 0);
        nint answer = file >= 0 ? file : -Marshal.GetLastPInvokeError();
        _ = Kernel.unlink(Name);
        return Tries.File($"a device file {major}:{minor}", answer, allowed: [Kernel.ENXIO, Kernel.ENODEV]);
    }
}
