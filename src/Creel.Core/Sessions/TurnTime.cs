namespace Creel.Core.Sessions;

/// <summary>How long a turn may take that names no time, whoever asks for it; <c>tasks.timeout</c> is for all other tasks.</summary>
public static class TurnTime
{
    /// <summary>Where <c>agents.defaults.timeoutSeconds</c> is not written.</summary>
    public static TimeSpan Usual { get; } = TimeSpan.FromSeconds(600);
}
