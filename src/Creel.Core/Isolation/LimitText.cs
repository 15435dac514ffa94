using System.Globalization;

namespace Creel.Core.Isolation;

/// <summary>A limit as a person writes it.</summary>
public static class LimitText
{
    public static string Of(string name, Limit limit) =>
        name == "memory" ? Size(limit.Value) : limit.Value.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The largest unit that divides it: 64m, 1g.</summary>
    public static string Size(double bytes)
    {
        var (value, unit) = ((long)bytes, 0);
        while (value > 0 && value % 1024 == 0 && unit < 4)
        {
            (value, unit) = (value / 1024, unit + 1);
        }

        return value.ToString(CultureInfo.InvariantCulture) + "bkmgt"[unit];
    }
}
