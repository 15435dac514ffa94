using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Core.Tools;

namespace Creel.Core.Channels;

/// <summary>
/// Whom an account listens to. Access is the account's, never the agent's: it is decided before anybody asks where a message goes.
/// </summary>
public sealed class AccessPolicy
{
    private readonly ChannelAccountModel account;
    private readonly ChannelTraits traits;
    private readonly IChannelKind kind;
    private readonly AllowList direct;
    private readonly AllowList groups;
    private readonly Dictionary<ChannelGroupModel, AllowList> own = new(ReferenceEqualityComparer.Instance);

    public AccessPolicy(ChannelAccountModel account, ChannelTraits traits, IChannelKind kind)
    {
        (this.account, this.traits, this.kind) = (account, traits, kind);
        direct = new AllowList(account.AllowFrom, kind);
        groups = account.GroupAllowFrom is { Count: > 0 } list ? new AllowList(list, kind) : direct;
        foreach (var group in account.Groups.Values.SelectMany(g => g.Topics.Values.Append(g)))
        {
            if (group.AllowFrom is { } names)
            {
                own[group] = new AllowList(names, kind);
            }
        }

        Odd = [.. direct.Odd.Concat(groups.Odd).Concat(own.Values.SelectMany(l => l.Odd)).Distinct()];
    }

    /// <summary>Entries of lists that can be nobody here.</summary>
    public IReadOnlyList<string> Odd { get; }

    /// <summary>The messenger has commands of its own, and they are wanted.</summary>
    public bool NativeCommands => traits.HasCommands && account.NativeCommands;

    /// <summary>Named by his own id in the configuration: he may use what only owners may.</summary>
    public bool Owns(string sender) => Named(account.AllowFrom).Names(sender);

    /// <summary>The configuration names somebody who owns the account.</summary>
    public bool HasOwners => Named(account.AllowFrom).NamesAnyone;

    /// <summary>People in a list of the configuration; where names are claims, those alone that say of which channel they are.</summary>
    public AllowList Named(IReadOnlyList<string> entries) => new(entries, kind, wholeNames: traits.AdmitsByToken);

    /// <param name="paired">The sender was let in by a code.</param>
    public AccessDecision Decide(InboundMessage message, bool paired) =>
        message.Peer.Kind == PeerKind.Direct ? Direct(message.Sender.Id, paired) : Group(message);

    /// <summary>A message of the group must speak to us to be answered; always false where it is no group.</summary>
    public bool WantsMention(InboundMessage message)
    {
        if (message.Peer.Kind == PeerKind.Direct)
        {
            return false;
        }

        var (topic, group, any) = Find(message);
        return topic?.RequireMention ?? group?.RequireMention ?? any?.RequireMention ?? true;
    }

    /// <summary>What the message's topic, else its group, else all groups add to the system prompt; null: nothing.</summary>
    public string? SystemPrompt(InboundMessage message)
    {
        var (topic, group, any) = Find(message);
        return message.Peer.Kind == PeerKind.Direct ? null : topic?.SystemPrompt ?? group?.SystemPrompt ?? any?.SystemPrompt;
    }

    /// <summary>What the place, or the sender in it, is limited to; null: to nothing.</summary>
    public ToolLimit? Tools(InboundMessage message) =>
        RoomPlaces.Tools(
            account,
            message.Peer,
            message.ParentPeer,
            Room(message),
            new Speaker(account.Channel, message.Sender.Id, message.Sender.Username, message.Sender.Name)
        );

    private AccessDecision Direct(string sender, bool paired)
    {
        if (traits.AdmitsByToken && account.DmPolicy != DmPolicy.Disabled)
        {
            return new AccessDecision(AccessAnswer.Allow, "dm_policy_open", Listed: true);
        }

        // Who was let in by a code is not let in where the list alone is to count.
        var listed = direct.Holds(sender) || (paired && account.DmPolicy != DmPolicy.Allowlist);
        return account.DmPolicy switch
        {
            DmPolicy.Disabled => new AccessDecision(AccessAnswer.Block, "dm_policy_disabled"),
            DmPolicy.Open => new AccessDecision(AccessAnswer.Allow, "dm_policy_open", listed),
            _ when listed => new AccessDecision(AccessAnswer.Allow, "dm_policy_allowlisted", true),
            DmPolicy.Pairing => new AccessDecision(AccessAnswer.Challenge, "dm_policy_pairing_required"),
            _ => new AccessDecision(AccessAnswer.Block, "dm_policy_not_allowlisted"),
        };
    }

    private AccessDecision Group(InboundMessage message)
    {
        if (traits.AdmitsByToken && account.GroupPolicy != GroupPolicy.Disabled)
        {
            return new AccessDecision(AccessAnswer.Allow, "group_policy_allowed", Listed: true);
        }

        var (topic, group, any) = Find(message);
        var policy = topic?.GroupPolicy ?? group?.GroupPolicy ?? any?.GroupPolicy ?? account.GroupPolicy;
        if (policy == GroupPolicy.Disabled)
        {
            return new AccessDecision(AccessAnswer.Block, "group_policy_disabled");
        }

        if (topic?.Enabled == false || (group ?? any)?.Enabled == false)
        {
            return new AccessDecision(AccessAnswer.Block, "group_disabled");
        }

        // As soon as one group is written down, those that aren't are none of ours.
        if (account.Groups.Count > 0 && group is null && any is null)
        {
            return new AccessDecision(AccessAnswer.Block, "group_not_listed");
        }

        var list = List(topic) ?? List(group) ?? List(any) ?? groups;
        var listed = list.Holds(message.Sender.Id);
        return policy switch
        {
            GroupPolicy.Open => new AccessDecision(AccessAnswer.Allow, "group_policy_allowed", listed),
            _ when list.IsEmpty => new AccessDecision(AccessAnswer.Block, "group_policy_empty_allowlist"),
            _ when listed => new AccessDecision(AccessAnswer.Allow, "group_policy_allowed", true),
            _ => new AccessDecision(AccessAnswer.Block, "group_policy_not_allowlisted"),
        };
    }

    private AllowList? List(ChannelGroupModel? group) => group is not null && own.TryGetValue(group, out var list) ? list : null;

    private RoomPlaces Find(InboundMessage message) => RoomPlaces.Of(account, message.Peer, message.ParentPeer, Room(message));

    private string Room(InboundMessage message) => kind.PeerId((message.ParentPeer ?? message.Peer).Id);
}
