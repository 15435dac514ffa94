namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Tells agents, here and at gateways elsewhere, to begin, and sees whether they do.</summary>
public interface IWakes
{
    /// <summary>Sends the message that wakes it, and looks for its check-in; told again a bounded number of times.</summary>
    /// <param name="firstWords">What it has to do once, where no file says that; null: nothing.</param>
    /// <exception cref="CreelException">The gateway does not take the message.</exception>
    ValueTask WakeAsync(DesiredAgent agent, WakeReason reason, string? firstWords, CancellationToken cancel = default);
}

public enum WakeReason
{
    /// <summary>It is new there.</summary>
    Provisioned,

    /// <summary>Its files were brought up to date.</summary>
    Updated,

    /// <summary>A person asks for a sign of it.</summary>
    Nudged,
}
