namespace Creel.Runtime.Processes;

/// <summary>What something is, whatever it is called.</summary>
internal static unsafe class FileKind
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;

    private const int Regular = 0x8000;
    private const int Socket = 0xc000;

    /// <summary>A file of its own on a disk: no device, pipe, socket or folder.</summary>
    public static bool IsRegular(int descriptor) => Look(descriptor, "", EmptyPath, Regular);

    /// <summary>What a link leads to.</summary>
    public static bool IsRegular(string path) => Look(CurrentFolder, path, 0, Regular);

    /// <summary>The same.</summary>
    public static bool IsSocket(string path) => Look(CurrentFolder, path, 0, Socket);

    private static bool Look(int folder, string path, int flags, int kind)
    {
        const int TypeAndMode = 3;
        const int ModeOffset = 28;
        const int TypeMask = 0xf000;
        var status = stackalloc byte[256];
        return Libc.statx(folder, path, flags, TypeAndMode, status) == 0 && (*(ushort*)(status + ModeOffset) & TypeMask) == kind;
    }
}
