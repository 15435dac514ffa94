using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>A machine, or a user, without control groups.</summary>
internal sealed class NoCgroups(string why) : ICgroupTree
{
    public IReadOnlyList<string> Make(string cell, ResourceLimits limits, IList<UnmetLimit> unmet)
    {
        foreach (var (name, limit) in new[] { ("memory", limits.Memory), ("pids", limits.Pids), ("cpu", limits.Cpu) })
        {
            if (limit is { } wanted)
            {
                unmet.Add(new UnmetLimit(name, wanted, why));
            }
        }

        return [];
    }

    public IReadOnlyList<string> Existing(string cell) => [];

    public IReadOnlyList<string> Cells() => [];
}
