using System.Runtime.InteropServices;
using Creel.Core.Isolation;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>Gives a file or folder to a cell's user.</summary>
public static class Ownership
{
    private const int WorkingFolder = -100;
    private const int NoFollow = 0x100;
    private const int EmptyPath = 0x1000;

    /// <summary>Changes the owner of this one entry; a symbolic link itself, never what it points at.</summary>
    /// <exception cref="Core.CreelException">The kernel refused: Creel is not root, or the file system has no owners.</exception>
    public static void Give(string path, CellUser user) =>
        Check(Libc.fchownat(WorkingFolder, path, (uint)user.Uid, (uint)user.Gid, NoFollow));

    /// <summary>Changes the group alone, as for a socket that root keeps and a cell may use.</summary>
    /// <exception cref="Core.CreelException">The kernel refused.</exception>
    public static void GiveGroup(string path, int gid) =>
        Check(Libc.fchownat(WorkingFolder, path, uint.MaxValue, (uint)gid, NoFollow));

    internal static void Give(SafeFileHandle file, CellUser user) =>
        Check(Libc.fchownat((int)file.DangerousGetHandle(), "", (uint)user.Uid, (uint)user.Gid, EmptyPath));

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw KernelFault.Of("chown", Marshal.GetLastPInvokeError());
        }
    }
}
