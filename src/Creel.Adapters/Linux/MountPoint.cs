using System.Text.RegularExpressions;

namespace Creel.Adapters.Linux;

/// <summary>A file system in its place. Both words are as proc(5) has them, without blanks.</summary>
internal sealed partial record MountPoint(string Place, string Source)
{
    /// <param name="table">Like <c>/proc/self/mountinfo</c>.</param>
    public static IReadOnlyList<MountPoint> All(string table) => [.. KernelFile.Lines(table).Select(Of).OfType<MountPoint>()];

    /// <summary>The one that a path is on; of several in one place the last, which covers the others.</summary>
    public static MountPoint? Of(string path, IReadOnlyList<MountPoint> all) =>
        all.Where(mount => Holds(Plain(mount.Place), path)).OrderBy(mount => Plain(mount.Place).Length).LastOrDefault();

    private static MountPoint? Of(string line)
    {
        var fields = line.Split(' ');
        var dash = Array.IndexOf(fields, "-");
        return dash > 5 && fields.Length > dash + 2 ? new MountPoint(fields[4], fields[dash + 2]) : null;
    }

    private static bool Holds(string place, string path) =>
        path == place || path.StartsWith(place.TrimEnd('/') + "/", StringComparison.Ordinal);

    private static string Plain(string word) =>
        Octal().Replace(word, match => ((char)Convert.ToInt32(match.Groups[1].Value, 8)).ToString());

    [GeneratedRegex(@"\\([0-7]{3})")]
    private static partial Regex Octal();
}
