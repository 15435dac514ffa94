namespace Creel.Core.Sessions;

public enum TurnState
{
    /// <summary>Waits for its session's lane, or for the cell.</summary>
    Waiting,
    Running,
    Ok,
    Error,
    Timeout,
    Aborted,

    /// <summary>Its text went into the turn that was running or waiting, whose end is its own.</summary>
    Joined,
}
