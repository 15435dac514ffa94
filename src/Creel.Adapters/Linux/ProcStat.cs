using System.Globalization;

namespace Creel.Adapters.Linux;

/// <summary>The fields of <c>/proc/&lt;pid&gt;/stat</c> that tell processes apart (proc_pid_stat(5)).</summary>
/// <param name="StartTime">Field 22: clock ticks since boot; with pid and boot id it names one process for ever.</param>
internal sealed record ProcStat(int Pid, char State, int Parent, int Session, ulong StartTime)
{
    /// <summary>Null where there is no such process (any more).</summary>
    public static ProcStat? Read(int pid)
    {
        try
        {
            return Parse(File.ReadAllText($"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Null where the line is not one. The name of the program may hold spaces and brackets: the last bracket ends it.
    /// </summary>
    public static ProcStat? Parse(string line)
    {
        var open = line.IndexOf(' ');
        var close = line.LastIndexOf(") ", StringComparison.Ordinal);
        if (open <= 0 || close < open)
        {
            return null;
        }

        var fields = line[(close + 2)..].Split(' ');
        return
            fields.Length > 19
            && fields[0].Length == 1
            && int.TryParse(line.AsSpan(0, open), CultureInfo.InvariantCulture, out var pid)
            && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent)
            && int.TryParse(fields[3], CultureInfo.InvariantCulture, out var session)
            && ulong.TryParse(fields[19], CultureInfo.InvariantCulture, out var start)
            ? new ProcStat(pid, fields[0][0], parent, session, start)
            : null;
    }

    /// <summary>Every process that can be seen now.</summary>
    public static IEnumerable<ProcStat> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(folder.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(pid) is { } stat
            )
            {
                yield return stat;
            }
        }
    }

    /// <summary>The children of a process, and theirs; not itself.</summary>
    public static IReadOnlySet<int> Descendants(int pid)
    {
        var all = All().ToList();
        var found = new HashSet<int> { pid };
        while (all.Count(stat => found.Contains(stat.Parent) && found.Add(stat.Pid)) > 0)
        {
            // Until nobody is added any more.
        }

        found.Remove(pid);
        return found;
    }
}
