namespace Creel.Core.Habitats.Gateway;

/// <summary>An agent is asked from time to time whether there is something to do.</summary>
public sealed record HeartbeatModel
{
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(30);

    /// <summary>More than nothing.</summary>
    public required TimeSpan Every { get; init; }

    public ActiveHours? ActiveHours { get; init; }

    /// <summary><c>none</c> (default), <c>last</c> or a channel.</summary>
    public string Target { get; init; } = "none";

    /// <summary>To whom there; null: who wrote last.</summary>
    public string? To { get; init; }

    public string? AccountId { get; init; }

    /// <summary>Null: the usual one.</summary>
    public string? Prompt { get; init; }

    public string? Model { get; init; }

    /// <summary>Which session it runs in; null: the main one.</summary>
    public string? Session { get; init; }

    /// <summary>What follows an <c>HEARTBEAT_OK</c> and is no longer than this is not delivered either.</summary>
    public int AckMaxChars { get; init; } = 300;

    public bool IncludeReasoning { get; init; }

    public bool SuppressToolErrorWarnings { get; init; }

    /// <summary>It may go to a person, not only to groups.</summary>
    public bool DirectAllowed { get; init; } = true;
}

/// <summary>When it may come: from the minute <paramref name="Start"/> of a day up to, and without, <paramref name="End"/>.</summary>
/// <param name="Start">Minutes since midnight.</param>
/// <param name="End">1440 is the end of the day. Before <paramref name="Start"/>: over midnight.</param>
/// <param name="Timezone">An IANA name, <c>local</c> or <c>user</c>; null: as <c>user</c>.</param>
public sealed record ActiveHours(int Start, int End, string? Timezone)
{
    /// <summary>Whether it may come at a minute of the day.</summary>
    public bool Holds(int minute) =>
        Start == End ? false
        : Start < End ? minute >= Start && minute < End
        : minute >= Start || minute < End;
}
