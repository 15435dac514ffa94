using System.Globalization;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Which agents have a heartbeat, and what kind.</summary>
internal static class HeartbeatReader
{
    /// <summary>
    /// Where any agent has a block of its own, only those who have one run, as in OpenClaw; else the default agent does, if there is a
    /// block in the defaults. Without any block there is none: nobody asked for what it costs.
    /// </summary>
    public static HeartbeatModel? Read(Json5Object? defaults, Json5Object? own, bool someBeat, bool isDefault)
    {
        if (someBeat ? own is null : defaults is null || !isDefault)
        {
            return null;
        }

        Json5Node? Value(string key) => own?.Value(key) ?? defaults?.Value(key);
        string? Word(string key) => NodeValues.Word(Value(key));
        bool? Flag(string key) => (Value(key) as Json5Bool)?.Value;
        var every = Value("every") is { } said ? NodeValues.Time(said, 'm') : HeartbeatModel.Usual;
        if (every is null || every <= TimeSpan.Zero)
        {
            return null;
        }

        return new HeartbeatModel
        {
            Every = every.Value,
            ActiveHours = Hours(Value("activeHours") as Json5Object),
            Target = Word("target") ?? "none",
            To = Word("to"),
            AccountId = Word("accountId"),
            Prompt = Word("prompt"),
            Model = Word("model"),
            Session = Word("session"),
            AckMaxChars = NodeValues.Whole(Value("ackMaxChars")) ?? 300,
            IncludeReasoning = Flag("includeReasoning") ?? false,
            SuppressToolErrorWarnings = Flag("suppressToolErrorWarnings") ?? false,
            DirectAllowed = Word("directPolicy") != "block",
        };
    }

    private static ActiveHours? Hours(Json5Object? hours)
    {
        if (hours is null)
        {
            return null;
        }

        var (start, end) = (hours.Word("start"), hours.Word("end"));
        var from = start is null ? 0 : Minute(start);
        var to = end is null ? DayEnd : Minute(end);
        return from is { } first && to is { } last ? new ActiveHours(first, last, hours.Word("timezone")) : null;
    }

    public const int DayEnd = 24 * 60;

    /// <summary>Minutes since midnight of <c>HH:MM</c>; null where it is none.</summary>
    public static int? Minute(string text)
    {
        if (
            text.Length != 5
            || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
            || !int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var minute)
        )
        {
            return null;
        }

        return hour <= 23 && minute <= 59 ? hour * 60 + minute
            : (hour, minute) == (24, 0) ? DayEnd
            : null;
    }
}
