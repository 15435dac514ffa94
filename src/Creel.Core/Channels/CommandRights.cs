using Creel.Core.Sessions;

namespace Creel.Core.Channels;

/// <summary>Who may ask what of the gateway itself.</summary>
public sealed class CommandRights(GatewayRules rules)
{
    /// <summary>He may use what only owners may.</summary>
    public bool Owns(InboundMessage message, AccessPolicy access) =>
        rules.Owners is { } owners ? access.Named(owners).Names(message.Sender.Id) : access.Owns(message.Sender.Id);

    /// <summary>What he writes may be a command. Where <c>commands.allowFrom</c> is written, it alone counts, beside owners.</summary>
    /// <param name="listed">He is in the list that let him in.</param>
    public bool MayCommand(InboundMessage message, AccessPolicy access, bool listed) =>
        Commanders(message, access) is { } list ? list.Holds(message.Sender.Id) || Owns(message, access) : listed;

    /// <summary>
    /// A conversation that is one person's is his to begin anew, or to have another model. One that several share is for owners, and for whom <c>commands.allowFrom</c>
    /// names by his own id; in the main one everybody may who may command, as long as no owner is named at all.
    /// </summary>
    public bool MayChange(InboundMessage message, AccessPolicy access, string sessionKey) =>
        SessionKind.IsOnePersons(sessionKey)
        || Owns(message, access)
        || Commanders(message, access)?.Names(message.Sender.Id) == true
        || (SessionKind.Of(sessionKey) == "direct" && !HasOwners(access));

    /// <summary>The same for what came by no channel: whoever runs the machine may, and a client that may administer it.</summary>
    /// <returns>Null: it came by a channel, and was judged there.</returns>
    public static bool? MayChange(TurnOrigin? origin) =>
        origin switch
        {
            null => true,
            { Peer: null } => origin.Owner,
            _ => null,
        };

    private bool HasOwners(AccessPolicy access) => rules.Owners is { } owners ? owners.Count > 0 : access.HasOwners;

    private AllowList? Commanders(InboundMessage message, AccessPolicy access) =>
        rules.Commanders is { } lists
            ? access.Named(lists.GetValueOrDefault(message.Account.Channel) ?? lists.GetValueOrDefault(AllowList.Everyone) ?? [])
            : null;
}
