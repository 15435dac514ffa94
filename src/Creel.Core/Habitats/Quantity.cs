using System.Globalization;

namespace Creel.Core.Habitats;

/// <summary>Sizes, CPU shares and durations as people write them.</summary>
internal static class Quantity
{
    public const string SizeRule = "bytes, or a number with k, m, g, t or Ki, Mi, Gi, Ti (1024 each), or K, M, G, T (1000 each)";
    public const string CpuRule = "cores, as in 0.5, or thousandths of one, as in '500m'";
    public const string TimeRule = "milliseconds, or a number with ms, s, m, h or d";

    /// <summary>
    /// Bytes. Lower case counts in 1024 as Docker does (an added b or ib changes nothing); Ki, Mi, Gi and Ti count in 1024
    /// and K, M, G and T in 1000, as Kubernetes does.
    /// </summary>
    public static double? Size(string text) =>
        Split(text) is not var (number, unit)
            ? null
            : unit switch
            {
                "" or "b" => number,
                "k" or "kb" or "kib" or "Ki" or "KiB" => number * 1024,
                "m" or "mb" or "mib" or "Mi" or "MiB" => number * 1024 * 1024,
                "g" or "gb" or "gib" or "Gi" or "GiB" => number * 1024 * 1024 * 1024,
                "t" or "tb" or "tib" or "Ti" or "TiB" => number * 1024 * 1024 * 1024 * 1024,
                "K" or "KB" or "kB" => number * 1e3,
                "M" or "MB" => number * 1e6,
                "G" or "GB" => number * 1e9,
                "T" or "TB" => number * 1e12,
                _ => null,
            };

    /// <summary>Cores.</summary>
    public static double? Cpu(string text) =>
        Split(text) is not var (number, unit)
            ? null
            : unit switch
            {
                "" => number,
                "m" => number / 1000,
                _ => null,
            };

    /// <summary>A duration; a bare number is milliseconds.</summary>
    public static TimeSpan? Time(string text)
    {
        double? milliseconds = Split(text) is not var (number, unit)
            ? null
            : unit switch
            {
                "" or "ms" => number,
                "s" => number * 1_000,
                "m" => number * 60_000,
                "h" => number * 3_600_000,
                "d" => number * 86_400_000,
                _ => null,
            };
        return milliseconds is >= 0 and < 1e14 ? TimeSpan.FromMilliseconds(milliseconds.Value) : null;
    }

    private static (double Number, string Unit)? Split(string text)
    {
        var digits = text.AsSpan().TrimEnd("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".AsSpan());
        return
            digits.Length > 0
            && char.IsAsciiDigit(digits[^1])
            && double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? (number, text[digits.Length..])
            : null;
    }
}
