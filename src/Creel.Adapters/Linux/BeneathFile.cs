using System.Runtime.InteropServices;
using System.Text;
using Creel.Core;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>
/// Opens what lies in a tree that a cell can write, without ever being led out of it: no symbolic link is followed,
/// no <c>..</c> leaves it, not even when the cell swaps a name in the same moment (openat2(2)).
/// </summary>
public static class BeneathFile
{
    private const ulong CloseOnExec = 0x80000;
    private const ulong NonBlocking = 0x800;
    private const ulong PathOnly = 0x200000;
    private const ulong Beneath = 0x08;
    private const ulong NoSymlinks = 0x04;
    private const ulong NoMagicLinks = 0x02;

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="root">An absolute folder; it is trusted, what lies in it is not.</param>
    /// <param name="relative">A path below it.</param>
    /// <exception cref="CreelException">It is not there, leads out of the tree, or is no regular file.</exception>
    public static SafeFileHandle OpenRead(string root, string relative)
    {
        using var folder = OpenTrusted(root);
        var handle = Open(folder, relative, CloseOnExec | NonBlocking, NoSymlinks | NoMagicLinks | Beneath, $"{root}/{relative}");
        if (FileFacts.Of(handle).IsFile)
        {
            return handle;
        }

        handle.Dispose();
        throw new CreelException(Fault.Invalid("not-a-file", $"{root}/{relative} is not a regular file"));
    }

    /// <summary>Opens a file to write in, made for its owner alone where it is missing.</summary>
    /// <exception cref="CreelException">It is a symbolic link or no regular file, or can't be made.</exception>
    public static SafeFileHandle OpenOwn(string root, string name)
    {
        const ulong ReadWrite = 0x2;
        const ulong Create = 0x40;
        const ulong Private = 0x180;
        using var folder = OpenTrusted(root);
        var flags = CloseOnExec | NonBlocking | ReadWrite | Create;
        var handle = Open(folder, name, flags, NoSymlinks | NoMagicLinks | Beneath, $"{root}/{name}", Private);
        if (FileFacts.Of(handle).IsFile)
        {
            return handle;
        }

        handle.Dispose();
        throw new CreelException(Fault.Invalid("not-a-file", $"{root}/{name} is not a regular file"));
    }

    /// <summary>Holds a path whose last part is no symbolic link; what is above it is trusted.</summary>
    /// <exception cref="CreelException">It is not there, can't be reached, or is a symbolic link.</exception>
    internal static SafeFileHandle Hold(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null)
        {
            return OpenTrusted(path);
        }

        using var folder = OpenTrusted(parent);
        return Open(folder, Path.GetFileName(path), CloseOnExec | PathOnly, NoSymlinks | NoMagicLinks | Beneath, path);
    }

    /// <summary>Holds a folder that a person wrote out; no part of its path is a symbolic link.</summary>
    /// <exception cref="CreelException">It is not there, can't be reached, or is reached over a link.</exception>
    internal static SafeFileHandle HoldPlain(string path) =>
        Open(null, path, CloseOnExec | PathOnly, NoSymlinks | NoMagicLinks, path);

    /// <summary>Holds what has this name in a folder; no symbolic link.</summary>
    /// <exception cref="CreelException">It is not there, or is a symbolic link.</exception>
    internal static SafeFileHandle HoldIn(SafeFileHandle folder, string name, string shown) =>
        Open(folder, name, CloseOnExec | PathOnly, NoSymlinks | NoMagicLinks | Beneath, shown);

    /// <summary>Holds a folder of the tree.</summary>
    /// <exception cref="CreelException">It is not there, or is reached over a link.</exception>
    internal static SafeFileHandle HoldFolder(string root, string relative)
    {
        const ulong Folder = 0x10000;
        var trusted = OpenTrusted(root);
        if (relative.Length == 0)
        {
            return trusted;
        }

        using (trusted)
        {
            return Open(
                trusted,
                relative,
                CloseOnExec | PathOnly | Folder,
                NoSymlinks | NoMagicLinks | Beneath,
                $"{root}/{relative}"
            );
        }
    }

    /// <summary>Opens what has this name in a folder for reading, be it what it may; no symbolic link.</summary>
    internal static SafeFileHandle ReadIn(SafeFileHandle folder, string name, string shown) =>
        Open(folder, name, CloseOnExec | NonBlocking, NoSymlinks | NoMagicLinks | Beneath, shown);

    /// <summary>Makes a file of this name, which must not be there yet.</summary>
    /// <param name="mode">Its rights.</param>
    internal static SafeFileHandle MakeIn(SafeFileHandle folder, string name, ulong mode, string shown)
    {
        const ulong Write = 0x1;
        const ulong Create = 0x40;
        const ulong Fresh = 0x80;
        return Open(folder, name, CloseOnExec | Write | Create | Fresh, NoSymlinks | NoMagicLinks | Beneath, shown, mode);
    }

    private static SafeFileHandle OpenTrusted(string path) => Open(null, path, CloseOnExec | PathOnly, NoMagicLinks, path);

    private static SafeFileHandle Open(
        SafeFileHandle? folder,
        string name,
        ulong flags,
        ulong resolve,
        string shown,
        ulong mode = 0
    )
    {
        const int WorkingFolder = -100;
        if (name.Contains('\0'))
        {
            throw new CreelException(Fault.Invalid("path", "a path holds a zero character"));
        }

        var bytes = Encoding.UTF8.GetBytes(name + '\0');
        while (true)
        {
            var descriptor = Libc.OpenBeneath(
                (int?)folder?.DangerousGetHandle() ?? WorkingFolder,
                bytes,
                new(flags, mode, resolve)
            );
            if (descriptor >= 0)
            {
                return new SafeFileHandle(descriptor, ownsHandle: true);
            }

            var error = Marshal.GetLastPInvokeError();
            if (error is not (Libc.Eintr or Again))
            {
                throw new CreelException(Because(error, shown));
            }
        }
    }

    private const int Again = 11;

    private static Fault Because(int error, string shown) =>
        error switch
        {
            2 => Fault.NotFound("path-missing", $"{shown} does not exist"),
            20 => Fault.Invalid("path", $"a part of {shown} is not a folder"),
            40 => Fault.Refused(
                "symlink",
                $"{shown} is or leads over a symbolic link",
                "Name the real path: a link could be turned to a file of the host"
            ),
            18 => Fault.Refused("outside", $"{shown} leads out of its tree"),
            13 or 1 => Fault.Missing("path-right", $"{shown} can't be reached: permission denied"),
            _ => Fault.Unavailable("path", $"{shown} can't be opened: {KernelFault.Words(error)}"),
        };
}
