using Creel.Core.Habitats.Gateway;
using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Checks;

internal sealed class HeartbeatCheck(Findings findings)
{
    public void Check(Json5Node? node)
    {
        if (node is not Json5Object beat)
        {
            return;
        }

        if (beat.Value("every") is Json5String every && NodeValues.Time(every, 'm') is null)
        {
            findings.Issue(every.At, "invalid_duration", $"{Slug.Quote(every.Value)} is no duration: 30m, 1h30m, or minutes");
        }

        var hours = beat.Value("activeHours") as Json5Object;
        CheckTime(hours?.Value("start"), "00:00 to 23:59", end: false);
        CheckTime(hours?.Value("end"), "00:00 to 24:00", end: true);
        if (beat.Value("target") is Json5String target && RoutingText.Channel(target.Value) is var word && !IsTarget(word))
        {
            var meant = KnownChannels.Meant(word, KnownChannels.All) is { } close ? $"; did you mean '{close}'?" : "";
            findings.Issue(
                target.At,
                "unknown_heartbeat_target",
                $"{Slug.Quote(target.Value)} is neither 'none', 'last' nor a channel{meant}"
            );
        }
    }

    private static bool IsTarget(string word) => word is "none" or "last" || KnownChannels.IsBuiltIn(word);

    private void CheckTime(Json5Node? node, string range, bool end)
    {
        if (
            node is Json5String { Value.Length: > 0 } time
            && !(HeartbeatReader.Minute(time.Value) is { } minute && (end || minute < HeartbeatReader.DayEnd))
        )
        {
            findings.Issue(time.At, "invalid_time", $"{Slug.Quote(time.Value)} is no time of the day: HH:MM, {range}");
        }
    }
}
