using System.Diagnostics.CodeAnalysis;

namespace Creel.Core;

/// <summary>An agent's id: <c>[a-z0-9][a-z0-9_-]{0,63}</c>, the alphabet of OpenClaw, so that an id is also a safe file name.</summary>
public readonly record struct AgentId : IComparable<AgentId>
{
    public const string Rule = "a lower-case letter or digit, then up to 63 lower-case letters, digits, '-' or '_'";

    private readonly string? value;

    private AgentId(string value) => this.value = value;

    public string Value => value ?? "";

    public static bool TryParse([NotNullWhen(true)] string? text, out AgentId id)
    {
        id = Slug.IsValid(text) ? new AgentId(text!) : default;
        return id.value is not null;
    }

    /// <exception cref="CreelException">The text is not an agent id; the message quotes it safely.</exception>
    public static AgentId Parse(string? text) =>
        TryParse(text, out var id)
            ? id
            : throw new CreelException(Fault.Invalid("agent-id", $"{Slug.Quote(text)} is not an agent id: {Rule}"));

    /// <summary>Any text at all, as the older hub allowed. Only its unauthenticated mode may use this; such an id never names a file.</summary>
    public static AgentId Legacy(string text) => new(text);

    public int CompareTo(AgentId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>A group's id: same alphabet as an agent's, since an agent without a group is a group of its own name.</summary>
public readonly record struct GroupId : IComparable<GroupId>
{
    private readonly string? value;

    private GroupId(string value) => this.value = value;

    public string Value => value ?? "";

    public static bool TryParse([NotNullWhen(true)] string? text, out GroupId id)
    {
        id = Slug.IsValid(text) ? new GroupId(text!) : default;
        return id.value is not null;
    }

    /// <exception cref="CreelException">The text is not a group id.</exception>
    public static GroupId Parse(string? text) =>
        TryParse(text, out var id)
            ? id
            : throw new CreelException(Fault.Invalid("group-id", $"{Slug.Quote(text)} is not a group id: {AgentId.Rule}"));

    public int CompareTo(GroupId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;
}

/// <summary>A cell's id: 8 hexadecimal digits, short enough for a socket path (107 bytes in all).</summary>
public readonly record struct CellId(string Value)
{
    /// <summary>The cell of a group: the same every time, so that paths and adoption are stable.</summary>
    /// <param name="instance">Names the Creel that makes it, so that two on one machine never meet in a path or a cgroup.</param>
    public static CellId Of(string instance, string habitat, GroupId group)
    {
        var text = $"{instance}\n{habitat}\n{group.Value}";
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));
        return new CellId(Convert.ToHexStringLower(hash.AsSpan(0, 4)));
    }

    public override string ToString() => Value ?? "";
}

/// <summary>A task's id, chosen by the hub: a version 7 UUID, so that ids sort by time.</summary>
public readonly record struct TaskId(Guid Value)
{
    public static bool TryParse(string? text, out TaskId id)
    {
        var ok = Guid.TryParseExact(text, "D", out var guid);
        id = new TaskId(guid);
        return ok;
    }

    public override string ToString() => Value.ToString("D");
}
