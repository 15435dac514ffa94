using System.Runtime.InteropServices;

namespace Creel.Runtime.Attempts;

/// <summary>System calls that lead out of a cell, or into corners of the kernel where ways out are found.</summary>
internal static unsafe class KernelCalls
{
    private const nint User = 0x10000000;
    private const int LinuxTypes = 0x5412;
    private const int X32 = 0x40000000;

    /// <summary>Mount, host name, memory, network, process and control group, by clone's flags.</summary>
    private static readonly (string Name, nint Flag)[] Spaces =
    [
        ("mount", 0x00020000),
        ("control group", 0x02000000),
        ("host name", 0x04000000),
        ("memory", 0x08000000),
        ("process", 0x20000000),
        ("network", 0x40000000),
    ];

    public static AttemptLine[] Table { get; } =
    [
        new("privilege.user-namespace", _ => Split("a user namespace", User)),
        new("privilege.namespaces", _ => Outcome.Worst(Spaces.Select(s => Split($"a {s.Name} namespace", s.Flag)))),
        new("privilege.mount", _ => Mount()),
        new("privilege.mount-new", _ => NewMount()),
        // Of a folder where nothing is mounted: the check of rights comes first.
        new("privilege.unmount", _ => Tries.Call("umount", Kernel.Call(CallNumbers.Umount2, "."), allowed: [Kernel.EINVAL])),
        new("privilege.chroot", _ => Tries.Call("chroot", Kernel.Call(CallNumbers.Chroot, "/"))),
        new("privilege.handles", _ => Handle()),
        new("privilege.bpf", _ => Map()),
        new("privilege.perf", _ => Counter()),
        new("privilege.keys", _ => Tries.Call("keyctl", Kernel.Call(CallNumbers.Keyctl, 0, -3, 1))),
        new(
            "privilege.module",
            _ =>
                Tries.Call(
                    "init_module",
                    Kernel.Call(CallNumbers.InitModule),
                    allowed: [Kernel.EFAULT, Kernel.ENOEXEC, Kernel.EINVAL]
                )
        ),
        // Flags that do not exist: nothing is loaded, whoever asks.
        new(
            "privilege.kexec",
            _ =>
                Tries.Call(
                    "kexec_load",
                    Kernel.Call(CallNumbers.KexecLoad, 0, 0, 0, 0xff),
                    allowed: [Kernel.EINVAL, Kernel.EBUSY]
                )
        ),
        new("privilege.reboot", _ => Tries.Call("reboot", Kernel.Call(CallNumbers.Reboot, 1, 2, 3), allowed: [Kernel.EINVAL])),
        new(
            "privilege.swap",
            _ => Tries.Call("swapon", Kernel.Call(CallNumbers.Swapon, "/creel-none"), allowed: [Kernel.ENOENT])
        ),
        new(
            "privilege.accounting",
            _ => Tries.Call("acct", Kernel.Call(CallNumbers.Acct, "/creel-none"), allowed: [Kernel.ENOENT, Kernel.EROFS])
        ),
        new("privilege.ports", _ => Ports()),
        new("privilege.userfault", _ => Tries.File("userfaultfd", Kernel.Call(CallNumbers.Userfaultfd, 1))),
        new("privilege.io-uring", _ => Ring()),
        new("privilege.watch-all", _ => Tries.File("fanotify_init", Kernel.Call(CallNumbers.FanotifyInit, 0x200))),
        new("privilege.personality", _ => Personality()),
        new("privilege.old-calls", _ => OldCall()),
        new("privilege.typing", _ => Type()),
    ];

    private static Outcome Split(string what, nint flag)
    {
        var pid = Kernel.Split(flag);
        if (pid > 0)
        {
            Kernel.End(pid);
        }

        // So many and no more, which may be none, is a refusal too.
        return Tries.Call(what, pid, held: [Kernel.ENOSPC, Kernel.EUSERS]);
    }

