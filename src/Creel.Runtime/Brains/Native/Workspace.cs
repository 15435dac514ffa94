using Creel.Core;
using Creel.Runtime.Processes;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime.Brains.Native;

/// <summary>An agent's folder. What is opened is judged by where it really lies, whichever links led there.</summary>
internal sealed class Workspace(string path)
{
    private const int ReadCarefully = Libc.O_NONBLOCK | Libc.O_CLOEXEC;

    public string Path => path;

    /// <summary>Without links.</summary>
    public string Real { get; } = RealOf(path) ?? System.IO.Path.GetFullPath(path);

    public string Full(string said)
    {
        var plain = said.StartsWith("~/", StringComparison.Ordinal) ? said[2..] : said;
        return plain.Contains('\0', StringComparison.Ordinal)
            ? throw new CreelException(Fault.Invalid("zero-byte", "A path can't hold a zero byte"))
            : System.IO.Path.GetFullPath(plain, path);
    }

    /// <summary>A regular file of the workspace itself; null: it is not there.</summary>
    /// <param name="problem">Why it is there and not read; null: it was read, or is not there.</param>
    public byte[]? Read(string name, int most, out string? problem)
    {
        problem = null;
        var file = Libc.open(System.IO.Path.Combine(path, name), OwnFile.ReadOnly | ReadCarefully, 0);
        if (file < 0)
        {
            return null;
        }

        using var handle = new SafeFileHandle(file, ownsHandle: true);
        problem =
            !FileKind.IsRegular(file) ? "it is no regular file"
            : !Holds(file) ? "it is a link that leads out of the workspace"
            : RandomAccess.GetLength(handle) > most ? $"it has more than {most} bytes"
            : null;
        if (problem is not null)
        {
            return null;
        }

        var bytes = new byte[RandomAccess.GetLength(handle)];
        var count = RandomAccess.Read(handle, bytes, 0);
        return count == bytes.Length ? bytes : bytes[..count];
    }

    /// <summary>Whether what is at a path, or the deepest folder on the way to it, really lies in the workspace.</summary>
    public bool Contains(string full)
    {
        for (var at = full; !string.IsNullOrEmpty(at); at = System.IO.Path.GetDirectoryName(at))
        {
            if (RealOf(at) is { } real)
            {
                return Beneath(real);
            }

            if (new FileInfo(at).LinkTarget is not null)
            {
                // A link to nothing: whatever is written through it comes into being where it leads.
                return false;
            }
        }

        return false;
    }

    private bool Holds(int file) =>
        File.ResolveLinkTarget($"/proc/self/fd/{file}", false) is { } target && Beneath(target.FullName);

    private bool Beneath(string real) => real == Real || real.StartsWith(Real.TrimEnd('/') + "/", StringComparison.Ordinal);

    /// <summary>Null: there is nothing.</summary>
    private static string? RealOf(string path)
    {
        const int PathOnly = 0x200000; // O_PATH: nothing is opened but the place
        var file = Libc.open(path, PathOnly | Libc.O_CLOEXEC, 0);
        if (file < 0)
        {
            return null;
        }

        using var handle = new SafeFileHandle(file, ownsHandle: true);
        return File.ResolveLinkTarget($"/proc/self/fd/{file}", false)?.FullName;
    }
}
