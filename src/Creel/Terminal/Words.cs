using System.Globalization;

namespace Creel.Terminal;

/// <summary>How figures are said to people.</summary>
internal static class Words
{
    /// <summary>The largest two units: <c>3d 4h</c>, <c>12m</c>, <c>8s</c>.</summary>
    public static string Span(TimeSpan span) =>
        span switch
        {
            { Ticks: < 0 } => "0s",
            { TotalMinutes: < 1 } => $"{(int)span.TotalSeconds}s",
            { TotalHours: < 1 } => $"{span.Minutes}m",
            { TotalDays: < 1 } => $"{span.Hours}h {span.Minutes}m",
            _ => $"{(int)span.TotalDays}d {span.Hours}h",
        };

    /// <summary>When something was last seen.</summary>
    public static string Ago(DateTimeOffset? seen, DateTimeOffset now) => seen is { } at ? $"{Span(now - at)} ago" : "never";

    /// <summary>How long something took, or has yet to wait: <c>41 ms</c>, <c>5.0 s</c>.</summary>
    public static string Milliseconds(double ms) =>
        ms switch
        {
            < 999.5 => $"{ms.ToString("0", CultureInfo.InvariantCulture)} ms",
            _ => $"{(ms / 1000).ToString("0.0", CultureInfo.InvariantCulture)} s",
        };

    public static string Bytes(double bytes) =>
        bytes switch
        {
            >= 1L << 30 => $"{(bytes / (1L << 30)).ToString("0.#", CultureInfo.InvariantCulture)}g",
            >= 1 << 20 => $"{(bytes / (1 << 20)).ToString("0.#", CultureInfo.InvariantCulture)}m",
            >= 1 << 10 => $"{(bytes / (1 << 10)).ToString("0.#", CultureInfo.InvariantCulture)}k",
            _ => bytes.ToString("0", CultureInfo.InvariantCulture),
        };

    public static string Count(long count, string one, string many) => count == 1 ? $"1 {one}" : $"{count} {many}";

    /// <summary>Seconds, or a number with <c>s</c>, <c>m</c>, <c>h</c> or <c>d</c>.</summary>
    public static bool TrySpan(string text, out TimeSpan span)
    {
        var unit = text.Length == 0 ? 's' : text[^1];
        double? seconds = unit switch
        {
            >= '0' and <= '9' or 's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86400,
            _ => null,
        };
        var digits = char.IsAsciiLetter(unit) && text.Length > 0 ? text[..^1] : text;
        span = default;
        if (
            seconds is null
            || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
        )
        {
            return false;
        }

        if (number * seconds.Value is not (> 0 and <= 366 * 86400.0))
        {
            return false;
        }

        span = TimeSpan.FromSeconds(number * seconds.Value);
        return true;
    }
}
