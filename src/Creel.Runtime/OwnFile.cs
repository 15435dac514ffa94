using System.Runtime.InteropServices;
using Creel.Runtime.Processes;
using Microsoft.Win32.SafeHandles;

namespace Creel.Runtime;

/// <summary>
/// The runtime's own files lie where its tasks may write, so each of them may have been swapped for a link, a pipe, a device or
/// a folder. None of those is ever followed, waited for or written to.
/// </summary>
internal static class OwnFile
{
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    private const int CreateIfMissing = 0x40;
    private const int CreateNew = 0x80 | CreateIfMissing;
    private const int MissingFile = 2;

    // O_NOFOLLOW has another number on arm64.
    private static readonly int Careful =
        (RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x8000 : 0x20000) | Libc.O_NONBLOCK | Libc.O_CLOEXEC;

    /// <summary>Null: there is nothing of this name.</summary>
    /// <exception cref="IOException">It is no regular file, or can't be opened.</exception>
    public static SafeFileHandle? Open(string path, int flags)
    {
        var descriptor = Libc.open(path, flags | Careful, Convert.ToUInt32("600", 8));
        if (descriptor < 0)
        {
            return Marshal.GetLastPInvokeError() == MissingFile ? null : throw Failure(path);
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (FileKind.IsRegular(descriptor))
        {
            return handle;
        }

        handle.Dispose();
        throw new IOException($"{path} is no regular file");
    }

    /// <summary>For writing; made if it is not there, and in the place of whatever is no regular file.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static SafeFileHandle OpenOrReplace(string path)
    {
        try
        {
            return Open(path, WriteOnly | CreateIfMissing) ?? Create(path);
        }
        catch (IOException)
        {
            return Create(path);
        }
    }

    /// <summary>An empty file; whatever had its name is gone.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static SafeFileHandle Create(string path)
    {
        Clear(path);
        return Open(path, CreateNew | WriteOnly) ?? throw new IOException($"The folder of {path} is not there");
    }

    /// <summary>Null: there is nothing of this name.</summary>
    /// <exception cref="IOException">It is no regular file, can't be read, or is larger than that many bytes.</exception>
    public static byte[]? Read(string path, long most)
    {
        using var handle = Open(path, ReadOnly);
        if (handle is null)
        {
            return null;
        }

        if (RandomAccess.GetLength(handle) > most)
        {
            throw new IOException($"{path} is larger than it can be");
        }

        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <exception cref="IOException">It can't be written.</exception>
    public static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var handle = Create(path);
        RandomAccess.Write(handle, bytes, 0);
    }

    /// <summary>Whatever it is, it has another name afterwards; what had that one is gone.</summary>
    /// <exception cref="IOException">It can't be renamed.</exception>
    public static void Move(string path, string target)
    {
        if (Libc.rename(path, target) == 0)
        {
            return;
        }

        // A folder takes only an empty folder's name, and a file never a folder's.
        Clear(target);
        if (Libc.rename(path, target) != 0)
        {
            throw Failure(path);
        }
    }

    /// <summary>A real folder; a link or a file in its place is gone.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static void MakeFolder(string path)
    {
        var found = new DirectoryInfo(path);
        if (!found.Exists || found.LinkTarget is not null)
        {
            Clear(path);
            found.Create();
        }
    }

    private static void Clear(string path)
    {
        if (Libc.unlink(path) != 0 && Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
    }

    private static IOException Failure(string path) => new($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
}
