namespace Creel.Adapters.Linux;

/// <summary>The names in a cell's folder.</summary>
internal static class CellFiles
{
    public const string Status = "status.json";
    public const string Log = "log";
    public const string Handle = "handle.json";

    /// <summary>What is known before the first process: the handle without its processes.</summary>
    public const string Launch = "launch.json";

    /// <summary>The launcher's own line of <c>/proc/&lt;pid&gt;/stat</c>.</summary>
    public const string LaunchStat = "launch.stat";
    public const string Mounts = "mounts";

    private const long LogLimit = 5 * 1024 * 1024;
    private const int TailBytes = 2048;

    /// <summary>Not brought to the disk: after a power cut the cell is gone anyhow.</summary>
    /// <param name="readable">By everybody; else by its owner alone.</param>
    public static void Write(string folder, string name, string text, bool readable = false) =>
        WholeFile.Write(Path.Combine(folder, name), text, lasting: false, readable);

    public static string? Read(string folder, string name)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Forgets the processes of an earlier start; the log and how it ended stay.</summary>
    public static void Forget(string folder)
    {
        foreach (var name in new[] { Handle, Launch, LaunchStat, Mounts })
        {
            try
            {
                File.Delete(Path.Combine(folder, name));
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
        }
    }

    /// <summary>One older log is kept.</summary>
    public static void RotateLog(string folder)
    {
        var log = new FileInfo(Path.Combine(folder, Log));
        if (log.Exists && log.Length > LogLimit)
        {
            log.MoveTo(log.FullName + ".1", overwrite: true);
        }
    }

    /// <summary>Where the log ends now, so that what comes later can be told from what was there.</summary>
    public static long LogEnd(string folder) => new FileInfo(Path.Combine(folder, Log)) is { Exists: true } log ? log.Length : 0;

    /// <summary>The last non-empty line after a place, without control characters; empty where there is none.</summary>
    public static string LogTail(string folder, long from)
    {
        try
        {
            using var stream = new FileStream(Path.Combine(folder, Log), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Position = Math.Max(from, stream.Length - TailBytes);
            using var reader = new StreamReader(stream);
            return LastLine(reader.ReadToEnd());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    public static string LastLine(string text) =>
        new([
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .LastOrDefault("")
                .Where(c => !char.IsControl(c)),
        ]);
}
