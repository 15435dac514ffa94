using Creel.Core;

namespace Creel.Runtime.Executors;

/// <summary>A failed call on a path, in the words that the older runtime's users know from Node.</summary>
internal static class FileErrors
{
    private static readonly Dictionary<int, (string Name, string Words)> Known = new()
    {
        [1] = ("EPERM", "operation not permitted"),
        [2] = ("ENOENT", "no such file or directory"),
        [6] = ("ENXIO", "no such device or address"),
        [13] = ("EACCES", "permission denied"),
        [20] = ("ENOTDIR", "not a directory"),
        [21] = ("EISDIR", "illegal operation on a directory"),
        [27] = ("EFBIG", "file too large"),
        [28] = ("ENOSPC", "no space left on device"),
        [30] = ("EROFS", "read-only file system"),
        [36] = ("ENAMETOOLONG", "name too long"),
        [40] = ("ELOOP", "too many symbolic links"),
        [122] = ("EDQUOT", "disk quota exceeded"),
    };

    public static CreelException From(int error, string call, string path)
    {
        var (name, words) = Known.GetValueOrDefault(
            error,
            ($"errno {error}", System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error))
        );
        return new CreelException(Fault.Invalid("file", $"{name}: {words}, {call} '{path}'"));
    }
}
