namespace Creel.Bench;

/// <summary>One measured number.</summary>
/// <param name="Value">NaN where it could not be measured; then <paramref name="Note"/> says why.</param>
/// <param name="Target">What was promised; null where the figure only stands beside another.</param>
/// <param name="AtLeast">The target is a floor, not a ceiling.</param>
internal sealed record Figure(
    string Name,
    double Value,
    string Unit,
    double? Target = null,
    bool AtLeast = false,
    string? Note = null
)
{
    public bool? Met => Target is { } target && !double.IsNaN(Value) ? (AtLeast ? Value >= target : Value <= target) : null;

    public static Figure Absent(string name, string why) => new(name, double.NaN, "", Note: why);
}

internal static class Samples
{
    /// <summary>The nearest-rank percentile.</summary>
    public static double Percentile(this IReadOnlyCollection<double> samples, double percent)
    {
        var sorted = samples.Order().ToArray();
        return sorted[(int)Math.Clamp(Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
