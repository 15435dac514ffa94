using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Creel.Runtime.Attempts;

/// <summary>System calls as an attacker makes them: by their number, past what the C library would prevent.</summary>
internal static unsafe partial class Kernel
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int ESRCH = 3;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int ENOEXEC = 8;
    public const int EBADF = 9;
    public const int EAGAIN = 11;
    public const int EACCES = 13;
    public const int EFAULT = 14;
    public const int EBUSY = 16;
    public const int EXDEV = 18;
    public const int ENODEV = 19;
    public const int EINVAL = 22;
    public const int EMFILE = 24;
    public const int ENOTTY = 25;
    public const int ENOSPC = 28;
    public const int EROFS = 30;
    public const int ENOSYS = 38;
    public const int EUSERS = 87;
    public const int EPROTONOSUPPORT = 93;
    public const int ESOCKTNOSUPPORT = 94;
    public const int EAFNOSUPPORT = 97;
    public const int ESTALE = 116;

    private const int ChildSignal = 17;
    private const int Killed = 9;

    [LibraryImport("libc.so.6", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Raw(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    // Nothing of .NET may run in a child that was split off, so its calls are bare.
    [DllImport("libc.so.6", EntryPoint = "syscall")]
    [SuppressGCTransition]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Bare(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int waitpid(int pid, int* status, int options);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags, uint mode);

    [LibraryImport("libc.so.6", SetLastError = true)]
    public static partial nint read(int file, byte* buffer, nint count);

    [LibraryImport("libc.so.6")]
    public static partial int close(int file);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int link(string from, string to);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int symlink(string target, string path);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int rename(string from, string to);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int unlink(string path);

    [LibraryImport("libc.so.6", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mkfifo(string path, uint mode);

    [LibraryImport("libc.so.6")]
    public static partial uint geteuid();

    /// <summary>The answer, or minus the errno.</summary>
    public static nint Call(int number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0)
    {
        var answer = Raw(number, a, b, c, d, e, f);
        return answer == -1 ? -Marshal.GetLastPInvokeError() : answer;
    }

    /// <summary>The same with a string for an argument.</summary>
    public static nint Call(int number, string a, nint b = 0, nint c = 0, nint d = 0, nint e = 0)
    {
        var text = Marshal.StringToCoTaskMemUTF8(a);
        try
        {
            return Call(number, text, b, c, d, e);
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>The same with a string for the second one.</summary>
    public static nint CallAt(int number, nint a, string b, nint c = 0, nint d = 0, nint e = 0)
    {
        var text = Marshal.StringToCoTaskMemUTF8(b);
        try
        {
            return Call(number, a, text, c, d, e);
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>The kernel's own sentence, with its number.</summary>
    public static string Error(nint errno) => $"{Marshal.GetPInvokeErrorMessage((int)Math.Abs(errno))} ({Math.Abs(errno)})";

    /// <summary>Splits off a child that does nothing: with <paramref name="flags"/>, in new namespaces.</summary>
    /// <returns>Its pid, to be ended by <see cref="End"/>, or minus the errno.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static nint Split(nint flags)
    {
        _ = Bare(CallNumbers.Getpid, 0, 0, 0, 0, 0, 0);
        var pid = Bare(CallNumbers.Clone, flags | ChildSignal, 0, 0, 0, 0, 0);
        while (pid == 0)
        {
            // ppoll with nothing to wait for.
            _ = Bare(CallNumbers.Ppoll, 0, 0, 0, 0, 0, 0);
        }

        return pid == -1 ? -Marshal.GetLastSystemError() : pid;
    }

    /// <summary>Makes a call in a child: some filters end whoever makes it, or just the thread, which would hang a whole program.</summary>
    /// <returns>The child's wait status: exit 0 where the call succeeded, 1 where it failed, a signal where it was ended.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Risk(int number)
    {
        _ = Bare(CallNumbers.Getpid, 0, 0, 0, 0, 0, 0);
        var pid = Bare(CallNumbers.Clone, ChildSignal, 0, 0, 0, 0, 0);
        if (pid == 0)
        {
            nint end = Bare(number, 0, 0, 0, 0, 0, 0) >= 0 ? 0 : 1;
            while (true)
            {
                _ = Bare(CallNumbers.ExitGroup, end, 0, 0, 0, 0, 0);
            }
        }

        var status = 1 << 8;
        if (pid > 0)
        {
            _ = waitpid((int)pid, &status, 0);
        }

        return status;
    }

    /// <summary>Splits off a child that touches so much memory, piece by piece, and then ends.</summary>
    /// <returns>Its wait status: signal 9 where it was killed, exit 7 where it got all, 8 where it was refused more.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Devour(nint bytes)
    {
        const nint Piece = 1 << 20;
        const int ReadWrite = 3;
        const int PrivateAnonymousPopulated = 0x8022;
        _ = Bare(CallNumbers.Getpid, 0, 0, 0, 0, 0, 0);
        var pid = Bare(CallNumbers.Clone, ChildSignal, 0, 0, 0, 0, 0);
        if (pid == 0)
        {
            nint end = 7;
            for (nint got = 0; got < bytes; got += Piece)
            {
                if (Bare(CallNumbers.Mmap, 0, Piece, ReadWrite, PrivateAnonymousPopulated, -1, 0) == -1)
                {
                    end = 8;
                    break;
                }
            }

            while (true)
            {
                _ = Bare(CallNumbers.ExitGroup, end, 0, 0, 0, 0, 0);
            }
        }

        var status = 8 << 8;
        if (pid > 0)
        {
            _ = waitpid((int)pid, &status, 0);
        }

        return status;
    }

    public static void End(nint pid)
    {
        int status;
        _ = kill((int)pid, Killed);
        _ = waitpid((int)pid, &status, 0);
    }
}
