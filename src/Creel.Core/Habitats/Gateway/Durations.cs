using System.Globalization;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Durations as OpenClaw's configuration writes them.</summary>
internal static class Durations
{
    private const double Longest = 100 * 365.25 * 86_400_000;

    /// <param name="unit">What a number without a unit counts in: <c>m</c> or <c>d</c>, …</param>
    /// <returns>Null where it is none.</returns>
    public static TimeSpan? Parse(string text, char unit)
    {
        var rest = text.AsSpan().Trim();
        var bare = double.TryParse(rest, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        if (bare)
        {
            return Milliseconds(number * Factor(unit.ToString()));
        }

        var total = 0d;
        while (rest.Length > 0)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (
                digits <= 0
                || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
            )
            {
                return null;
            }

            rest = rest[digits..];
            var letters = rest.IndexOfAny("0123456789.");
            var name = letters < 0 ? rest : rest[..letters];
            var factor = Factor(name.ToString().ToLowerInvariant());
            if (double.IsNaN(factor))
            {
                return null;
            }

            total += number * factor;
            rest = rest[name.Length..];
        }

        return text.Trim().Length == 0 ? null : Milliseconds(total);
    }

    private static TimeSpan? Milliseconds(double value) => value is >= 0 and <= Longest ? TimeSpan.FromMilliseconds(value) : null;

    private static double Factor(string unit) =>
        unit switch
        {
            "ms" => 1,
            "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => double.NaN,
        };
}
