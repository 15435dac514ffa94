using System.Globalization;

namespace Creel.Runtime.Brains.Native.Prompts;

/// <summary>Date and time, as people of a timezone say them.</summary>
internal static class TurnClock
{
    /// <param name="zone">An IANA name; null, or one that this cell does not know: UTC.</param>
    /// <param name="format"><c>12</c>: with AM and PM.</param>
    public static string Say(DateTimeOffset now, string? zone, string? format)
    {
        var (place, name) = Find(zone);
        var there = TimeZoneInfo.ConvertTime(now, place);
        var clock = format == "12" ? "h:mm tt" : "HH:mm";
        return there.ToString($"'It is 'dddd, d MMMM yyyy, {clock}' ({name}).'", CultureInfo.InvariantCulture);
    }

    private static (TimeZoneInfo Zone, string Name) Find(string? zone)
    {
        if (zone is not null && TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found))
        {
            return (found, zone.Replace("'", "", StringComparison.Ordinal));
        }

        return (TimeZoneInfo.Utc, "UTC");
    }
}
