namespace Creel.Core.Provisioning.Gateways;

/// <summary>Turns of agents at a gateway elsewhere, each in its agent's own conversation there.</summary>
public interface IGatewayTurns
{
    /// <summary>Says something in a conversation. Whether it was taken is known then, and what comes of it is not waited for.</summary>
    /// <param name="run">Names the turn: said twice, it is one.</param>
    /// <exception cref="CreelException">It was not taken.</exception>
    Task SendAsync(string session, string run, string message, CallManner manner, CancellationToken cancel = default);

    /// <summary>Says something, once, and waits for the answer, which goes nowhere else. Cancelled, the gateway is asked to end it.</summary>
    /// <param name="run">Names the turn: asked twice, it is one.</param>
    /// <param name="timeout">Then the gateway ends it itself.</param>
    /// <exception cref="CreelException">
    /// It could not answer; <c>gateway-silent</c>: not in time; <see cref="FaultKind.Unavailable"/>: nobody knows what became of it.
    /// </exception>
    Task<TurnAnswer> RunAsync(string session, string run, string message, TimeSpan timeout, CancellationToken cancel = default);

    /// <summary>Asks, once, what became of a turn. A gateway remembers one for minutes; one that it does not know is none that failed.</summary>
    /// <returns>Why it failed; null: it did not, or goes on.</returns>
    /// <exception cref="CreelException">The gateway does not say.</exception>
    Task<string?> FailureAsync(string run, CancellationToken cancel = default);
}
