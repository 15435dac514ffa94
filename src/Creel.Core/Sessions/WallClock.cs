namespace Creel.Core.Sessions;

/// <summary>What a clock on a wall means, also on the days on which it is changed.</summary>
internal static class WallClock
{
    /// <summary>The moment; of an hour that is there twice the first, of one that is left out the first moment after it.</summary>
    public static DateTimeOffset At(DateTime wall, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(wall))
        {
            var gap = wall;
            while (zone.IsInvalidTime(gap))
            {
                gap = gap.AddMinutes(1);
            }

            wall = gap;
        }

        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset);
    }
}
