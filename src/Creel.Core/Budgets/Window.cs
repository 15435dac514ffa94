using System.Globalization;

namespace Creel.Core.Budgets;

public enum WindowKind
{
    Hour,
    Day,
    Week,
    Month,
    Total,
    Rolling,
}

/// <summary>
/// How long what was spent counts. Hours, days, weeks and months are of the calendar, in UTC: a week begins on Monday (ISO 8601)
/// and a month on its first day, both at midnight. <see cref="WindowKind.Total"/> never ends. A rolling window looks back
/// <paramref name="Length"/> from now; it is kept in <see cref="Slices"/> slices, and a slice counts until its last moment is
/// out of the window: at most one slice too long, never too short.
/// </summary>
/// <param name="Length">Of a rolling window alone: a minute to 366 days.</param>
public readonly record struct Window(WindowKind Kind, TimeSpan Length = default)
{
    public const int Slices = 60;

    public static Window Rolling(TimeSpan length) => new(WindowKind.Rolling, length);

    /// <summary>The stretch to which money spent at this moment belongs.</summary>
    public Period At(DateTimeOffset moment)
    {
        var utc = moment.ToUniversalTime();
        var day = new DateTimeOffset(utc.Date, TimeSpan.Zero);
        switch (Kind)
        {
            case WindowKind.Hour:
                var hour = day.AddHours(utc.Hour);
                return new Period(hour, hour.AddHours(1));
            case WindowKind.Day:
                return new Period(day, day.AddDays(1));
            case WindowKind.Week:
                var monday = day.AddDays(-(((int)utc.DayOfWeek + 6) % 7));
                return new Period(monday, monday.AddDays(7));
            case WindowKind.Month:
                var first = day.AddDays(1 - utc.Day);
                return new Period(first, first.AddMonths(1));
            case WindowKind.Total:
                return new Period(DateTimeOffset.UnixEpoch, null);
            default:
                var slice = Length.Ticks / Slices;
                var from = new DateTimeOffset(utc.Ticks - (utc.Ticks % slice), TimeSpan.Zero);
                return new Period(from, from.AddTicks(slice) + Length);
        }
    }

    /// <summary><c>hour</c>, <c>day</c>, <c>week</c>, <c>month</c>, <c>total</c>, or a rolling one as <c>90m</c>, <c>24h</c>, <c>7d</c>.</summary>
    public static bool TryParse(string? text, out Window window)
    {
        window = text switch
        {
            "hour" => new Window(WindowKind.Hour),
            "day" => new Window(WindowKind.Day),
            "week" => new Window(WindowKind.Week),
            "month" => new Window(WindowKind.Month),
            "total" => new Window(WindowKind.Total),
            _ => new Window(WindowKind.Rolling, Span(text)),
        };
        return window.Kind != WindowKind.Rolling || (window.Length >= TimeSpan.FromMinutes(1) && window.Length.TotalDays <= 366);
    }

    /// <exception cref="CreelException">It is no window.</exception>
    public static Window Parse(string? text) =>
        TryParse(text, out var window)
            ? window
            : throw new CreelException(
                Fault.Invalid(
                    "window",
                    $"{Slug.Quote(text)} is no window of a budget",
                    "Write hour, day, week, month, total, or a rolling one as 90m, 24h or 7d"
                )
            );

    public override string ToString() =>
        Kind switch
        {
            WindowKind.Rolling when Length.Ticks % TimeSpan.TicksPerDay == 0 => Text(Length.TotalDays, "d"),
            WindowKind.Rolling when Length.Ticks % TimeSpan.TicksPerHour == 0 => Text(Length.TotalHours, "h"),
            WindowKind.Rolling => Text(Length.TotalMinutes, "m"),
            _ => Kind.ToString().ToLowerInvariant(),
        };

    private static string Text(double number, string unit) => number.ToString(CultureInfo.InvariantCulture) + unit;

    private static TimeSpan Span(string? text)
    {
        if (
            text is not { Length: >= 2 and <= 8 }
            || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        )
        {
            return default;
        }

        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            'd' => TimeSpan.FromDays(number),
            _ => default,
        };
    }
}

/// <summary>A stretch of a window, and when what was spent in it stops to count; null is never.</summary>
public readonly record struct Period(DateTimeOffset From, DateTimeOffset? Until);
