namespace Creel.Core.Provisioning.Lifecycle;

/// <summary>Turns of agents at gateways elsewhere, each in its agent's own conversation there.</summary>
public interface IElsewhereTurns
{
    /// <summary>Sees that its gateway is there, so that a turn which can't begin is not begun.</summary>
    /// <exception cref="CreelException">It is not, now.</exception>
    Task ReachAsync(AgentId agent, CancellationToken cancel = default);

    /// <summary>Asks it for a turn, and waits for its answer. Cancelled, it is asked to end.</summary>
    /// <param name="run">Names the turn there: asked twice, it is one.</param>
    /// <exception cref="CreelException">
    /// It could not answer; <c>gateway-silent</c>: not in time; <see cref="FaultKind.Unavailable"/>: nobody knows what became of it.
    /// </exception>
    Task<ElsewhereAnswer> TurnAsync(
        AgentId agent,
        string run,
        string message,
        TimeSpan timeout,
        CancellationToken cancel = default
    );
}

/// <summary>What an agent elsewhere answered.</summary>
/// <param name="Failed">All that it says is about an error.</param>
public sealed record ElsewhereAnswer(string Text, string Session, bool Failed);
