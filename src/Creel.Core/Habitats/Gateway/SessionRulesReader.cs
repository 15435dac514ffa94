using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Reads the <c>session</c> section.</summary>
internal static class SessionRulesReader
{
    public static SessionRules Read(Json5Object? session)
    {
        var usual = new SessionRules();
        var reset = Reset(session.Map("reset"), session);
        return new SessionRules
        {
            Keys = SessionReader.Read(session, new Findings(lenient: true)),
            Reset = reset,
            ResetByType = NodeValues
                .Pairs(session.Map("resetByType"), m => m.Value is Json5Object rule ? Reset(rule, session) : null)
                .GroupBy(r => r.Key == "dm" ? "direct" : r.Key)
                .ToDictionary(g => g.Key, g => g.OrderBy(r => r.Key == "dm").First().Value),
            ResetByChannel = NodeValues
                .Pairs(session.Map("resetByChannel"), m => m.Value is Json5Object rule ? Reset(rule, session) : null)
                .GroupBy(r => RoutingText.Channel(r.Key))
                .ToDictionary(g => g.Key, g => g.First().Value),
            ResetTriggers = session.Words("resetTriggers") ?? usual.ResetTriggers,
            Store = session.Word("store"),
            SendPolicy = SendPolicy(session.Map("sendPolicy")),
            MaxPingPongTurns = session.Map("agentToAgent").Whole("maxPingPongTurns") ?? usual.MaxPingPongTurns,
            TypingMode = session.Word("typingMode"),
            TypingIntervalSeconds = session.Whole("typingIntervalSeconds"),
            Upkeep = Upkeep(session.Map("maintenance")),
        };
    }

    /// <summary>A rule that only says how long is one of silence; <c>session.idleMinutes</c> is the older way to say it.</summary>
    private static ResetRule Reset(Json5Object? rule, Json5Object? session)
    {
        var idle = rule.Whole("idleMinutes") ?? session.Whole("idleMinutes");
        var mode = rule.Word("mode") switch
        {
            "idle" => ResetMode.Idle,
            "daily" => ResetMode.Daily,
            _ => rule is null && idle is not null ? ResetMode.Idle : ResetMode.Daily,
        };
        const int UsualIdle = 60;
        var minutes = mode == ResetMode.Idle ? idle ?? UsualIdle : idle;
        return new ResetRule(
            mode,
            rule.Whole("atHour") ?? ResetRule.UsualHour,
            minutes is { } count ? TimeSpan.FromMinutes(count) : null
        );
    }

    private static SendPolicyModel SendPolicy(Json5Object? policy) =>
        new()
        {
            Default = policy.Word("default") != "deny",
            Rules = [.. (policy?.Value("rules") as Json5Array)?.Items.OfType<Json5Object>().Select(Rule) ?? []],
        };

    private static SendRule Rule(Json5Object rule)
    {
        var match = rule.Map("match");
        var type = match.Word("chatType");
        return new SendRule(
            rule.Word("action") != "deny",
            match.Word("channel") is { } channel ? RoutingText.Channel(channel) : null,
            type == "dm" ? "direct" : type,
            match.Word("keyPrefix")?.ToLowerInvariant(),
            match.Word("rawKeyPrefix")?.ToLowerInvariant()
        );
    }

    private static SessionUpkeep Upkeep(Json5Object? node)
    {
        var usual = new SessionUpkeep();
        var days = NodeValues.Time(node?.Value("pruneAfter"), 'd')?.TotalDays ?? node.Whole("pruneDays");
        return new SessionUpkeep(
            node.Word("mode") == "enforce",
            days is { } count ? (int)Math.Max(1, Math.Min(count, 36_500)) : usual.PruneAfterDays,
            node.Whole("maxEntries") ?? usual.MaxEntries
        );
    }
}
