namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Whether an agent gives signs of life; how far it is provisioned says <see cref="Standing"/>.</summary>
public enum CheckInStanding
{
    /// <summary>Nothing was ever heard of it, and nobody has called it.</summary>
    Unseen,

    /// <summary>It was woken, and has until a deadline to check in.</summary>
    Awaited,

    /// <summary>It has checked in.</summary>
    Online,

    /// <summary>It did not, and why is written beside.</summary>
    Offline,
}

public static class CheckInStandings
{
    public static string Word(this CheckInStanding standing) =>
        standing switch
        {
            CheckInStanding.Unseen => "unseen",
            CheckInStanding.Awaited => "awaited",
            CheckInStanding.Online => "online",
            CheckInStanding.Offline => "offline",
            _ => throw new ArgumentOutOfRangeException(nameof(standing), standing, null),
        };
}
