using Creel.Core.Isolation;
using Creel.Core.Link;

namespace Creel.Runtime.Attempts;

/// <summary>Another cell's files, sockets and shared memory.</summary>
internal static class NeighbourFiles
{
    private const int Existing = 0;

    public static AttemptLine[] Table { get; } =
    [
        new(
            "neighbour.files-read",
            o =>
                With(o, n => Outcome.Worst(Places(n.Workspace, n).Select(p => Tries.Read($"{p}/{Decoy.Name(n.Word)}", o.Secret))))
        ),
        new("neighbour.files-list", o => With(o, n => Tries.List(n.Workspace))),
        new(
            "neighbour.files-write",
            o => With(o, n => Outcome.Worst(Places(n.Workspace, n).Select(p => Tries.Make(p, ".creel-was-here"))))
        ),
        new("neighbour.state-read", o => With(o, n => Tries.Read($"{n.State}/home/{Decoy.Name(n.Word)}", o.Secret))),
        new("neighbour.workspace-name", o => With(o, n => Tries.List(CellPaths.Workspace(Creel.Core.AgentId.Legacy(n.Agent))))),
        new("neighbour.tmp", o => With(o, n => Tries.Read($"/tmp/{Decoy.Name(n.Word)}", o.Secret))),
        new("neighbour.hub-socket", o => With(o, n => Tries.Connect(n.HubSocket))),
        new("neighbour.abstract-socket", o => With(o, n => Tries.Connect("\0" + Decoy.Name(n.Word)))),
        new("neighbour.shared-memory", o => With(o, n => Tries.Read($"/dev/shm/{Decoy.Name(n.Word)}", o.Secret))),
        new(
            "neighbour.segment",
            o =>
                With(
                    o,
                    n =>
                        Tries.Call(
                            "shmget",
                            Kernel.Call(CallNumbers.Shmget, Decoy.Segment(n.Word), 0, Existing),
                            held: [Kernel.ENOENT]
                        )
                )
        ),
        new(
            "neighbour.queue",
            o =>
                With(
                    o,
                    n =>
                        Tries.File(
                            "mq_open",
                            Kernel.Call(CallNumbers.MqOpen, Decoy.Name(n.Word), Tries.ReadOnly),
                            held: [Kernel.ENOENT]
                        )
                )
        ),
        new("neighbour.control-group", o => With(o, FindGroup)),
    ];

    /// <summary>Without a second cell there is nobody to attack.</summary>
    public static Outcome With(AttemptOrder order, Func<AttemptNeighbour, Outcome> attempt) =>
        order.Neighbour is { } neighbour ? attempt(neighbour) : Outcome.Untried("no other cell runs");

    private static IEnumerable<string> Places(string workspace, AttemptNeighbour neighbour) =>
        [workspace, $"{CellPaths.Workspaces}/{neighbour.Agent}", $"../{neighbour.Agent}"];

    private static Outcome FindGroup(AttemptNeighbour neighbour)
    {
        try
        {
            var options = new EnumerationOptions
            {
                RecurseSubdirectories = true,
                MaxRecursionDepth = 6,
                AttributesToSkip = FileAttributes.ReparsePoint,
            };
            var found = Directory
                .EnumerateDirectories("/sys/fs/cgroup", "*", options)
                .Take(20_000)
                .FirstOrDefault(path => Path.GetFileName(path).Contains(neighbour.Cell, StringComparison.Ordinal));
            return found is null ? Outcome.Stopped("none of its name is in /sys/fs/cgroup") : Outcome.Through(found);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Outcome.Stopped("there is no /sys/fs/cgroup to look in");
        }
    }
}
