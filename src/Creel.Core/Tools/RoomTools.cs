namespace Creel.Core.Tools;

/// <summary>What one room, topic or direct conversation says of tools.</summary>
/// <param name="At">Where it is said: <c>channels.telegram.groups[-100]</c>.</param>
/// <param name="List">For all who speak there; null: nothing.</param>
/// <param name="BySender">Goes before it.</param>
public sealed record RoomTools(string At, ToolList? List, IReadOnlyList<SenderRule> BySender)
{
    /// <summary>The first of these places that says anything of him decides, and the wider ones are not asked.</summary>
    /// <returns>Null: none of them does.</returns>
    public static ToolLimit? Of(IEnumerable<RoomTools?> narrowToWide, Speaker who) =>
        narrowToWide.OfType<RoomTools>().Select(place => place.Limit(who)).FirstOrDefault(limit => limit is not null);

    private ToolLimit? Limit(Speaker who) =>
        SenderRules.Of(BySender, who) is { } rule ? new ToolLimit($"{At}.toolsBySender[{rule.Key.Trim()}]", rule.List)
        : List is not null ? new ToolLimit($"{At}.tools", List)
        : null;
}
