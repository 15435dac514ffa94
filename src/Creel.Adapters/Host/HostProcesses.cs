using System.Globalization;
using System.Text;
using Creel.Adapters.Linux;

namespace Creel.Adapters.Host;

/// <summary>
/// Which processes belong to a cell that no namespace holds. As root: all with its uid, which is nobody else's, since it was
/// launched. Otherwise: the
/// session and the descendants of its first program, and whatever carries the mark of this start in its environment.
/// </summary>
internal static class HostProcesses
{
    /// <summary>
    /// The variable with the mark. A program that clears it, and leaves its session, gets away: the fingerprint says so.
    /// </summary>
    public const string Mark = "CREEL_START";

    public static IReadOnlySet<int> Of(LinuxHandle handle)
    {
        if (handle.Child.BootId != ProcessIdentity.CurrentBoot)
        {
            return new HashSet<int>();
        }

        var living = ProcStat.All().Where(stat => stat.State is not ('Z' or 'X')).ToList();
        if (handle.Uid is not { } uid)
        {
            return Related(living, handle);
        }

        // What ran before the cell was launched is not the cell's, whoever was given that uid.
        var since = handle.Outer?.StartTime ?? ulong.MaxValue;
        return living.Where(stat => stat.StartTime >= since && HasUid(stat.Pid, uid)).Select(stat => stat.Pid).ToHashSet();
    }

    private static HashSet<int> Related(List<ProcStat> living, LinuxHandle handle)
    {
        var mark = Encoding.ASCII.GetBytes($"\0{Mark}={handle.Start}\0");
        var found = living.Where(stat => IsMarked(stat.Pid, mark)).Select(stat => stat.Pid).ToHashSet();
        if (handle.Child.IsAlive)
        {
            found.Add(handle.Child.Pid);
        }

        while (living.Count(stat => (found.Contains(stat.Parent) || found.Contains(stat.Session)) && found.Add(stat.Pid)) > 0)
        {
            // Until nobody is added any more.
        }

        return found;
    }

    private static bool HasUid(int pid, int uid) =>
        KernelFile
            .Lines($"/proc/{pid}/status")
            .Any(line =>
                line.StartsWith("Uid:\t", StringComparison.Ordinal)
                && line.Split('\t')[1] == uid.ToString(CultureInfo.InvariantCulture)
            );

    private static bool IsMarked(int pid, byte[] mark)
    {
        try
        {
            byte[] all = [0, .. File.ReadAllBytes($"/proc/{pid}/environ")];
            return all.AsSpan().IndexOf(mark) >= 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
