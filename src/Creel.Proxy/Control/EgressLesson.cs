using Creel.Core.Outbound;

namespace Creel.Proxy.Control;

/// <summary>The smallest policy that lets through what was seen.</summary>
internal static class EgressLesson
{
    /// <summary>In order; a plain request that a rule for its whole host covers needs none of its own.</summary>
    public static List<EgressRule> Of(IEnumerable<EgressRule> seen)
    {
        var all = seen.ToList();
        var hosts = all.Where(r => r.Method is null).ToHashSet();
        return
        [
            .. all.Where(r => r.Method is null || !hosts.Contains(new EgressRule(r.Host, r.Port)))
                .OrderBy(r => r.ToString(), StringComparer.Ordinal),
        ];
    }
}
