using System.Globalization;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.Core.Policy;

namespace Creel.Core.Isolation;

/// <summary>A cell as the habitat wants it: a group, with the driver that will provide its level.</summary>
/// <param name="Network">What the driver will provide.</param>
/// <param name="Notes">Sentences about what is weaker here than a reader would expect.</param>
public sealed record CellDesign(
    CellId Id,
    AgentGroup Group,
    string Driver,
    NetworkMode Network,
    IReadOnlyList<AgentModel> Agents,
    IReadOnlyList<SharedPath> Shared,
    IReadOnlyList<string> Notes
)
{
    /// <summary>Which of the group's limits the driver enforces here.</summary>
    public EnforcedLimits Enforced { get; init; } = EnforcedLimits.No;

    /// <summary>Which models its brains can ask.</summary>
    public IReadOnlyList<UpstreamModel> Upstreams { get; init; } = [];

    /// <summary>The driver gives it a host uid of its own.</summary>
    public bool OwnUser { get; init; }

    /// <summary>What decides which attempts it claims to hold: the same for a plan and for <c>creel verify</c>.</summary>
    public ClaimedCell Claimed =>
        new(
            Driver,
            Network,
            OwnUser,
            new EnforcedLimits(
                Enforced.Memory && Group.Limits.Memory is not null,
                Enforced.Cpu && Group.Limits.Cpu is not null,
                Enforced.Pids && Group.Limits.Pids is not null
            ),
            Group.OciRuntime
        );

    /// <summary>What of the host the cell is handed because the habitat says so; not what Creel makes for it.</summary>
    public IReadOnlyList<HandedFolder> Handed =>
        [
            .. Agents
                .Where(a => a.Workspace is not null)
                .Select(a => new HandedFolder(a.Workspace!, true, $"workspace of {a.Id}")),
            .. Shared.Select(s => new HandedFolder(s.Path, s.Writable, "shared")),
            .. OpenClaw is { } tree ? [new HandedFolder(tree, false, "openclaw")] : Array.Empty<HandedFolder>(),
        ];

    /// <summary>The host folder with the OpenClaw that the cell's agents think with; null where they need none of the host's.</summary>
    public string? OpenClaw => Agents.Select(a => a.Brain.Path).FirstOrDefault(path => path is not null);

    /// <summary>
    /// Names what its setup command is run in: it runs again where another one is said, or what it made may no longer fit. Null: there is none.
    /// </summary>
    public string? SetupMark =>
        Group.Making.Command is { } command
            ? CellMaking.Digest(
                string.Join(
                    '\n',
                    Group.Making.Variables.Select(v => $"{v.Key}={v.Value}").Prepend(Group.Image).Prepend(Driver).Append(command)
                )
            )
            : null;

    /// <summary>What only a restart can bring into the cell, as <c>key=value</c> lines in a fixed order: equal text, no restart.</summary>
    public string Revision
    {
        get
        {
            var lines = new List<string>
            {
                $"driver={Driver}",
                $"level={Word(Group.Level)}",
                $"network={Word(Network)}",
                $"memory={Amount(Group.Limits.Memory)}",
                $"cpu={Amount(Group.Limits.Cpu)}",
                $"pids={Amount(Group.Limits.Pids)}",
            };
            if (Group.Image is { } image)
            {
                lines.Add($"image={image}");
            }

            if (Group.OciRuntime is { } runtime)
            {
                lines.Add($"ociRuntime={runtime}");
            }

            if (OpenClaw is { } tree)
            {
                lines.Add($"openclaw={tree}");
            }

            // Values have no place in a plan: what differs is enough.
            lines.AddRange(Group.Making.Variables.Select(v => $"env {v.Key}={CellMaking.Digest(v.Value)}"));
            if (Group.Making.Command is { } command)
            {
                lines.Add($"setupCommand={CellMaking.Digest(command)}");
            }

            lines.AddRange(Agents.OrderBy(a => a.Id).Select(a => $"workspace of {a.Id}={a.Workspace ?? "own"}"));
            lines.AddRange(
                Shared.Select(s => $"shared {s.Path}={(s.Writable ? "rw" : "ro")}{(s.At is null ? "" : $" at {s.At}")}")
            );
            return string.Join('\n', lines);
        }
    }

    /// <summary>What differs between two revisions, for people: <c>memory 256m → 512m</c>.</summary>
    public static string Difference(string before, string after)
    {
        var old = Parse(before);
        var now = Parse(after);
        var changes = old
            .Keys.Union(now.Keys)
            .Where(key => old.GetValueOrDefault(key) != now.GetValueOrDefault(key))
            .Select(key =>
                IsDigest(key)
                    ? $"{key} {(!old.ContainsKey(key) ? "added" : now.ContainsKey(key) ? "changed" : "removed")}"
                    : $"{key} {Show(key, old)} → {Show(key, now)}"
            );
        return string.Join(", ", changes);
    }

    private static bool IsDigest(string key) => key == "setupCommand" || key.StartsWith("env ", StringComparison.Ordinal);

    private static string Show(string key, Dictionary<string, string> values) =>
        values.GetValueOrDefault(key) switch
        {
            null => "none",
            var text when key == "memory" && double.TryParse(text, CultureInfo.InvariantCulture, out var bytes) => LimitText.Size(
                bytes
            ),
            var text => text,
        };

    private static Dictionary<string, string> Parse(string revision) =>
        revision
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0])
            .ToDictionary(group => group.Key, group => group.Last()[1]);

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Amount(Limit? limit) => limit?.Value.ToString(CultureInfo.InvariantCulture) ?? "unlimited";
}
