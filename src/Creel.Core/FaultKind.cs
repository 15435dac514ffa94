namespace Creel.Core;

/// <summary>The kinds of fault; each has a row in <see cref="FaultTable"/>.</summary>
public enum FaultKind
{
    /// <summary>The input is wrong: syntax, type, value.</summary>
    Invalid,

    /// <summary>No token, or a wrong one.</summary>
    Unauthenticated,

    /// <summary>Known, and not allowed.</summary>
    Refused,

    /// <summary>The Host header names somebody else.</summary>
    Misdirected,

    NotFound,

    /// <summary>It contradicts what is there: a revision, a port, a second of the same name.</summary>
    Conflict,

    TooLarge,

    /// <summary>A queue or a rate is full; later it may go through.</summary>
    TooMany,

    /// <summary>Not running, or not reachable.</summary>
    Unavailable,

    /// <summary>A package or a right of this machine is missing.</summary>
    Missing,

    /// <summary>A plan was right and a step of it failed.</summary>
    ApplyFailed,

    Timeout,

    /// <summary>A bug of ours, or a broken disk.</summary>
    Internal,
}
