namespace Creel.Core.Sessions;

/// <summary>
/// The zone whose clock on the wall counts, for all that looks at one: <c>agents.defaults.userTimezone</c>, else the machine's. Daily
/// resets, active hours and what an agent is told of the time follow it.
/// </summary>
public static class UserZone
{
    /// <param name="written">An IANA name; null, or one that nobody knows: the machine's.</param>
    public static TimeZoneInfo Of(string? written, TimeZoneInfo machine) =>
        written is { Length: > 0 } && TimeZoneInfo.TryFindSystemTimeZoneById(written, out var zone) ? zone : machine;
}
