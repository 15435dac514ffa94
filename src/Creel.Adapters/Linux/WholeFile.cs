using System.Text;

namespace Creel.Adapters.Linux;

/// <summary>Writes small files so that a crash leaves the old or the new whole; with their mode from the first byte.</summary>
public static class WholeFile
{
    /// <param name="lasting">On the disk when it returns, for what must outlive a power cut.</param>
    /// <param name="readable">By everybody (0644); else by its owner alone (0600).</param>
    /// <exception cref="IOException">It can't be written; what was there is still there.</exception>
    public static void Write(string path, string text, bool lasting = true, bool readable = false)
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
}
