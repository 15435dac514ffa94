using System.Text;

namespace Creel.Adapters.Files;

/// <summary>Writes small files that must survive: 0600 from the first byte, the old or the new whole, on the disk when it returns.</summary>
public static class WholeFile
{
    /// <exception cref="IOException">It can't be written; what was there is still there.</exception>
    public static void Write(string path, string text)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using (var stream = new FileStream(temporary, options))
            {
                stream.Write(Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            FolderSync.Flush(folder);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
