using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>When a conversation begins anew by itself; whichever comes first.</summary>
/// <param name="DailyAt">The hour of the day, 0 to 23, where the gateway runs; null: never by the hour.</param>
/// <param name="Idle">So long after the last message; null: never by silence.</param>
public sealed record ResetRule(int? DailyAt, TimeSpan? Idle)
{
    public static ResetRule Default { get; } = new(4, null);

    /// <returns>Why it is to begin anew now: <c>idle</c> or <c>daily</c>; null: it goes on.</returns>
    public string? Due(DateTimeOffset last, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (Idle is { } idle && now - last > idle)
        {
            return "idle";
        }

        return DailyAt is { } hour && last < LastHour(hour, now, zone) ? "daily" : null;
    }

    /// <summary>The last moment before now at which a clock on the wall showed this hour.</summary>
    private static DateTimeOffset LastHour(int hour, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var wall = local.Date.AddHours(hour);
        var at = WallClock.At(wall, zone);
        return at <= now ? at : WallClock.At(wall.AddDays(-1), zone);
    }
}

/// <summary><c>session.reset</c> and what stands beside it.</summary>
/// <param name="Triggers">Messages that begin anew: alone, or before the first message of what is new.</param>
public sealed record ResetRules(
    ResetRule Usual,
    ResetRule? Direct,
    ResetRule? Group,
    ResetRule? Thread,
    IReadOnlyDictionary<string, ResetRule> ByChannel,
    IReadOnlyList<string> Triggers
)
{
    public static ResetRules Default { get; } =
        new(ResetRule.Default, null, null, null, new Dictionary<string, ResetRule>(), ["/new", "/reset"]);

    public ResetRule For(string sessionKey, string? channel)
    {
        if (channel is not null && ByChannel.TryGetValue(channel, out var own))
        {
            return own;
        }

        var kind =
            SessionKeyText.ParentOf(sessionKey) is not null ? Thread
            : SessionKind.Of(sessionKey) == "group" ? Group
            : Direct;
        return kind ?? Usual;
    }

    /// <summary>The message asks for a new conversation.</summary>
    /// <param name="rest">What is to be its first message; empty: nothing yet.</param>
    public bool IsTrigger(string message, out string rest)
    {
        var text = message.Trim();
        foreach (var trigger in Triggers)
        {
            if (
                text.StartsWith(trigger, StringComparison.OrdinalIgnoreCase)
                && (text.Length == trigger.Length || char.IsWhiteSpace(text[trigger.Length]))
            )
            {
                rest = text[trigger.Length..].Trim();
                return true;
            }
        }

        rest = "";
        return false;
    }
}
