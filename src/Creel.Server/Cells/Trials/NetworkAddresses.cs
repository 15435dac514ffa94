using System.Net;

namespace Creel.Server.Cells.Trials;

/// <summary>The IPv4 addresses of a process's network, by the kernel's own table of routes.</summary>
internal static class NetworkAddresses
{
    /// <returns>Without the loopback's; none where it can't be seen, or where the network is the host's.</returns>
    public static IReadOnlyList<string> Of(int pid)
    {
        try
        {
            var own = File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)?.Name;
            var its = File.ResolveLinkTarget($"/proc/{pid}/ns/net", returnFinalTarget: false)?.Name;
            return its is null || its == own ? [] : Of(File.ReadLines($"/proc/{pid}/net/fib_trie"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>An address stands in the line before the one that says that it is local.</summary>
    internal static IReadOnlyList<string> Of(IEnumerable<string> table)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var last = "";
        foreach (var line in table)
        {
            if (line.Contains("/32 host LOCAL", StringComparison.Ordinal) && IPAddress.TryParse(last, out var address))
            {
                if (!IPAddress.IsLoopback(address))
                {
                    found.Add(last);
                }
            }
            else if (line.IndexOf("|-- ", StringComparison.Ordinal) is var at and >= 0)
            {
                last = line[(at + 4)..].Trim();
            }
        }

        return [.. found];
    }
}
