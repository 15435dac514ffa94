using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Core.Sessions;

/// <summary>When a conversation begins anew.</summary>
public static class Resets
{
    /// <param name="last">When its last message came.</param>
    /// <param name="channel">Of the message that comes now; null: none.</param>
    /// <returns>Why it is to begin anew now: <c>idle</c> or <c>daily</c>; null: it goes on.</returns>
    public static string? Due(
        SessionRules rules,
        string sessionKey,
        string? channel,
        DateTimeOffset last,
        DateTimeOffset now,
        TimeZoneInfo zone
    )
    {
        var kind =
            SessionKeyText.ParentOf(sessionKey) is not null ? "thread"
            : SessionKind.Of(sessionKey) == "group" ? "group"
            : "direct";
        var rule = rules.ResetOf(channel, kind);
        if (rule.Idle is { } idle && now - last > idle)
        {
            return "idle";
        }

        return rule.Mode == ResetMode.Daily && last < LastHour(rule.AtHour, now, zone) ? "daily" : null;
    }

    /// <summary>The message asks for a new conversation.</summary>
    /// <param name="rest">What is to be its first message; empty: nothing yet.</param>
    public static bool IsTrigger(SessionRules rules, string message, out string rest)
    {
        var text = message.Trim();
        foreach (var trigger in rules.ResetTriggers.Where(t => t.Trim().Length > 0))
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

    /// <summary>The last moment before now at which a clock on the wall showed this hour.</summary>
    private static DateTimeOffset LastHour(int hour, DateTimeOffset now, TimeZoneInfo zone)
    {
        var today = TimeZoneInfo.ConvertTime(now, zone).Date.AddHours(hour);
        var at = WallClock.At(today, zone);
        return at <= now ? at : WallClock.At(today.AddDays(-1), zone);
    }
}
