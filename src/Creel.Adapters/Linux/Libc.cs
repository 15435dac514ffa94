using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>
/// The kernel's calls that .NET has no word for. The newer ones go by number (the same on x86-64 and arm64), so that an
/// older C library does not matter.
/// </summary>
internal static partial class Libc
{
    public const int Eintr = 4;
    public const int Esrch = 3;
    public const int Sigterm = 15;
    public const int Sigkill = 9;

    private const int PidfdSendSignal = 424;
    private const int PidfdOpen = 434;
    private const int CloseRange = 436;
    private const int Openat2 = 437;
    private const int OpenTreeCall = 428;
    private const int MoveMountCall = 429;

    public static int OpenPidfd(int pid) => (int)syscall(PidfdOpen, pid, 0, 0, 0);

    public static int SendSignal(int pidfd, int signal) => (int)syscall(PidfdSendSignal, pidfd, signal, 0, 0);

    public static int MarkCloseOnExec(uint first) => (int)syscall(CloseRange, (nint)first, unchecked((nint)uint.MaxValue), 4, 0);

    /// <param name="path">Ends with a zero byte.</param>
    public static unsafe int OpenBeneath(int folder, ReadOnlySpan<byte> path, OpenHow how)
    {
        fixed (byte* name = path)
        {
            return (int)syscall(Openat2, folder, (nint)name, (nint)(&how), sizeof(OpenHow));
        }
    }

    /// <summary>A copy of what is held, as a mount that is nowhere yet. What is mounted below it stays out.</summary>
    public static unsafe int OpenTree(SafeFileHandle held)
    {
        const int EmptyPath = 0x1000;
        const int Clone = 1;
        const int CloseOnExec = 0x80000;
        byte nothing = 0;
        return (int)syscall(OpenTreeCall, held.DangerousGetHandle(), (nint)(&nothing), EmptyPath | Clone | CloseOnExec, 0);
    }

    public static unsafe int MoveMount(SafeFileHandle tree, string to)
    {
        const int WorkingFolder = -100;
        const int EmptyFrom = 4;
        byte nothing = 0;
        fixed (byte* target = Encoding.UTF8.GetBytes(to + '\0'))
        {
            return (int)syscall(
                MoveMountCall,
                tree.DangerousGetHandle(),
                (nint)(&nothing),
                WorkingFolder,
                (nint)target,
                EmptyFrom
            );
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mount(string? source, string target, string? type, nuint flags, nint data);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int umount2(string target, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(nint number, nint a, nint b, nint c, nint d, nint e = 0);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int epoll_ctl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial int epoll_wait(int epoll, byte* entries, int count, int milliseconds);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static unsafe partial int statx(int folder, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int fchownat(int folder, string path, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkdirat(int folder, string path, uint mode);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int renameat(int from, string name, int to, string newName);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int linkat(int from, string name, int to, string newName, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlinkat(int folder, string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int flock(int descriptor, int operation);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int syncfs(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fchown(int descriptor, uint uid, uint gid);

    /// <summary>The lists end with null.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int execve(string path, string?[] arguments, string?[] variables);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setns(int descriptor, int kind);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint send(int descriptor, byte* buffer, nuint count, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static unsafe partial nint recv(int descriptor, byte* buffer, nuint count, int flags);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial uint getegid();

    /// <summary>What <c>openat2</c> is asked for.</summary>
    public readonly record struct OpenHow(ulong Flags, ulong Mode, ulong Resolve);

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Seen;
    }
}
