using Creel.Core.Habitats.Json5;
using Creel.Core.Tools;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Lists of tools beside other things; what is wrong with them was told already.</summary>
internal static class ToolLists
{
    /// <summary>What <c>tools</c> and <c>toolsBySender</c> of a room say; null: nothing.</summary>
    public static RoomTools? Room(Json5Object? room, string at)
    {
        var list = room.Map("tools") is { } tools ? List(tools) : null;
        var senders = BySender(room);
        return list is null && senders.Count == 0 ? null : new RoomTools(at, list, senders);
    }

    public static IReadOnlyList<SenderRule> BySender(Json5Object? holder) =>
        holder.Map("toolsBySender") is { } rules
            ? [.. rules.Members.Where(m => m.Value is Json5Object).Select(m => new SenderRule(m.Key, List((Json5Object)m.Value)))]
            : [];

    private static ToolList List(Json5Object list) => new(null, list.Words("allow"), list.Words("alsoAllow"), list.Words("deny"));
}
