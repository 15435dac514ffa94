namespace Creel.Core.Habitats.Gateway;

/// <summary>The <c>messages</c> section.</summary>
public sealed record MessagesModel
{
    public QueueRules Queue { get; init; } = new();

    /// <summary>How long more messages of one sender are waited for.</summary>
    public Debounce Inbound { get; init; } = new(TimeSpan.Zero, new Dictionary<string, TimeSpan>());

    /// <summary>By which a group calls any agent; an agent's own come first. Null: those of its name.</summary>
    public IReadOnlyList<string>? MentionPatterns { get; init; }

    /// <summary>Messages of a group that a turn is told of, where an account says nothing.</summary>
    public int? GroupHistoryLimit { get; init; }

    public string? MessagePrefix { get; init; }

    /// <summary>Before each answer; <c>auto</c> is the agent's name.</summary>
    public string? ResponsePrefix { get; init; }

    /// <summary>With which a message is acknowledged; null: as is usual, empty: nothing.</summary>
    public string? AckReaction { get; init; }

    /// <summary><c>group-mentions</c> (default), <c>group-all</c>, <c>direct</c> or <c>all</c>.</summary>
    public string AckReactionScope { get; init; } = "group-mentions";

    public bool RemoveAckAfterReply { get; init; }

    public bool SuppressToolErrors { get; init; }
}

/// <summary>What happens to a message that comes while a turn runs.</summary>
public sealed record QueueRules
{
    /// <summary><c>collect</c> (default), <c>followup</c>, <c>steer</c>, <c>steer-backlog</c>, <c>interrupt</c> or <c>queue</c>.</summary>
    public string Mode { get; init; } = "collect";

    public IReadOnlyDictionary<string, string> ModeByChannel { get; init; } = new Dictionary<string, string>();

    public Debounce Debounce { get; init; } = new(TimeSpan.FromSeconds(1), new Dictionary<string, TimeSpan>());

    /// <summary>How many wait, at most.</summary>
    public int Cap { get; init; } = 20;

    /// <summary>What becomes of more: <c>old</c>, <c>new</c> or <c>summarize</c> (default).</summary>
    public string Drop { get; init; } = "summarize";

    public string ModeOf(string? channel) => channel is null ? Mode : ModeByChannel.GetValueOrDefault(channel, Mode);
}

/// <summary>A wait, and those of single channels.</summary>
public sealed record Debounce(TimeSpan Time, IReadOnlyDictionary<string, TimeSpan> ByChannel)
{
    public TimeSpan Of(string? channel) => channel is null ? Time : ByChannel.GetValueOrDefault(channel, Time);
}
