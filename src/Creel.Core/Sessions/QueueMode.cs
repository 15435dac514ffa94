namespace Creel.Core.Sessions;

/// <summary>What becomes of messages that come while their session is busy.</summary>
public enum QueueMode
{
    /// <summary>Those that wait become one next turn; from another peer or account they are a turn of their own.</summary>
    Collect,

    /// <summary>One turn each, one after the other.</summary>
    Followup,

    /// <summary>What runs and waits is aborted, and the new message is the next turn.</summary>
    Interrupt,

    /// <summary>
    /// The turn that runs is told of it between two calls of its model, if its brain asks and the message may be tied to it; a turn of
    /// its own otherwise.
    /// </summary>
    Steer,

    /// <summary>Both: the turn that runs is told of it, and it is a turn of its own behind that.</summary>
    SteerBacklog,
}

/// <summary>What gives way where more wait than may.</summary>
public enum QueueDrop
{
    /// <summary>The oldest are kept as a line each, at the head of the next turn.</summary>
    Summarize,

    /// <summary>The oldest.</summary>
    Old,

    /// <summary>The newest: it is refused.</summary>
    New,
}
