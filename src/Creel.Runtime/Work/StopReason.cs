namespace Creel.Runtime.Work;

/// <summary>Why a running task is being ended.</summary>
internal enum StopReason
{
    None,
    Timeout,
    Cancelled,

    /// <summary>The runtime itself ends.</summary>
    Interrupted,
}
