using System.Runtime.InteropServices;

namespace Creel.Runtime.Hardening;

/// <summary>The numbers of one architecture's system calls, as far as the filter names them.</summary>
internal sealed record SystemCalls
{
    /// <summary>The kernel's AUDIT_ARCH value.</summary>
    public required uint Architecture { get; init; }

    /// <summary>The last that was looked at (Linux 6.17's file_setattr). What comes later does not exist in a cell.</summary>
    public const uint Newest = 469;

    public required int Seccomp { get; init; }
    public required int CloneCall { get; init; }
    public required int Clone3 { get; init; }
    public required int Unshare { get; init; }
    public required int Personality { get; init; }
    public required int Ioctl { get; init; }
    public required int Socket { get; init; }
    public required int SocketPair { get; init; }

    /// <summary>Refused whatever their arguments.</summary>
    public required IReadOnlyList<int> Refused { get; init; }

    /// <summary>Those that came after the tables were unified: the same number everywhere.</summary>
    private static int[] Everywhere =>
        [
            425,
            426,
            427, // io_uring_setup, _enter, _register
            428,
            429,
            430,
            431,
            432,
            433, // open_tree, move_mount, fsopen, fsconfig, fsmount, fspick
            442,
            443,
            467, // mount_setattr, quotactl_fd, open_tree_attr
            438,
            440,
            450, // pidfd_getfd, process_madvise, set_mempolicy_home_node
        ];

    /// <summary>Of the processor that this runs on; null where the numbers are not known.</summary>
    public static SystemCalls? Here =>
        RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => X64,
            System.Runtime.InteropServices.Architecture.Arm64 => Arm64,
            _ => null,
        };

    public static SystemCalls X64 { get; } =
        new()
        {
            Architecture = 0xC000003E,
            Seccomp = 317,
            CloneCall = 56,
            Clone3 = 435,
            Unshare = 272,
            Personality = 135,
            Ioctl = 16,
            Socket = 41,
            SocketPair = 53,
            Refused =
            [
                165,
                166,
                155,
                161,
                308, // mount, umount2, pivot_root, chroot, setns
                321,
                298,
                323, // bpf, perf_event_open, userfaultfd
                246,
                320,
                169, // kexec_load, kexec_file_load, reboot
                174,
                175,
                313,
                176,
                177,
                178, // create_, init_, finit_, delete_module, get_kernel_syms, query_module
                248,
                249,
                250, // add_key, request_key, keyctl
                303,
                304, // name_to_handle_at, open_by_handle_at
                167,
                168,
                163,
                179, // swapon, swapoff, acct, quotactl
                164,
                227,
                159,
                305, // settimeofday, clock_settime, adjtimex, clock_adjtime
                172,
                173,
                103,
                153, // iopl, ioperm, syslog, vhangup
                170,
                171,
                156,
                134, // sethostname, setdomainname, _sysctl, uselib
                180,
                212, // nfsservctl, lookup_dcookie
                300,
                312,
                139,
                136, // fanotify_init, kcmp, sysfs, ustat
                237,
                238,
                256,
                279, // mbind, set_mempolicy, migrate_pages, move_pages
                .. Everywhere,
            ],
        };

    public static SystemCalls Arm64 { get; } =
        new()
        {
            Architecture = 0xC00000B7,
            Seccomp = 277,
            CloneCall = 220,
            Clone3 = 435,
            Unshare = 97,
            Personality = 92,
            Ioctl = 29,
            Socket = 198,
            SocketPair = 199,
            Refused =
            [
                40,
                39,
                41,
                51,
                268, // mount, umount2, pivot_root, chroot, setns
                280,
                241,
                282, // bpf, perf_event_open, userfaultfd
                104,
                294,
                142, // kexec_load, kexec_file_load, reboot
                105,
                273,
                106, // init_, finit_, delete_module
                217,
                218,
                219, // add_key, request_key, keyctl
                264,
                265, // name_to_handle_at, open_by_handle_at
                224,
                225,
                89,
                60, // swapon, swapoff, acct, quotactl
                170,
                112,
                171,
                266, // settimeofday, clock_settime, adjtimex, clock_adjtime
                116,
                58,
                161,
                162, // syslog, vhangup, sethostname, setdomainname
                42,
                18, // nfsservctl, lookup_dcookie
                262,
                272, // fanotify_init, kcmp
                235,
                237,
                238,
                239, // mbind, set_mempolicy, migrate_pages, move_pages
                .. Everywhere,
            ],
        };
}
