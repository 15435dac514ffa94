namespace Creel.Core.Sessions;

/// <summary>What becomes of messages that come while their session is busy.</summary>
public enum QueueMode
{
    /// <summary>Those that wait become one next turn; from another peer or account they are a turn of their own.</summary>
    Collect,

    /// <summary>One turn each, one after the other. Also what <c>steer</c> and its kin mean here: a running brain hears nothing new.</summary>
    Followup,

    /// <summary>What runs and waits is aborted, and the new message is the next turn.</summary>
    Interrupt,
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
