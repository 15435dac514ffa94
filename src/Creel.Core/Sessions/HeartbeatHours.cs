using Creel.Core.Habitats.Gateway;

namespace Creel.Core.Sessions;

/// <summary>When an agent may be woken by the clock.</summary>
public static class HeartbeatHours
{
    /// <param name="user">The user's zone by name; null: the machine's.</param>
    public static bool Hold(ActiveHours? hours, string? user, DateTimeOffset now, TimeZoneInfo local)
    {
        if (hours is null)
        {
            return true;
        }

        // Read off the wall: on the days on which clocks change an hour may be longer or shorter, and its name still counts.
        var wall = TimeZoneInfo.ConvertTime(now, Zone(hours.Timezone, user, local));
        return hours.Holds((wall.Hour * 60) + wall.Minute);
    }

    private static TimeZoneInfo Zone(string? name, string? user, TimeZoneInfo local) =>
        name switch
        {
            "local" => local,
            null or "" or "user" => UserZone.Of(user, local),
            _ => UserZone.Of(name, UserZone.Of(user, local)),
        };
}
