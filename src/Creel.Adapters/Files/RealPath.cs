using System.Runtime.InteropServices;

namespace Creel.Adapters.Files;

/// <summary>Where a path really leads, every link in it followed.</summary>
public static partial class RealPath
{
    /// <returns>Null where something on the way is missing or may not be seen.</returns>
    public static string? Of(string path)
    {
        var found = Resolve(path, 0);
        try
        {
            return Marshal.PtrToStringUTF8(found);
        }
        finally
        {
            Free(found);
        }
    }

    [LibraryImport("libc", EntryPoint = "realpath", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Resolve(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "free")]
    private static partial void Free(nint memory);
}
