namespace Creel.Runtime.Link;

/// <summary>
/// How long to wait before dialling again: 1 2 4 8 16 32 60 s, ±20 %, for ever. Over a socket on the same machine at most 1
/// s.
/// </summary>
internal sealed class Backoff(bool local)
{
    private int failures;

    /// <param name="random">From 0 up to 1.</param>
    public TimeSpan Next(double random)
    {
        var (first, longest) = local ? (0.05, 1.0) : (1.0, 60.0);
        var seconds = Math.Min(first * Math.Pow(2, Math.Min(failures, 16)), longest);
        failures++;
        return TimeSpan.FromSeconds(seconds * (0.8 + (0.4 * random)));
    }

    /// <summary>The hub said welcome: merely being let in is no success.</summary>
    public void Reset() => failures = 0;
}
