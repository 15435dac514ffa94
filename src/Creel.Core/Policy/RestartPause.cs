namespace Creel.Core.Policy;

/// <summary>How long a cell that ended by itself rests before it is started again.</summary>
public static class RestartPause
{
    /// <summary>A run that lasted longer was no quick one, and neither was one that brought a task to its end.</summary>
    public static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);

    /// <summary>So many quick ends in a row may be an accident; more are the cell's own doing.</summary>
    public const int Accidents = 10;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <param name="quick">How many runs in a row were quick, or failed to begin; 1 after one that was not quick.</param>
    /// <param name="connected">Its runtime had connected. Where it never did, starting it again is futile.</param>
    /// <returns>
    /// 0.1 s, and twice as long each time: to 1 s at first, and once it can be no accident any more to a minute; where the
    /// runtime never connected, at once to a minute.
    /// </returns>
    public static TimeSpan Of(int quick, bool connected) =>
        connected && quick <= Accidents
            ? Doubled(Shortest, quick - 1, Short)
            : Doubled(connected ? Short : Shortest, connected ? quick - Accidents : quick - 1, Longest);

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan ceiling) =>
        TimeSpan.FromSeconds(Math.Min(ceiling.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Clamp(times, 0, 30))));
}
