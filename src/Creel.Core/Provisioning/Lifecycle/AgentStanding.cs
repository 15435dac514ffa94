namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Whether an agent gives signs of life.</summary>
public enum AgentStanding
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

public static class AgentStandings
{
    public static string Word(this AgentStanding standing) =>
        standing switch
        {
            AgentStanding.Unseen => "unseen",
            AgentStanding.Awaited => "awaited",
            AgentStanding.Online => "online",
            AgentStanding.Offline => "offline",
            _ => throw new ArgumentOutOfRangeException(nameof(standing), standing, null),
        };
}