    private static Outcome OldCall() =>
        Kernel.Risk(X32 | CallNumbers.Getpid) switch
        {
            0 => Outcome.Through("getpid by x32 succeeds"),
            var status when (status & 0x7f) != 0 => Outcome.Stopped($"whoever tries is ended by signal {status & 0x7f}"),
            _ => Tries.Call("getpid by x32", -Kernel.ENOSYS),
        };

    private static Outcome Mount()
    {
        var folder = Directory.CreateTempSubdirectory("creel-mount-").FullName;
        var at = Marshal.StringToCoTaskMemUTF8(folder);
        var kind = Marshal.StringToCoTaskMemUTF8("tmpfs");
        try
        {
            var answer = Kernel.Call(CallNumbers.Mount, kind, at, kind);
            if (answer >= 0)
            {
                _ = Kernel.Call(CallNumbers.Umount2, at);
            }

            return Tries.Call("mount", answer);
        }
        finally
        {
            Marshal.FreeCoTaskMem(at);
            Marshal.FreeCoTaskMem(kind);
            Directory.Delete(folder);
        }
    }

    private static Outcome NewMount() =>
        Outcome.Worst([
            Tries.File("fsopen", Kernel.Call(CallNumbers.Fsopen, "tmpfs")),
            Tries.File("open_tree", Kernel.CallAt(CallNumbers.OpenTree, -100, "/", 1)),
        ]);

    private static Outcome Handle()
    {
        // An inode by its number: what a container with that right escapes by.
        var handle = stackalloc int[] { 8, 1, 2, 0, 0 };
        var root = Kernel.open("/", Tries.ReadOnly, 0);
        var answer = Kernel.Call(CallNumbers.OpenByHandleAt, root, (nint)handle, Tries.ReadOnly);
        _ = Kernel.close(root);
        return answer >= 0
            ? Tries.File("open_by_handle_at", answer)
            : Tries.Call("open_by_handle_at", answer, allowed: [Kernel.EBADF, Kernel.EINVAL, Kernel.ESTALE]);
    }

    private static Outcome Map()
    {
        // BPF_MAP_CREATE: an array of one number.
        var attributes = stackalloc int[32];
        new Span<int>(attributes, 32).Clear();
        (attributes[0], attributes[1], attributes[2], attributes[3]) = (2, 4, 4, 1);
        return Tries.File("bpf", Kernel.Call(CallNumbers.Bpf, 0, (nint)attributes, 72));
    }

    private static Outcome Counter()
    {
        // A software clock of this very process: what needs least rights of all.
        var attributes = stackalloc int[32];
        new Span<int>(attributes, 32).Clear();
        (attributes[0], attributes[1]) = (1, 112);
        attributes[10] = 1 << 5 | 1 << 6;
        return Tries.File("perf_event_open", Kernel.Call(CallNumbers.PerfEventOpen, (nint)attributes, 0, -1, -1));
    }

    private static Outcome Ports() =>
        CallNumbers.Ioperm < 0
            ? Outcome.Untried("this processor has none")
            : Outcome.Worst([
                Tries.Call("ioperm", Kernel.Call(CallNumbers.Ioperm, 0x80, 1, 1)),
                Tries.Call("iopl", Kernel.Call(CallNumbers.Iopl, 3)),
            ]);

    private static Outcome Ring()
    {
        var parameters = stackalloc byte[120];
        new Span<byte>(parameters, 120).Clear();
        return Tries.File("io_uring_setup", Kernel.Call(CallNumbers.IoUringSetup, 1, (nint)parameters));
    }

    private static Outcome Personality()
    {
        const int NoRandomAddresses = 0x0040000;
        var before = Kernel.Call(CallNumbers.Personality, NoRandomAddresses);
        if (before >= 0)
        {
            _ = Kernel.Call(CallNumbers.Personality, before);
        }

        return Tries.Call("personality", before);
    }

    /// <summary>On a pipe: where no filter stands before it, the kernel says that it is no terminal.</summary>
    private static Outcome Type()
    {
        byte letter = 0;
        return Tries.Call(
            "TIOCSTI",
            Kernel.Call(CallNumbers.Ioctl, 0, LinuxTypes, (nint)(&letter)),
            allowed: [Kernel.ENOTTY, Kernel.EIO]
        );
    }
}
