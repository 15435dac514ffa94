using System.Runtime.InteropServices;

namespace Creel.Runtime.Processes;

/// <summary>The calls of the C library that .NET has no words for. Same numbers on x86-64 and arm64.</summary>
internal static unsafe partial class Libc
{
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int ESRCH = 3;
    public const int EINTR = 4;
    public const int ENOEXEC = 8;
    public const int ECHILD = 10;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int O_RDWR = 2;
    public const int O_NOCTTY = 0x100;
    public const int O_NONBLOCK = 0x800;
    public const int O_CLOEXEC = 0x80000;
    public const short POLLIN = 1;
    public const short POLLOUT = 4;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc.so.6")]
    public static partial int setenv(byte* name, byte* value, int overwrite);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int execv(byte* path, byte** argv);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlink(string path);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rename(string path, string target);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int statx(int folder, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc.so.6", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int access(string path, int mode);

    [LibraryImport("libc.so.6")]
    public static partial int flock(int descriptor, int operation);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int waitid(int idType, int id, byte* info, int options);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int pipe2(int* descriptors, int flags);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial nint read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial nint write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int poll(PollFd* descriptors, nuint count, int timeout);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int ioctl(int descriptor, nuint request, void* argument);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial nint syscall(nint number, nint a, nint b, void* c);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int close_range(uint first, uint last, int flags);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int posix_openpt(int flags);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int grantpt(int descriptor);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int unlockpt(int descriptor);

    [LibraryImport("libc.so.6")]
    public static partial int ptsname_r(int descriptor, byte* name, nuint size);

    // The two structures are opaque; both are smaller than what is given to them here (80 and 336 bytes in glibc).
    public const int SpawnStructure = 512;

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawn(int* pid, byte* path, byte* actions, byte* attributes, byte** argv, byte** envp);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, byte* path, int flags, int mode);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawn_file_actions_addchdir_np(byte* actions, byte* path);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawnattr_destroy(byte* attributes);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawnattr_setsigmask(byte* attributes, byte* set);

    [LibraryImport("libc.so.6")]
    public static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* set);

    [LibraryImport("libc.so.6")]
    public static partial int sigemptyset(byte* set);

    [LibraryImport("libc.so.6")]
    public static partial int sigfillset(byte* set);
}
