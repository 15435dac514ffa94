using Creel.Core.Routing;

namespace Creel.Core.Habitats.Gateway;

/// <summary>The <c>session</c> section.</summary>
public sealed record SessionRules
{
    /// <summary>What decides which conversation a message belongs to.</summary>
    public SessionModel Keys { get; init; } = new();

    /// <summary>When a conversation starts anew.</summary>
    public ResetRule Reset { get; init; } = ResetRule.Usual;

    /// <summary>By <c>direct</c>, <c>group</c> or <c>thread</c>, before <see cref="Reset"/>.</summary>
    public IReadOnlyDictionary<string, ResetRule> ResetByType { get; init; } = new Dictionary<string, ResetRule>();

    /// <summary>By channel, before both.</summary>
    public IReadOnlyDictionary<string, ResetRule> ResetByChannel { get; init; } = new Dictionary<string, ResetRule>();

    /// <summary>Messages that start it anew.</summary>
    public IReadOnlyList<string> ResetTriggers { get; init; } = ["/new", "/reset"];

    /// <summary>Where sessions are kept, with <c>{agentId}</c> in it; null: in the agent's own folder.</summary>
    public string? Store { get; init; }

    public SendPolicyModel SendPolicy { get; init; } = new();

    /// <summary>Turns that two agents may answer each other, 0 to 5.</summary>
    public int MaxPingPongTurns { get; init; } = 5;

    /// <summary><c>never</c>, <c>instant</c>, <c>thinking</c> or <c>message</c>; null: as is usual there.</summary>
    public string? TypingMode { get; init; }

    public int? TypingIntervalSeconds { get; init; }

    public SessionUpkeep Upkeep { get; init; } = new();

    /// <summary>The rule of a conversation: its channel's, else its kind's, else that of all.</summary>
    public ResetRule ResetOf(string? channel, string kind) =>
        channel is not null && ResetByChannel.TryGetValue(channel, out var own)
            ? own
            : ResetByType.GetValueOrDefault(kind, Reset);
}

/// <summary>When a conversation starts anew by itself.</summary>
/// <param name="AtHour">The hour of the day, in local time, for <see cref="ResetMode.Daily"/>.</param>
/// <param name="Idle">After so much silence. With <see cref="ResetMode.Daily"/> the one that comes first; null: never.</param>
public sealed record ResetRule(ResetMode Mode, int AtHour, TimeSpan? Idle)
{
    public const int UsualHour = 4;

    public static ResetRule Usual { get; } = new(ResetMode.Daily, UsualHour, null);
}

public enum ResetMode
{
    Daily,
    Idle,
}

/// <summary>Whether answers are sent: the first rule that holds, else <see cref="Default"/>.</summary>
public sealed record SendPolicyModel
{
    /// <summary>True: they are.</summary>
    public bool Default { get; init; } = true;

    public IReadOnlyList<SendRule> Rules { get; init; } = [];
}

/// <param name="ChatType"><c>direct</c>, <c>group</c> or <c>channel</c>.</param>
/// <param name="KeyPrefix">Of the session key without <c>agent:&lt;id&gt;:</c>.</param>
/// <param name="RawKeyPrefix">Of the whole session key.</param>
public sealed record SendRule(bool Allow, string? Channel, string? ChatType, string? KeyPrefix, string? RawKeyPrefix);

/// <summary>How the store of sessions is kept small.</summary>
/// <param name="Enforce">It is done; otherwise only told.</param>
public sealed record SessionUpkeep(bool Enforce = false, int PruneAfterDays = 30, int MaxEntries = 500);
