using System.Runtime.InteropServices;

namespace Creel.Terminal;

/// <summary>How large the terminal is, in characters.</summary>
internal readonly record struct WindowSize(int Columns, int Rows)
{
    private const nuint GetWindowSize = 0x5413;

    /// <summary>Of the terminal behind a descriptor, by default standard input; 80 × 24 where it does not say.</summary>
    public static WindowSize Now(int descriptor = 0)
    {
        var size = default(Raw);
        return Control(descriptor, GetWindowSize, ref size) == 0 && size is { Columns: > 0, Rows: > 0 }
            ? new WindowSize(size.Columns, size.Rows)
            : new WindowSize(80, 24);
    }

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static extern int Control(int descriptor, nuint request, ref Raw size);

    [StructLayout(LayoutKind.Sequential)]
    private struct Raw
    {
        public ushort Rows;
        public ushort Columns;
        public ushort Width;
        public ushort Height;
    }
}
