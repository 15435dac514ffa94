using System.Runtime.InteropServices;

namespace Creel.Proxy.Hardening;

/// <summary>The kernel's calls that .NET has no word for.</summary>
internal static unsafe partial class Libc
{
    private const int CloseOnExec = 0x80000;

    /// <param name="User">Its owner: user id.</param>
    /// <param name="Group">Its owner: group id.</param>
    /// <param name="Mode">Type and permissions.</param>
    public readonly record struct Facts(uint User, uint Group, uint Mode)
    {
        public bool IsFolder => (Mode & 0xF000) == 0x4000;
    }

    /// <summary>Of the name itself, not of what a link leads to; null where there is none.</summary>
    public static Facts? Look(string path)
    {
        const int AtCwd = -100;
        const int NoFollow = 0x100;
        const uint BasicStats = 0x7ff;

        // struct statx: 20 bytes before uid, then gid, then the mode.
        var result = stackalloc byte[256];
        if (statx(AtCwd, path, NoFollow, BasicStats, result) != 0)
        {
            return null;
        }

        return new Facts(*(uint*)(result + 20), *(uint*)(result + 24), *(ushort*)(result + 28));
    }

    /// <summary>The names in it are on the disk when it returns.</summary>
    /// <exception cref="IOException">They can't be put there.</exception>
    public static void FlushFolder(string path)
    {
        var descriptor = open(path, CloseOnExec);
        if (descriptor < 0 || fsync(descriptor) != 0 | close(descriptor) != 0)
        {
            throw new IOException($"{path} can't be flushed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* result);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int lchown(string path, uint owner, uint group);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setrlimit(int resource, ulong* limit);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setgroups(nuint count, uint* groups);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setresgid(uint real, uint effective, uint saved);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setresuid(uint real, uint effective, uint saved);

    [LibraryImport("libc")]
    public static partial uint geteuid();

    [LibraryImport("libc")]
    public static partial uint umask(uint mask);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int setenv(string name, string value, int overwrite);

    /// <summary>The list ends with null.</summary>
    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int execv(string path, string?[] arguments);
}
