namespace Creel.Proxy.Routes;

/// <summary>How a call ended.</summary>
internal enum CallOutcome
{
    /// <summary>The whole answer was there.</summary>
    Done,

    /// <summary>Nothing of it was sent, so it can't have cost anything.</summary>
    Unsent,

    /// <summary>The client left.</summary>
    Aborted,

    /// <summary>The upstream broke off.</summary>
    Broken,

    /// <summary>Nothing moved for too long.</summary>
    TimedOut,
}

/// <param name="Status">The upstream's; 0: it gave none.</param>
/// <param name="Received">Bytes of the answer's body.</param>
internal readonly record struct CallEnd(CallOutcome Outcome, int Status, long Received);
