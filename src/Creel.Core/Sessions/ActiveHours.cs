namespace Creel.Core.Sessions;

/// <summary>When an agent may be woken. Hours that end before they begin go over midnight.</summary>
/// <param name="Start">Minutes since midnight on the wall.</param>
/// <param name="End">The same; up to 1440, which is midnight itself.</param>
public sealed record ActiveHours(int Start, int End, TimeZoneInfo Zone)
{
    public bool Contains(DateTimeOffset now)
    {
        var wall = TimeZoneInfo.ConvertTime(now, Zone);
        var minute = (wall.Hour * 60) + wall.Minute;
        return Start == End ? false
            : Start < End ? minute >= Start && minute < End
            : minute >= Start || minute < End;
    }

    /// <summary><c>HH:MM</c>; only an end may be <c>24:00</c>. Null where it is neither.</summary>
    public static int? Minutes(string? text, bool end)
    {
        if (
            text is not { Length: 5 }
            || text[2] != ':'
            || !int.TryParse(text.AsSpan(0, 2), System.Globalization.NumberStyles.None, null, out var hours)
            || !int.TryParse(text.AsSpan(3, 2), System.Globalization.NumberStyles.None, null, out var minutes)
        )
        {
            return null;
        }

        return hours <= 23 && minutes <= 59 ? (hours * 60) + minutes
            : end && (hours, minutes) == (24, 0) ? 1440
            : null;
    }
}
