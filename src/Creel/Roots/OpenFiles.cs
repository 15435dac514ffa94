using System.Globalization;

namespace Creel.Roots;

/// <summary>
/// How many connections a port may hold: never so many that those of strangers take the files that cells, the store and new
/// processes need. A process without a free descriptor hangs, and may be ended by its own runtime.
/// </summary>
internal static class OpenFiles
{
    private const int Most = 10_000;
    private const string Line = "Max open files";

    public static int ConnectionsEachPort() => ConnectionsEachPort(File.ReadLines("/proc/self/limits"));

    /// <param name="limits">
    /// As proc(5) has them. There are two ports: together they take half at most. Our own socket may take as much as a port, but no
    /// stranger comes in there.
    /// </param>
    public static int ConnectionsEachPort(IEnumerable<string> limits)
    {
        var soft = limits
            .FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal))
            ?[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault();
        return int.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files)
            ? Math.Min(Most, files / 4)
            : Most;
    }
}
