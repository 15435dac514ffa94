using System.Runtime.InteropServices;

namespace Creel.Runtime.Attempts;

/// <summary>The numbers of the system calls that attempts make; -1 where the processor has no such call.</summary>
internal static class CallNumbers
{
    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static readonly int Getpid = Of(39, 172);
    public static readonly int Clone = Of(56, 220);
    public static readonly int Ppoll = Of(271, 73);
    public static readonly int ExitGroup = Of(231, 94);
    public static readonly int Mmap = Of(9, 222);
    public static readonly int Setuid = Of(105, 146);
    public static readonly int Setgid = Of(106, 144);
    public static readonly int Unshare = Of(272, 97);
    public static readonly int Setns = Of(308, 268);
    public static readonly int Mount = Of(165, 40);
    public static readonly int Umount2 = Of(166, 39);
    public static readonly int Chroot = Of(161, 51);
    public static readonly int OpenByHandleAt = Of(304, 265);
    public static readonly int Bpf = Of(321, 280);
    public static readonly int PerfEventOpen = Of(298, 241);
    public static readonly int Keyctl = Of(250, 219);
    public static readonly int InitModule = Of(175, 105);
    public static readonly int KexecLoad = Of(246, 104);
    public static readonly int Reboot = Of(169, 142);
    public static readonly int Swapon = Of(167, 224);
    public static readonly int Acct = Of(163, 89);
    public static readonly int Ioperm = Of(173, -1);
    public static readonly int Iopl = Of(172, -1);
    public static readonly int Userfaultfd = Of(323, 282);
    public static readonly int FanotifyInit = Of(300, 262);
    public static readonly int Personality = Of(135, 92);
    public static readonly int Ioctl = Of(16, 29);
    public static readonly int Setpriority = Of(141, 140);
    public static readonly int SchedSetscheduler = Of(144, 119);
    public static readonly int Prlimit64 = Of(302, 261);
    public static readonly int Ptrace = Of(101, 117);
    public static readonly int ProcessVmReadv = Of(310, 270);
    public static readonly int Shmget = Of(29, 194);
    public static readonly int Shmctl = Of(31, 195);
    public static readonly int MqOpen = Of(240, 180);
    public static readonly int MqUnlink = Of(241, 181);
    public static readonly int Syslog = Of(103, 116);
    public static readonly int Mknodat = Of(259, 33);
    public static readonly int Settimeofday = Of(164, 170);
    public static readonly int Sethostname = Of(170, 161);
    public static readonly int Setxattr = Of(188, 5);
    public static readonly int Fchownat = Of(260, 54);
    public static readonly int Socket = Of(41, 198);

    // The same everywhere.
    public const int IoUringSetup = 425;
    public const int OpenTree = 428;
    public const int Fsopen = 430;
    public const int PidfdOpen = 434;
    public const int PidfdGetfd = 438;

    private static int Of(int x64, int arm64) => Arm ? arm64 : x64;
}
