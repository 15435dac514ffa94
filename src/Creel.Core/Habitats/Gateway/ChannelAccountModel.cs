using Creel.Core.Tools;

namespace Creel.Core.Habitats.Gateway;

/// <summary>
/// One login on a messenger, with what holds for it: what the account says, else the channel, else <c>channels.defaults</c>, else what is
/// usual. Nothing is filled in before that, so that what a channel says reaches its accounts.
/// </summary>
public sealed record ChannelAccountModel
{
    public required string Channel { get; init; }

    public required string Id { get; init; }

    /// <summary>For people; the id where none was given.</summary>
    public required string Name { get; init; }

    public bool Enabled { get; init; } = true;

    /// <summary>Nobody wrote it, and no token stands with its channel: what is there may be other accounts' alone.</summary>
    public bool Implied { get; init; }

    /// <summary>Where the messenger has commands and a menu of them, they are used (<c>commands.native</c>, of the account or of all).</summary>
    public bool NativeCommands { get; init; } = true;

    /// <summary>The bot's token; null where the messenger needs none or none is said. Never inherited by a named account.</summary>
    public SecretSource? Token { get; init; }

    public DmPolicy DmPolicy { get; init; }

    public GroupPolicy GroupPolicy { get; init; }

    /// <summary>Senders of direct messages, as written, numbers in digits; <c>*</c> is everybody.</summary>
    public IReadOnlyList<string> AllowFrom { get; init; } = [];

    /// <summary>Senders in groups; null: those of <see cref="AllowFrom"/>.</summary>
    public IReadOnlyList<string>? GroupAllowFrom { get; init; }

    /// <summary>By the group's id, or <c>*</c>.</summary>
    public IReadOnlyDictionary<string, ChannelGroupModel> Groups { get; init; } = new Dictionary<string, ChannelGroupModel>();

    /// <summary>What direct conversations say of tools, by the peer's id, or <c>*</c>, which an entry of a peer's own takes the place of.</summary>
    public IReadOnlyDictionary<string, RoomTools> Direct { get; init; } = new Dictionary<string, RoomTools>();

    /// <summary>Messages of a group that a turn is told of; null: as <see cref="MessagesModel"/> says.</summary>
    public int? HistoryLimit { get; init; }

    /// <summary>Turns of a direct conversation that a turn is told of; null: all.</summary>
    public int? DmHistoryLimit { get; init; }

    /// <summary>The same for single people, by their id.</summary>
    public IReadOnlyDictionary<string, int> DmHistoryLimits { get; init; } = new Dictionary<string, int>();

    /// <summary>Characters of one message; null: the messenger's own limit.</summary>
    public int? TextChunkLimit { get; init; }

    /// <summary><c>length</c> (default) or <c>newline</c>.</summary>
    public string ChunkMode { get; init; } = "length";

    public double? MediaMaxMb { get; init; }

    /// <summary><c>off</c>, <c>first</c> or <c>all</c>: which parts of an answer are replies to the message; null: as is usual there.</summary>
    public string? ReplyToMode { get; init; }

    /// <summary>Where messages go that name nobody.</summary>
    public string? DefaultTo { get; init; }

    public string? ResponsePrefix { get; init; }

    public string? AckReaction { get; init; }

    public HeartbeatSight Heartbeat { get; init; } = new();

    /// <summary>The messenger calls here; null: it is asked.</summary>
    public string? WebhookUrl { get; init; }

    public SecretSource? WebhookSecret { get; init; }

    public string? WebhookPath { get; init; }

    public string? WebhookHost { get; init; }

    public int? WebhookPort { get; init; }

    /// <summary>All that holds for it, as a JSON object, for what only its adapter knows. Secrets in it are as they were written.</summary>
    public string Settings { get; init; } = "{}";
}

/// <summary>One group of an account, or all of them.</summary>
public sealed record ChannelGroupModel
{
    public bool Enabled { get; init; } = true;

    /// <summary>Nobody wrote it, and no token stands with its channel: what is there may be other accounts' alone.</summary>
    public bool Implied { get; init; }

    /// <summary>Null: as the next wider one says, in the end true.</summary>
    public bool? RequireMention { get; init; }

    public GroupPolicy? GroupPolicy { get; init; }

    /// <summary>Null: as the account says.</summary>
    public IReadOnlyList<string>? AllowFrom { get; init; }

    public string? SystemPrompt { get; init; }

    /// <summary>What it says of tools; null: nothing.</summary>
    public RoomTools? Tools { get; init; }

    /// <summary>Null: the agent's own.</summary>
    public IReadOnlyList<string>? Skills { get; init; }

    /// <summary>Threads of a forum, by their id.</summary>
    public IReadOnlyDictionary<string, ChannelGroupModel> Topics { get; init; } = new Dictionary<string, ChannelGroupModel>();
}
