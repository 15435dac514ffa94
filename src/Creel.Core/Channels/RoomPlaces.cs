using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Core.Tools;

namespace Creel.Core.Channels;

/// <summary>What an account's settings say of one conversation, from narrow to wide.</summary>
/// <param name="Topic">Null: it is in none, or nothing is said of it.</param>
/// <param name="Any">What is said of all groups.</param>
public sealed record RoomPlaces(ChannelGroupModel? Topic, ChannelGroupModel? Group, ChannelGroupModel? Any)
{
    /// <param name="parent">What the conversation is a topic of.</param>
    /// <param name="room">The room's id as a group's key is written.</param>
    public static RoomPlaces Of(ChannelAccountModel account, Peer peer, Peer? parent, string room)
    {
        var any = account.Groups.GetValueOrDefault(AllowList.Everyone);
        var group = account.Groups.GetValueOrDefault(room);
        var thread = parent is null ? null : peer.Id[(peer.Id.LastIndexOf(':') + 1)..];
        return new RoomPlaces(thread is null ? null : (group ?? any)?.Topics.GetValueOrDefault(thread), group, any);
    }

    /// <summary>What the place, or the sender in it, is limited to; null: to nothing.</summary>
    /// <param name="room">The id of the room, or of the other one of a direct conversation, as keys are written.</param>
    public static ToolLimit? Tools(ChannelAccountModel account, Peer peer, Peer? parent, string room, Speaker who)
    {
        if (peer.Kind == PeerKind.Direct)
        {
            return RoomTools.Of(
                [account.Direct.GetValueOrDefault(room) ?? account.Direct.GetValueOrDefault(AllowList.Everyone)],
                who
            );
        }

        var (topic, group, any) = Of(account, peer, parent, room);
        return RoomTools.Of([topic?.Tools, group?.Tools, any?.Tools], who);
    }
}
