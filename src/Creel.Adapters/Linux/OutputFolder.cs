using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Rendering;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>
/// A folder that files are generated into. Nothing outside of it is ever read or written: no symbolic link in it is followed, and
/// no <c>..</c> (openat2(2)). A file is replaced as a whole or not at all.
/// </summary>
public sealed class OutputFolder : IDisposable
{
    private const ulong CloseOnExec = 0x80000;
    private const ulong Folder = 0x10000;
    private const ulong NonBlocking = 0x800;
    private const ulong PathOnly = 0x200000;
    private const ulong NewForWriting = 0x1 | 0x40 | 0x80;
    private const ulong Inside = 0x08 | 0x04 | 0x02;
    private const int RemoveFolder = 0x200;
    private const int Missing = 2;
    private const int Exists = 17;
    private const long MaxLength = 4 * 1024 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SafeFileHandle root;

    private OutputFolder(string path, SafeFileHandle root) => (Path, this.root) = (path, root);

    /// <summary>Absolute, as it was named.</summary>
    public string Path { get; }

    /// <param name="path">Made where it is missing; itself it may be a symbolic link, since a person named it.</param>
    /// <exception cref="CreelException">It can't be made or opened.</exception>
    public static OutputFolder Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CreelException(Fault.Unavailable("output-folder", $"{path} can't be made: {error.Message}"), error);
        }

        return TryOpen(path)
            ?? throw new CreelException(Fault.NotFound("output-folder", $"{path} is gone again: something else removes it"));
    }

    /// <summary>Null where there is no such folder.</summary>
    /// <exception cref="CreelException">It is no folder, or can't be opened.</exception>
    public static OutputFolder? TryOpen(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        return Call(null, path, Folder | CloseOnExec, 0, 0, path) is { } root ? new OutputFolder(path, root) : null;
    }

    /// <summary>Made where it is missing. It is one that nobody else can exchange or put something into.</summary>
    /// <exception cref="CreelException">Others can, a part of the path is a symbolic link, or it can't be made.</exception>
    public static OutputFolder OpenOwn(string path)
    {
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        return new OutputFolder(path, PlainPath.ProvideOwn(path));
    }

    /// <summary>Keeps others who lock it too out of it, until this is disposed of.</summary>
    /// <exception cref="CreelException">Somebody else is at it.</exception>
    public void Lock()
    {
        const int Exclusive = 2;
        const int AtOnce = 4;
        if (Libc.flock(Number(root), Exclusive | AtOnce) != 0)
        {
            throw new CreelException(
                Fault.Conflict("output-folder", $"somebody else is writing into {Path}", "Run it again when that has ended")
            );
        }
    }

    /// <summary>A file as it is there; null where there is none.</summary>
    /// <exception cref="CreelException">It is a link, no regular file, larger than 4 MiB, or can't be read.</exception>
    public FoundFile? Read(string relative)
    {
        using var handle = Call(root, relative, CloseOnExec | NonBlocking, 0, Inside, Shown(relative));
        if (handle is null)
        {
            return null;
        }

        var facts = FileFacts.Of(handle);
        if (!facts.IsFile || RandomAccess.GetLength(handle) > MaxLength)
        {
            throw new CreelException(
                Fault.Conflict("not-a-file", $"{Shown(relative)} is there and is no file of ours", "Move it away")
            );
        }

        using var reader = new StreamReader(new FileStream(handle, FileAccess.Read), Utf8);
        try
        {
            return new FoundFile(
                reader.ReadToEnd(),
                (UnixFileMode)(facts.Mode & 0xfff),
                new CellUser((int)facts.Uid, (int)facts.Gid)
            );
        }
        catch (DecoderFallbackException error)
        {
            throw new CreelException(
                Fault.Conflict("not-a-file", $"{Shown(relative)} is there and is no text of ours", "Move it away"),
                error
            );
        }
    }

    /// <summary>Whether something of that name is there.</summary>
    /// <exception cref="CreelException">It is a link, or behind one.</exception>
    public bool Has(string relative)
    {
        using var held = Call(root, relative, PathOnly | CloseOnExec, 0, Inside, Shown(relative));
        return held is not null;
    }

    /// <summary>Writes a file as a whole; its folder must be there.</summary>
    /// <param name="flush">It is on the disk when the call returns; without it, with the next <see cref="Flush"/>.</param>
    /// <exception cref="CreelException">It can't be written; what was there is still there.</exception>
    public void Write(OutputFile file, bool flush = true) => Write(file, flush, Replace);

    /// <summary>Writes a file as a whole where there is none; its folder must be there.</summary>
    /// <returns>False: one is there, and stays.</returns>
    /// <exception cref="CreelException">It can't be written.</exception>
    public bool WriteNew(OutputFile file) => Write(file, flush: true, Add);

    private static bool Replace(SafeFileHandle parent, string temporary, string name, string shown)
    {
        Check(Libc.renameat(Number(parent), temporary, Number(parent), name), shown);
        return true;
    }

    private static bool Add(SafeFileHandle parent, string temporary, string name, string shown)
    {
        var code = Libc.linkat(Number(parent), temporary, Number(parent), name, 0) == 0 ? 0 : Marshal.GetLastPInvokeError();
        _ = Libc.unlinkat(Number(parent), temporary, 0);
        return code is 0 or Exists ? code == 0 : throw Failed(code, shown);
    }

    /// <param name="place">Gives what was written under a temporary name its own.</param>
    private bool Write(OutputFile file, bool flush, Func<SafeFileHandle, string, string, string, bool> place)
    {
        var (parent, name) = Parent(file.Path);
        using (parent)
        {
            var temporary = $".{name}.{Guid.NewGuid():N}.tmp";
            var shown = Shown(file.Path);
            var handle =
                Call(parent, temporary, NewForWriting | CloseOnExec, (ulong)file.Mode, Inside, shown) ?? throw Gone(shown);
            try
            {
                using (handle)
                {
                    Own(handle, file.Owner, shown);
                    RandomAccess.Write(handle, Encoding.UTF8.GetBytes(file.Text), 0);
                    if (flush)
                    {
                        RandomAccess.FlushToDisk(handle);
                    }
                }

                var placed = place(parent, temporary, name, shown);
                if (flush)
                {
                    RandomAccess.FlushToDisk(parent);
                }

                return placed;
            }
            catch (Exception error)
            {
                _ = Libc.unlinkat(Number(parent), temporary, 0);
                throw error is IOException
                    ? new CreelException(Fault.Unavailable("output-file", $"{shown} can't be written: {error.Message}"), error)
                    : error;
            }
        }
    }

    /// <summary>Brings all that was written to the disk at once: for many files much cheaper than one by one.</summary>
    public void Flush() => Check(Libc.syncfs(Number(root)), Path);

    /// <summary>Makes a folder where it is missing, with its parents.</summary>
    public void MakeFolder(string relative, UnixFileMode mode, CellUser? owner = null)
    {
        var parts = relative.Split('/');
        for (var depth = 1; depth <= parts.Length; depth++)
        {
            var path = string.Join('/', parts[..depth]);
            var (parent, name) = Parent(path);
            using (parent)
            {
                if (Libc.mkdirat(Number(parent), name, (uint)mode) == 0)
                {
                    using var made = OpenFolder(path);
                    Own(made, owner, Shown(path));
                }
                else if (Marshal.GetLastPInvokeError() is var code and not Exists)
                {
                    throw Failed(code, Shown(path));
                }
            }

            // A link or a file of that name is noticed here.
            OpenFolder(path).Dispose();
        }
    }

    public void Delete(string relative) => Remove(relative, 0);

    /// <summary>Removes a folder that is empty; false: there is something in it, or it is not there.</summary>
    public bool DeleteEmptyFolder(string relative)
    {
        try
        {
            var (parent, name) = Parent(relative);
            using (parent)
            {
                return Libc.unlinkat(Number(parent), name, RemoveFolder) == 0;
            }
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return false;
        }
    }

    public void Dispose() => root.Dispose();

    private void Remove(string relative, int flags)
    {
        var (parent, name) = Parent(relative);
        using (parent)
        {
            if (Libc.unlinkat(Number(parent), name, flags) != 0 && Marshal.GetLastPInvokeError() is var code and not Missing)
            {
                throw Failed(code, Shown(relative));
            }
        }
    }

    private (SafeFileHandle Parent, string Name) Parent(string relative)
    {
        var cut = relative.LastIndexOf('/');
        return (OpenFolder(cut < 0 ? "." : relative[..cut]), relative[(cut + 1)..]);
    }

    private SafeFileHandle OpenFolder(string relative) =>
        Call(root, relative, Folder | CloseOnExec, 0, Inside, Shown(relative)) ?? throw Gone(Shown(relative));

    private string Shown(string relative) => relative == "." ? Path : $"{Path}/{relative}";

    private static void Own(SafeFileHandle handle, CellUser? owner, string shown)
    {
        if (owner is { } who)
        {
            Check(Libc.fchown(Number(handle), (uint)who.Uid, (uint)who.Gid), shown);
        }
    }

    /// <summary>Null where it does not exist.</summary>
    private static SafeFileHandle? Call(SafeFileHandle? folder, string name, ulong flags, ulong mode, ulong resolve, string shown)
    {
        const int WorkingFolder = -100;
        var bytes = Encoding.UTF8.GetBytes(name + '\0');
        while (true)
        {
            var at = folder is null ? WorkingFolder : Number(folder);
            var descriptor = Libc.OpenBeneath(at, bytes, new(flags, mode, resolve));
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Libc.Eintr or 11:
                    continue;
                case Missing:
                    return null;
                case var code:
                    throw Failed(code, shown);
            }
        }
    }

    private static void Check(int result, string shown)
    {
        if (result != 0)
        {
            throw Failed(Marshal.GetLastPInvokeError(), shown);
        }
    }

    private static CreelException Gone(string shown) => new(Fault.NotFound("path-missing", $"{shown} is not there"));

    private static CreelException Failed(int code, string shown) =>
        new(
            code switch
            {
                40 => Fault.Refused(
                    "symlink",
                    $"{shown} is a symbolic link or behind one",
                    "Remove it: what is generated stays inside its folder"
                ),
                18 => Fault.Refused("outside", $"{shown} leads out of its folder"),
                20 or 21 => Fault.Conflict("not-a-file", $"{shown} is in the way: a file for a folder, or a folder for a file"),
                13 or 1 or 30 => Fault.Missing("path-right", $"{shown} can't be written: {KernelFault.Words(code)}"),
                _ => Fault.Unavailable("path", $"{shown} can't be written: {KernelFault.Words(code)}"),
            }
        );

    private static int Number(SafeFileHandle handle) => (int)handle.DangerousGetHandle();
}
