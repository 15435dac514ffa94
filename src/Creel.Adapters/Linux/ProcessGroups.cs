namespace Creel.Adapters.Linux;

/// <summary>The control groups that a process is in, whoever made them.</summary>
internal static class ProcessGroups
{
    /// <summary>One folder a hierarchy; none where the process is gone.</summary>
    public static IReadOnlyList<string> Of(int pid) =>
        Of(KernelFile.Lines($"/proc/{pid}/cgroup"), KernelFile.Lines("/proc/self/mountinfo"));

    /// <param name="groups">Lines of <c>/proc/&lt;pid&gt;/cgroup</c>: number, controllers, path in the hierarchy.</param>
    /// <param name="mounts">Lines of <c>/proc/self/mountinfo</c>: where each hierarchy, or a part of it, is seen.</param>
    internal static IReadOnlyList<string> Of(IEnumerable<string> groups, IEnumerable<string> mounts)
    {
        var seen = mounts.Select(Hierarchy.Parse).OfType<Hierarchy>().ToList();
        return
        [
            .. from line in groups
            let fields = line.Split(':', 3)
            where fields.Length == 3
            let hierarchy = seen.Find(one => one.Is(fields[1]))
            where hierarchy is not null
            let folder = hierarchy.Folder(fields[2])
            where folder is not null
            select folder,
        ];
    }

    private sealed record Hierarchy(string Root, string Place, string[] Controllers)
    {
        public static Hierarchy? Parse(string line)
        {
            var halves = line.Split(" - ", 2);
            var (head, tail) = (halves[0].Split(' '), halves.ElementAtOrDefault(1)?.Split(' ') ?? []);
            return tail is [("cgroup" or "cgroup2") and var kind, _, var options, ..] && head.Length > 4
                ? new Hierarchy(head[3], head[4], kind == "cgroup2" ? [""] : options.Split(','))
                : null;
        }

        public bool Is(string controllers) =>
            controllers.Length == 0 ? Controllers is [""] : controllers.Split(',').All(name => Controllers.Contains(name));

        public string? Folder(string path) =>
            Root == "/" ? Place + path
            : path == Root || path.StartsWith(Root + "/", StringComparison.Ordinal) ? Place + path[Root.Length..]
            : null;
    }
}
