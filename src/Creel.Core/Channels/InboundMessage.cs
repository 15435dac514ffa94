using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>A message that came in, in the same words for all messengers.</summary>
/// <param name="Id">The messenger's own id; no other message of this account ever has it.</param>
/// <param name="Peer">The conversation.</param>
/// <param name="Text">What was written, or the caption; empty where there is nothing but attachments.</param>
/// <param name="SentAt">By the messenger's clock.</param>
public sealed record InboundMessage(
    ChannelAccount Account,
    string Id,
    Peer Peer,
    Sender Sender,
    string Text,
    DateTimeOffset SentAt
)
{
    /// <summary>What the conversation is a thread or a topic of.</summary>
    public Peer? ParentPeer { get; init; }

    /// <summary>A thread within the conversation, where its session is one of its own; null: none.</summary>
    public string? ThreadId { get; init; }

    /// <summary>The room's name, for people.</summary>
    public string? PeerName { get; init; }

    public string? GuildId { get; init; }

    public string? TeamId { get; init; }

    /// <summary>The sender's roles in the guild.</summary>
    public IReadOnlyList<string> MemberRoleIds { get; init; } = [];

    public IReadOnlyList<Attachment> Attachments { get; init; } = [];

    public Mentions Mentions { get; init; } = Mentions.None;

    /// <summary>What it answers, shortened by the adapter; null: it answers nothing.</summary>
    public string? Quoted { get; init; }

    /// <summary>Names, titles and what it answers as they may stand among words of ours. What was written stays as it is.</summary>
    public InboundMessage Plain() =>
        this with
        {
            Sender = Sender with { Name = PlainLine.OrNull(Sender.Name), Username = PlainLine.OrNull(Sender.Username) },
            PeerName = PlainLine.OrNull(PeerName),
            Attachments = Attachments.Count == 0 ? Attachments : [.. Attachments.Select(a => a.Plain())],
            Quoted = PlainLine.OrNull(Quoted, LongestQuote),
        };

    private const int LongestQuote = 512;

    public MessageSource Source =>
        new(Account.Channel, Account.Account)
        {
            Peer = Peer,
            ParentPeer = ParentPeer,
            GuildId = GuildId,
            TeamId = TeamId,
            MemberRoleIds = MemberRoleIds,
        };
}
