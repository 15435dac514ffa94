using System.Runtime.InteropServices;
using Creel.Core;
using Creel.Core.Isolation;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>
/// A folder that a cell writes in, held: whatever the cell turns its names to meanwhile, what is read and written here is in this folder.
/// </summary>
public sealed class CellTree : IDisposable
{
    private const uint ReadableByAll = 0x1a4;

    private readonly SafeFileHandle folder;
    private readonly string shown;

    private CellTree(SafeFileHandle folder, string shown) => (this.folder, this.shown) = (folder, shown);

    /// <param name="root">An absolute folder; it is trusted, what lies in it is not.</param>
    /// <returns>Null where it is not there.</returns>
    /// <exception cref="CreelException">It is reached over a link, or can't be.</exception>
    public static CellTree? Open(string root, string relative)
    {
        try
        {
            return new CellTree(BeneathFile.HoldFolder(root, relative), relative.Length == 0 ? root : $"{root}/{relative}");
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return null;
        }
    }

    /// <summary>A folder in it, made for its owner where there is nothing of that name.</summary>
    /// <exception cref="CreelException">It is a link or no folder, or can't be made.</exception>
    public CellTree Folder(string name, CellUser? owner)
    {
        const int There = 17;
        const uint ForAll = 0x1ed;
        var made = Libc.mkdirat(Descriptor, name, ForAll) == 0;
        if (!made && Marshal.GetLastPInvokeError() is var error and not There)
        {
            throw new CreelException(Fault.Unavailable("folder", $"{shown}/{name} can't be made: {KernelFault.Words(error)}"));
        }

        var held = BeneathFile.HoldIn(folder, name, $"{shown}/{name}");
        try
        {
            if (!FileFacts.Of(held).IsFolder)
            {
                throw Unsafe(name);
            }

            if (made && owner is not null)
            {
                Ownership.Give(held, owner);
            }

            return new CellTree(held, $"{shown}/{name}");
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>A file of the cell's own: regular, and under no other name.</summary>
    /// <returns>Null where there is nothing of this name.</returns>
    /// <exception cref="CreelException">It is a link, has several names, is no file (<c>unsafe-file</c>), or can't be read.</exception>
    public SafeFileHandle? Read(string name)
    {
        SafeFileHandle file;
        try
        {
            file = BeneathFile.ReadIn(folder, name, $"{shown}/{name}");
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return null;
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.Refused)
        {
            throw Unsafe(name);
        }

        if (FileFacts.Of(file) is { IsFile: true, Links: 1 })
        {
            return file;
        }

        file.Dispose();
        throw Unsafe(name);
    }

    /// <summary>Replaces a file whole; readers see the old or the new one.</summary>
    /// <exception cref="CreelException">There is something else of that name, or it can't be written.</exception>
    public void Write(string name, ReadOnlySpan<byte> content, CellUser? owner)
    {
        Read(name)?.Dispose();
        var beside = $".{name}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = BeneathFile.MakeIn(folder, beside, ReadableByAll, $"{shown}/{name}"))
            {
                RandomAccess.Write(file, content, 0);
                if (owner is not null)
                {
                    Ownership.Give(file, owner);
                }

                RandomAccess.FlushToDisk(file);
            }

            Rename(beside, name);
        }
        catch (Exception e)
        {
            _ = Libc.unlinkat(Descriptor, beside, 0);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw new CreelException(Fault.Unavailable("file-write", $"{shown}/{name} can't be written: {e.Message}"), e);
            }

            throw;
        }
    }

    /// <returns>False where there is nothing of this name.</returns>
    /// <exception cref="CreelException">The kernel refused.</exception>
    public bool Rename(string name, string to)
    {
        const int Missing = 2;
        if (Libc.renameat(Descriptor, name, Descriptor, to) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == Missing
            ? false
            : throw new CreelException(
                Fault.Unavailable("file-rename", $"{shown}/{name} can't be renamed: {KernelFault.Words(error)}")
            );
    }

    public void Dispose() => folder.Dispose();

    private int Descriptor => (int)folder.DangerousGetHandle();

    private static CreelException Unsafe(string name) =>
        new(
            Fault.Refused(
                "unsafe-file",
                $"unsafe workspace file \"{name}\"",
                "it is a link, has several names or is no file: put a plain file in its place"
            )
        );
}
