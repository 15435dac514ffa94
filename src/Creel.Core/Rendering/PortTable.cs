namespace Creel.Core.Rendering;

/// <summary>
/// The ports of gateways: given once and kept. Who goes leaves its port reserved, so that it has the same one when it comes back;
/// reserved ones are given to others only when no other is left.
/// </summary>
/// <param name="Used">By group.</param>
/// <param name="Reserved">By the groups that are gone.</param>
public sealed record PortTable(IReadOnlyDictionary<string, int> Used, IReadOnlyDictionary<string, int> Reserved)
{
    public const int First = 18790;
    public const int Last = 19789;

    public static PortTable Empty { get; } = new(new Dictionary<string, int>(), new Dictionary<string, int>());

    /// <summary>The table for these groups.</summary>
    /// <param name="isFree">Nothing listens on the port; asked for new ones only, since on a kept one its gateway may be up.</param>
    /// <exception cref="CreelException">No port of the range is free.</exception>
    public PortTable For(IEnumerable<string> groups, Func<int, bool> isFree)
    {
        var used = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var wanting = new List<string>();
        foreach (var group in groups.Order(StringComparer.Ordinal))
        {
            if (Used.TryGetValue(group, out var port) || Reserved.TryGetValue(group, out port))
            {
                used.Add(group, port);
            }
            else
            {
                wanting.Add(group);
            }
        }

        var reserved = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (group, port) in Used.Concat(Reserved).Where(p => !used.ContainsKey(p.Key)))
        {
            reserved.TryAdd(group, port);
        }

        foreach (var group in wanting)
        {
            used.Add(group, Take(used.Values.ToHashSet(), reserved, isFree));
        }

        return new PortTable(used, reserved);
    }

    private static int Take(HashSet<int> used, SortedDictionary<string, int> reserved, Func<int, bool> isFree)
    {
        var all = Enumerable.Range(First, Last - First + 1).Where(port => !used.Contains(port)).ToList();
        var kept = reserved.Values.ToHashSet();
        int? found = all.Where(port => !kept.Contains(port))
            .Concat(all.Where(kept.Contains))
            .Cast<int?>()
            .FirstOrDefault(p => isFree(p!.Value));
        if (found is not { } port)
        {
            throw new CreelException(
                Fault.Conflict("no-port", $"no port from {First} to {Last} is free", "Stop what listens there, or remove groups")
            );
        }

        foreach (var group in reserved.Where(r => r.Value == port).Select(r => r.Key).ToList())
        {
            reserved.Remove(group);
        }

        return port;
    }
}
