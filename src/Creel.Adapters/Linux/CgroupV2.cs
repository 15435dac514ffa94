using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>The unified hierarchy.</summary>
/// <param name="parent">
/// The group under which Creel's own is made: the root of the hierarchy, or the one that was delegated to this user.
/// </param>
/// <param name="self">
/// This process, which must leave <paramref name="parent"/> before it may have children with limits; null at the root.
/// </param>
internal sealed class CgroupV2(string parent, string name, int? self) : ICgroupTree
{
    private static readonly string[] Controllers = ["memory", "pids", "cpu"];

    private string Root => Path.Combine(parent, name);

    public IReadOnlyList<string> Make(string cell, ResourceLimits limits, IList<UnmetLimit> unmet)
    {
        var folder = Path.Combine(Root, cell);
        var why = KernelFile.MakeFolder(Root);
        if (why is not null)
        {
            AddAll(why);
            return [];
        }

        // A group that holds processes can't hand controllers down: only its leaves may have any.
        if (self is { } pid && KernelFile.MakeFolder(Path.Combine(parent, name + "-serve")) is null)
        {
            KernelFile.Write(Path.Combine(parent, name + "-serve", "cgroup.procs"), $"{pid}");
        }

        var disabled = new Dictionary<string, string>();
        foreach (var controller in Controllers)
        {
            var refusal =
                KernelFile.Write(Path.Combine(parent, "cgroup.subtree_control"), "+" + controller)
                ?? KernelFile.Write(Path.Combine(Root, "cgroup.subtree_control"), "+" + controller);
            if (refusal is not null)
            {
                disabled[controller] = refusal;
            }
        }

        why = KernelFile.MakeFolder(folder);
        if (why is not null)
        {
            AddAll(why);
            return [];
        }

        Try(
            "memory",
            limits.Memory,
            () => Set("memory.max", KernelFile.Count(limits.Memory)) ?? SetIfThere("memory.swap.max", "0")
        );
        Try("pids", limits.Pids, () => Set("pids.max", KernelFile.Count(limits.Pids)));
        Try("cpu", limits.Cpu, () => Set("cpu.max", $"{KernelFile.CpuQuota(limits.Cpu)} {KernelFile.CpuPeriod}"));
        return [folder];

        string? Set(string file, string value) => KernelFile.Write(Path.Combine(folder, file), value);

        string? SetIfThere(string file, string value) => File.Exists(Path.Combine(folder, file)) ? Set(file, value) : null;

        void Try(string controller, Limit? limit, Func<string?> set)
        {
            if (limit is { } wanted && (disabled.GetValueOrDefault(controller) ?? set()) is { } refusal)
            {
                unmet.Add(new UnmetLimit(controller, wanted, refusal));
            }
        }

        void AddAll(string refusal)
        {
            disabled = Controllers.ToDictionary(c => c, _ => refusal);
            Try("memory", limits.Memory, () => null);
            Try("pids", limits.Pids, () => null);
            Try("cpu", limits.Cpu, () => null);
        }
    }

    public IReadOnlyList<string> Existing(string cell) =>
        Directory.Exists(Path.Combine(Root, cell)) ? [Path.Combine(Root, cell)] : [];

    public IReadOnlyList<string> Cells() =>
        Directory.Exists(Root) ? [.. Directory.EnumerateDirectories(Root).Select(folder => Path.GetFileName(folder))] : [];
}
