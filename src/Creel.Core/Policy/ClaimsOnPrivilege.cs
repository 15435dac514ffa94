using static Creel.Core.Policy.ClaimGround;

namespace Creel.Core.Policy;

/// <summary>How a cell may try to get more rights than it was given.</summary>
internal static class ClaimsOnPrivilege
{
    public static IReadOnlyList<Attempt> Attempts { get; } =
    [
        Of("capabilities", "has any capability", NoRights),
        Of("setuid", "becomes root by setuid(2)", NoRights),
        Of("setgid", "becomes root's group by setgid(2)", NoRights),
        Of("groups", "has groups besides its own", NoRights),
        Of("setuid-programs", "gains rights by a program that is set-user-ID", NoRights),
        Of("file-rights", "gives a file of its own a capability", NoRights),
        Of("chown", "gives a file of its own to root", NoRights),
        Of("user-namespace", "makes a user namespace, and is root in it", Filter),
        Of("namespaces", "makes mount, network, process, host name or control group namespaces", NoRights, Filter),
        Of("mount", "mounts a file system", NoRights, Filter),
        Of("mount-new", "mounts by the newer calls (fsopen, open_tree)", NoRights, Filter),
        Of("unmount", "has the right to unmount", NoRights, Filter),
        Of("chroot", "changes its root", NoRights, Filter),
        Of("handles", "opens files by handle, past the mounts", NoRights, Filter),
        Of("bpf", "makes a BPF map", NoRights, Filter),
        Of("perf", "opens a performance counter", Filter),
        Of("keys", "looks into the kernel's key rings", Filter),
        Of("module", "loads a kernel module", NoRights, Filter),
        Of("kexec", "has the right to load another kernel", NoRights, Filter),
        Of("reboot", "has the right to restart the machine", NoRights, Filter),
        Of("swap", "has the right to add swap", NoRights, Filter),
        Of("accounting", "has the right to turn process accounting on", NoRights, Filter),
        Of("ports", "reaches input and output ports (ioperm, iopl)", NoRights, Filter),
        Of("userfault", "handles page faults (userfaultfd)", Filter),
        Of("io-uring", "makes an io_uring", Filter),
        Of("watch-all", "watches whole file systems (fanotify)", Filter),
        Of("personality", "turns address randomisation off", Filter),
        Of("old-calls", "makes system calls by x32's numbers", Filter),
        Of("typing", "types on a terminal that is not its own (TIOCSTI)", Filter),
        Of("filter", "runs without a filter of system calls", Filter),
        Of("priority", "raises its priority", MachineKernel),
        Of("realtime", "runs with real-time priority", NoRights),
        Of("hard-limits", "raises its hard limits", NoRights),
        Of("out-of-memory", "makes itself the last to be killed for want of memory", NoRights),
        Of("release-agent", "writes a control group's release_agent", OwnFiles, NoRights),
        Of("own-limits", "raises its own control group's limits", OwnFiles, OwnUser),
        Of("leave-group", "leaves its control group", OwnFiles, OwnUser),
        Of("runtime-memory", "opens the memory of its own runtime", Filter),
        Of("runtime-environ", "reads the environment of its own runtime", MachineKernel),
        Of("runtime-files", "opens what its own runtime has open", MachineKernel),
        Of("runtime-trace", "traces its own runtime", MachineKernel),
    ];

    private static Attempt Of(string id, string sentence, params ClaimGround[] grounds) =>
        new($"privilege.{id}", AttemptFamily.Privilege, sentence, grounds);
}
