using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>A limit that was written out is enforced or refused; a default one that can't be is left out and told.</summary>
internal static class ContainerLimits
{
    // The engine's own floor.
    private const double LeastMemory = 6 << 20;

    /// <exception cref="CreelException">One that was written out can't be enforced.</exception>
    public static void Check(CellSpec spec, EnforcedLimits enforced)
    {
        if (spec.Limits.Memory is { Value: < LeastMemory } little)
        {
            throw Refusal(spec, "memory", little, "Docker's least is 6m", "Write a larger one");
        }

        (string Name, Limit? Limit, bool Held)[] each =
        [
            ("memory", spec.Limits.Memory, enforced.Memory),
            ("cpu", spec.Limits.Cpu, enforced.Cpu),
            ("pids", spec.Limits.Pids, enforced.Pids),
        ];
        foreach (var (name, limit, _) in each.Where(one => one is { Limit.Written: true, Held: false }))
        {
            throw Refusal(spec, name, limit!.Value, "the engine has no such limit on this kernel", "Remove the limit");
        }
    }

    private static CreelException Refusal(CellSpec spec, string name, Limit limit, string why, string remedy) =>
        new(
            Fault.Refused(
                "limit",
                $"the {name} limit of {spec.Group} ({LimitText.Of(name, limit)}) can't be enforced: {why}",
                remedy
            )
        );
}
