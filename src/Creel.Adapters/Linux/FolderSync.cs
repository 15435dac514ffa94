using System.Runtime.InteropServices;

namespace Creel.Adapters.Linux;

/// <summary>Brings a folder's entries to the disk: without it a rename may be forgotten at a power cut.</summary>
internal static partial class FolderSync
{
    /// <summary>O_RDONLY | O_CLOEXEC.</summary>
    private const int ReadOnly = 0x80000;

    public static void Flush(string folder)
    {
        var handle = Open(folder, ReadOnly);
        if (handle < 0)
        {
            throw new IOException($"the folder {folder} can't be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            if (Fsync(handle) != 0)
            {
                throw new IOException(
                    $"the folder {folder} can't be written to the disk: {Marshal.GetLastPInvokeErrorMessage()}"
                );
            }
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
