namespace Creel.Runtime.Processes;

/// <summary>Whether something is a file of its own on a disk: no device, pipe, socket or folder.</summary>
internal static unsafe class FileKind
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;

    public static bool IsRegular(int descriptor) => Look(descriptor, "", EmptyPath);

    /// <summary>What a link leads to.</summary>
    public static bool IsRegular(string path) => Look(CurrentFolder, path, 0);

    private static bool Look(int folder, string path, int flags)
    {
        const int TypeAndMode = 3;
        const int ModeOffset = 28;
        const int TypeMask = 0xf000;
        const int Regular = 0x8000;
        var status = stackalloc byte[256];
        return Libc.statx(folder, path, flags, TypeAndMode, status) == 0
            && (*(ushort*)(status + ModeOffset) & TypeMask) == Regular;
    }
}
