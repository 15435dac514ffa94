using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Creel.Adapters.Linux;

/// <summary>Writes small files so that a crash leaves the old or the new whole; with their mode from the first byte.</summary>
public static class WholeFile
{
    /// <param name="lasting">On the disk when it returns, for what must outlive a power cut.</param>
    /// <param name="readable">By everybody (0644); else by its owner alone (0600).</param>
    /// <exception cref="IOException">It can't be written; what was there is still there.</exception>
    public static void Write(string path, string text, bool lasting = true, bool readable = false) =>
        Write(path, text, lasting, readable, like: null);

    /// <summary>As above.</summary>
    /// <param name="lasting">As above.</param>
    /// <param name="readable">By everybody (0644); else by its owner alone (0600).</param>
    /// <param name="like">Owner and mode that it gets; null: ours.</param>
    /// <exception cref="IOException">It can't be written; what was there is still there.</exception>
    internal static void Write(string path, string text, bool lasting, bool readable, FileFacts? like)
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = readable ? Own | UnixFileMode.GroupRead | UnixFileMode.OtherRead : Own,
        };
        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                if (like is not null)
                {
                    Hand(stream.SafeFileHandle, like);
                }

                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: lasting);
            }

            File.Move(temporary, path, overwrite: true);
            if (lasting)
            {
                FolderSync.Flush(folder);
            }
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static void Hand(SafeFileHandle file, FileFacts like)
    {
        // Never what makes a program run as its owner.
        const uint Bits = 0x1ff;
        var number = (int)file.DangerousGetHandle();
        if (UnixUser.IsRoot && Libc.fchown(number, like.Uid, like.Gid) != 0)
        {
            throw new IOException($"its owner can't be kept: {KernelFault.Of("fchown", Marshal.GetLastPInvokeError()).Message}");
        }

        File.SetUnixFileMode(file, (UnixFileMode)(like.Mode & Bits));
    }
}
