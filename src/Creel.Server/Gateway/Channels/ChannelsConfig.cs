namespace Creel.Server.Gateway.Channels;

/// <summary>Bounds and pauses; all have a default that is right.</summary>
public sealed record ChannelsConfig
{
    /// <summary>Messages that wait for their answer; beyond it messengers keep theirs.</summary>
    public int MostOpen { get; init; } = 20_000;

    /// <summary>How often it is looked whether another habitat is in force.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Between tries of what failed; it doubles.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Messages of one account on their way at a time, to different peers.</summary>
    public int SendingAtOnce { get; init; } = 8;

    /// <summary>For a file that came with a message, once its account has a place to fetch it.</summary>
    public TimeSpan FilePatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>At the end: for what is just leaving.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Dropped messages that are remembered, for who looks.</summary>
    public int DropsKept { get; init; } = 200;
}
