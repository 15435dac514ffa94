using static Creel.Core.Policy.ClaimGround;

namespace Creel.Core.Policy;

/// <summary>What a cell may try against the machine and against Creel.</summary>
internal static class ClaimsOnHost
{
    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        Of("home-secret", "reads a private file in Creel's home", OwnFiles, OwnUser),
        Of("home-list", "lists Creel's home", OwnFiles, OwnUser),
        Of("admin-token", "reads the admin token", OwnFiles, OwnUser),
        Of("database", "reads or writes the hub's database", OwnFiles, OwnUser),
        Of("serve-door", "connects to the command line's own socket", OwnFiles, OwnUser),
        Of("shadow", "reads /etc/shadow", OwnFiles, OwnUser),
        Of("root-home", "lists root's home, or reads keys in it", OwnFiles, OwnUser),
        Of("system-files", "writes into /etc, /usr, /boot or a folder of scheduled jobs", OwnFiles, OwnUser),
        Of("own-runtime", "changes the runtime's program, or puts one in its place", OwnFiles),
        Of("own-socket", "puts a socket of its own in the place of the hub's", OwnFiles, OwnUser),
        Of("docker-socket", "connects to a container engine", OwnFiles),
        Of("system-bus", "connects to systemd or the system bus", OwnFiles),
        Of("run-sockets", "finds sockets of other services in /run or /tmp", OwnFiles),
        Of("kcore", "reads the kernel's memory in /proc/kcore", OwnUser, NoRights),
        Of("kallsyms", "reads where the kernel lies in memory", OwnUser, NoRights),
        Of("sysrq", "opens /proc/sysrq-trigger to write", OwnFiles),
        Of("kernel-settings", "opens /proc/sys/kernel/core_pattern to write", OwnFiles),
        Of("sys-settings", "opens a setting below /sys to write", OwnFiles),
        Of("firmware", "reads the firmware's tables or variables", OwnFiles, OwnUser),
        Of("init-environ", "reads the environment of the machine's init", OwnProcesses, OwnUser),
        Of("init-root", "enters the machine's files by /proc/1/root", OwnProcesses, OwnUser),
        Of("serve-memory", "opens the memory of creel serve", OwnProcesses, OwnUser),
        Of("serve-signal", "sends a signal to creel serve", OwnProcesses, OwnUser),
        Of("serve-environ", "reads the environment of creel serve", OwnProcesses, OwnUser),
        Of("memory-device", "opens /dev/mem, /dev/kmem or /dev/port", NoDevices),
        Of("kernel-messages", "opens /dev/kmsg", NoDevices),
        Of("kernel-log", "reads the kernel's log by syslog(2)", Filter),
        Of("disks", "opens a disk of the machine", NoDevices),
        Of("mknod-disk", "makes a device file of a disk", NoRights),
        Of("mknod-memory", "makes a device file of the memory", NoRights),
        Of("other-devices", "opens /dev/kvm, /dev/fuse, /dev/net/tun or /dev/loop-control", MachineKernel),
        Of("clock", "sets the machine's clock", NoRights, Filter),
        Of("hostname", "changes a host name", NoRights, Filter),
        Of("mounts-of-home", "finds Creel's home among its mounts as a whole", OwnFiles),
    ];

    private static Attempt Of(string id, string sentence, params ClaimGround[] grounds) =>
        new($"host.{id}", AttemptFamily.Host, sentence, grounds);
}
