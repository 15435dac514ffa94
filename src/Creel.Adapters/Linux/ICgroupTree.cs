using Creel.Core.Isolation;

namespace Creel.Adapters.Linux;

/// <summary>One of the two generations of control groups.</summary>
internal interface ICgroupTree
{
    /// <summary>Makes the folders of one cell, empty, with its limits; at least one where the tree works at all.</summary>
    /// <param name="unmet">Receives a sentence for each limit that could not be set.</param>
    /// <returns>Absolute folders, each with a <c>cgroup.procs</c>.</returns>
    IReadOnlyList<string> Make(string cell, ResourceLimits limits, IList<UnmetLimit> unmet);

    /// <summary>The folders that belong to a cell of this name and exist.</summary>
    IReadOnlyList<string> Existing(string cell);

    /// <summary>The names of all cells that have a folder.</summary>
    IReadOnlyList<string> Cells();
}

/// <summary>A limit that is not enforced, and why.</summary>
/// <param name="Name">As in the habitat: memory, cpu, pids.</param>
internal sealed record UnmetLimit(string Name, Limit Limit, string Why);
