using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Creel.Runtime.Attempts;

/// <summary>The moves that attempts are made of.</summary>
internal static unsafe class Tries
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int ReadWrite = 2;
    private const int Create = 0x40;
    private const int Careful = 0x80000 | 0x800; // O_CLOEXEC, O_NONBLOCK: a pipe holds nobody up
    private const int Most = 64 * 1024;

    /// <summary>Opening is getting through; nothing is read or written.</summary>
    public static Outcome Open(string path, int mode = ReadOnly)
    {
        var file = Kernel.open(path, mode | Careful, 0);
        if (file < 0)
        {
            return Outcome.Stopped($"{path}: {Kernel.Error(Marshal.GetLastPInvokeError())}");
        }

        _ = Kernel.close(file);
        return Outcome.Through($"{path} opens{(mode == ReadOnly ? "" : " for writing")}");
    }

    public static Outcome OpenAny(IEnumerable<string> paths, int mode = ReadOnly) =>
        Outcome.Worst(paths.Select(path => Open(path, mode)).DefaultIfEmpty(Outcome.Stopped("there is none")));

    /// <summary>Getting through is to see the secret; any content counts where there is none to look for.</summary>
    public static Outcome Read(string path, string? secret = null)
    {
        var (text, error) = Content(path);
        return text is null ? Outcome.Stopped($"{path}: {error}")
            : secret is null ? (text.Length > 0 ? Outcome.Through($"{path} can be read") : Outcome.Stopped($"{path} is empty"))
            : text.Contains(secret, StringComparison.Ordinal) ? Outcome.Through($"{path} shows the secret")
            : Outcome.Stopped($"{path} is another file");
    }

    public static (string? Text, string? Error) Content(string path)
    {
        var file = Kernel.open(path, ReadOnly | Careful, 0);
        if (file < 0)
        {
            return (null, Kernel.Error(Marshal.GetLastPInvokeError()));
        }

        var buffer = new byte[Most];
        fixed (byte* start = buffer)
        {
            var count = Kernel.read(file, start, Most);
            var error = Marshal.GetLastPInvokeError();
            _ = Kernel.close(file);
            return count < 0 ? (null, Kernel.Error(error)) : (Encoding.Latin1.GetString(buffer, 0, (int)count), null);
        }
    }

    /// <summary>Makes a file of this name in a folder, and takes it away again.</summary>
    public static Outcome Make(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        var file = Kernel.open(path, WriteOnly | Create | Careful, 0x180);
        if (file < 0)
        {
            return Outcome.Stopped($"{folder}: {Kernel.Error(Marshal.GetLastPInvokeError())}");
        }

        _ = Kernel.close(file);
        _ = Kernel.unlink(path);
        return Outcome.Through($"a file can be made in {folder}");
    }

    public static Outcome List(string folder)
    {
        try
        {
            var names = Directory.EnumerateFileSystemEntries(folder).Take(3).Select(Path.GetFileName).ToList();
            return names.Count == 0
                ? Outcome.Stopped($"{folder} is empty")
                : Outcome.Through($"{folder} has {string.Join(", ", names)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Outcome.Stopped($"{folder}: {(e is UnauthorizedAccessException ? "closed" : "not there")}");
        }
    }

    /// <summary>
    /// What an answer proves. Success is through. A failure is judged by its number: a lack of rights is a wall, and so is what a
    /// filter of system calls answers, where one is on. Any other may come from a kernel without the call, or from a call that
    /// was made wrongly, and proves nothing.
    /// </summary>
    /// <param name="allowed">The errors that come only after the check of rights: through.</param>
    /// <param name="held">The errors by which this call says that what it aims at is not there, or not for it: a wall.</param>
    public static Outcome Call(string what, nint answer, ReadOnlySpan<int> allowed = default, ReadOnlySpan<int> held = default) =>
        Judge(what, answer, allowed, held, Rights.FilterIsOn);

    internal static Outcome Judge(
        string what,
        nint answer,
        ReadOnlySpan<int> allowed,
        ReadOnlySpan<int> held,
        Func<bool> filter
    ) =>
        answer >= 0 ? Outcome.Through($"{what} succeeds")
        : allowed.Contains((int)-answer) ? Outcome.Through($"{what} is allowed, and failed later: {Kernel.Error(answer)}")
        : -answer is Kernel.EPERM or Kernel.EACCES || held.Contains((int)-answer) ? Stopped(what, answer)
        : -answer is not (Kernel.ENOSYS or Kernel.EAFNOSUPPORT)
            ? Outcome.Untried($"{what} fails without being refused: {Kernel.Error(answer)}")
        : filter() ? Stopped(what, answer)
        : Outcome.Untried($"this kernel has no {what}: {Kernel.Error(answer)}");

    private static Outcome Stopped(string what, nint answer) => Outcome.Stopped($"{what}: {Kernel.Error(answer)}");

    /// <summary>Signal 0 asks for the right alone.</summary>
    public static Outcome Signal(int pid) =>
        Call("kill", Kernel.kill(pid, 0) == 0 ? 0 : -Marshal.GetLastPInvokeError(), held: [Kernel.ESRCH]);

    /// <summary>The same for a call that answers with a new file.</summary>
    public static Outcome File(string what, nint answer, ReadOnlySpan<int> allowed = default, ReadOnlySpan<int> held = default)
    {
        if (answer >= 0)
        {
            _ = Kernel.close((int)answer);
        }

        return Call(what, answer, allowed, held);
    }

    /// <summary>Connects to a unix socket; <c>\0</c> begins the name of an abstract one.</summary>
    public static Outcome Connect(string path)
    {
        var shown = path.Replace('\0', '@');
        try
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return Outcome.Through($"{shown} answers");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return Outcome.Stopped($"{shown}: {(e is SocketException s ? $"{s.SocketErrorCode}" : "no name for a socket")}");
        }
    }
}
