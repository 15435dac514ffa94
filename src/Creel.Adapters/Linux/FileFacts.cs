using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>Owner, mode and identity of an open file (statx(2)).</summary>
internal sealed record FileFacts(uint Mode, uint Uid, uint Gid, ulong Inode, ulong Device)
{
    private const int WorkingFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint BasicFields = 0x7ff;

    /// <summary>Names that it has; a file that has several may be somebody else's under one of them.</summary>
    public uint Links { get; init; }

    public bool IsFolder => (Mode & 0xf000) == 0x4000;

    public bool IsFile => (Mode & 0xf000) == 0x8000;

    /// <summary>What <c>stat --format=%d:%i</c> prints for it.</summary>
    public string Name => $"{Device}:{Inode}";

    public bool Allows(uint uid, uint gid, uint bits) =>
        (
            (
                Uid == uid ? Mode >> 6
                : Gid == gid ? Mode >> 3
                : Mode
            ) & bits
        ) == bits;

    public static FileFacts Of(SafeFileHandle file) =>
        Read((int)file.DangerousGetHandle(), "", EmptyPath) ?? throw KernelFault.Of("statx", Marshal.GetLastPInvokeError());

    /// <summary>Links are followed; null where it can't be seen.</summary>
    public static FileFacts? Of(string path) => Read(WorkingFolder, path, 0);

    private static unsafe FileFacts? Read(int folder, string path, int flags)
    {
        // struct statx: links at 16, uid at 20, gid at 24, mode at 28, inode at 32, device at 136.
        var buffer = stackalloc byte[256];
        return Libc.statx(folder, path, flags, BasicFields, buffer) == 0
            ? new FileFacts(
                *(ushort*)(buffer + 28),
                *(uint*)(buffer + 20),
                *(uint*)(buffer + 24),
                *(ulong*)(buffer + 32),
                DeviceNumber(*(uint*)(buffer + 136), *(uint*)(buffer + 140))
            )
            {
                Links = *(uint*)(buffer + 16),
            }
            : null;
    }

    // As makedev(3) of the C library.
    private static ulong DeviceNumber(ulong major, ulong minor) =>
        ((major & 0xfffff000) << 32) | ((major & 0xfff) << 8) | ((minor & 0xffffff00) << 12) | (minor & 0xff);
}
