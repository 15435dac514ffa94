namespace Creel.Core.Channels;

/// <summary>A messenger did not take a message.</summary>
/// <param name="reason">One sentence for the operator, without secrets.</param>
/// <param name="retryAfter">It may be tried again after this; null: it never will be taken.</param>
public sealed class SendException(string reason, TimeSpan? retryAfter, Exception? inner = null) : Exception(reason, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    /// <summary>The messenger asked for the pause: whatever goes to this peer has to wait, and it counts as no failure.</summary>
    public bool Asked { get; init; }
}
