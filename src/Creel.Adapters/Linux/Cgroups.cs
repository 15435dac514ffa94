using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>The control groups of cells, by hand: whichever generation is mounted and may be written.</summary>
internal static class Cgroups
{
    private static readonly TimeSpan OrphanAge = TimeSpan.FromMinutes(10);

    /// <summary>The tree to use on this machine for this user.</summary>
    public static ICgroupTree Find(LinuxOptions options) =>
        Find(KernelFile.Lines("/proc/self/mounts"), KernelFile.Lines("/proc/self/cgroup"), UnixUser.IsRoot, options.ControlGroup);

    /// <param name="mounts">The lines of <c>/proc/self/mounts</c>.</param>
    /// <param name="own">The lines of <c>/proc/self/cgroup</c>.</param>
    internal static ICgroupTree Find(IEnumerable<string> mounts, IEnumerable<string> own, bool root, string name)
    {
        var v1 = new Dictionary<string, string>();
        string? v2 = null;
        foreach (var fields in mounts.Select(line => line.Split(' ')).Where(fields => fields.Length > 3))
        {
            if (fields[2] == "cgroup2")
            {
                v2 ??= fields[1];
            }
            else if (fields[2] == "cgroup")
            {
                foreach (var controller in fields[3].Split(',').Intersect(CgroupV1.Controllers))
                {
                    v1.TryAdd(controller, fields[1]);
                }
            }
        }

        if (v1.Count > 0)
        {
            return root ? new CgroupV1(v1, name) : new NoCgroups("only root may make control groups of version 1");
        }

        if (v2 is null)
        {
            return new NoCgroups("no control groups are mounted");
        }

        if (root)
        {
            return new CgroupV2(v2, name, null);
        }

        // After a first start this process is in a leaf of the delegated group already.
        var at = own.FirstOrDefault(line => line.StartsWith("0::/", StringComparison.Ordinal))?[4..] ?? "";
        var leaf = "/" + name + "-serve";
        at = ("/" + at).EndsWith(leaf, StringComparison.Ordinal) ? ("/" + at)[..^leaf.Length].TrimStart('/') : at;
        return new CgroupV2(Path.Combine(v2, at), name, Environment.ProcessId);
    }

    /// <summary>Makes a cell's groups with its limits.</summary>
    /// <exception cref="CreelException">
    /// A limit that a person wrote out can't be enforced, or the groups hold a living cell; nothing is left.
    /// </exception>
    public static IReadOnlyList<string> Make(ICgroupTree tree, CellSpec spec, TimeProvider time)
    {
        RemoveOrphans(tree, time);
        var cell = spec.Id.Value;
        var before = tree.Existing(cell);
        if (before.Any(folder => CellCgroup.Members(folder).Count > 0))
        {
            throw new CreelException(
                Fault.Conflict(
                    "cell-running",
                    $"the control group {before[0]} holds processes of an earlier start of cell {cell}",
                    "Stop that cell, or the other creel that runs it"
                )
            );
        }

        CellCgroup.Remove(before);
        var unmet = new List<UnmetLimit>();
        var made = tree.Make(cell, spec.Limits, unmet);
        if (unmet.FirstOrDefault(limit => limit.Limit.Written) is { } refused)
        {
            CellCgroup.Remove(made);
            throw new CreelException(Refusal(spec.Group, refused));
        }

        return made;
    }

    /// <summary>Which limits hold here, found by setting them on a group of no process.</summary>
    public static (EnforcedLimits Limits, IReadOnlyList<string> Why) Probe(ICgroupTree tree, string probe)
    {
        var wanted = new ResourceLimits(new Limit(64 << 20, false), new Limit(1, false), new Limit(64, false));
        var unmet = new List<UnmetLimit>();
        CellCgroup.Remove(tree.Make(probe, wanted, unmet));
        var names = unmet.Select(limit => limit.Name).ToHashSet();
        var limits = new EnforcedLimits(!names.Contains("memory"), !names.Contains("cpu"), !names.Contains("pids"));
        var why = unmet
            .GroupBy(limit => limit.Why)
            .Select(same => $"no limit on {string.Join(", ", same.Select(l => l.Name))}: {same.Key}");
        return (limits, [.. why]);
    }

    /// <summary>What a person is told whose written limit can't be had.</summary>
    public static Fault Refusal(GroupId group, UnmetLimit limit) =>
        Fault.Refused(
            "limit",
            $"the {limit.Name} limit of {group} ({LimitText.Of(limit.Name, limit.Limit)}) can't be enforced: {limit.Why}",
            "Run creel as root, have the control group delegated to this user, or remove the limit"
        );

    // Empty for long: the cell died and nobody was there to clear away. A new one is filled at once.
    private static void RemoveOrphans(ICgroupTree tree, TimeProvider time)
    {
        foreach (var folder in tree.Cells().SelectMany(tree.Existing))
        {
            if (time.GetUtcNow() - Directory.GetCreationTimeUtc(folder) > OrphanAge && CellCgroup.Members(folder).Count == 0)
            {
                CellCgroup.Remove([folder]);
            }
        }
    }
}
