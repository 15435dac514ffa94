using Creel.Core;

namespace Creel.Server.Hub.Bridges;

/// <summary>What one agent elsewhere may have under way: as much as a cell may on its socket.</summary>
/// <param name="most">Calls that are not answered yet.</param>
internal sealed class AgentTurns(int most)
{
    private int open;

    public SemaphoreSlim Telling { get; } = new(2, 2);

    public SemaphoreSlim Asking { get; } = new(2, 2);

    /// <returns>Ends the call.</returns>
    /// <exception cref="CreelException">It is one too many.</exception>
    public IDisposable Enter(AgentId id)
    {
        if (Interlocked.Increment(ref open) <= most)
        {
            return new Call(this);
        }

        Interlocked.Decrement(ref open);
        throw new CreelException(
            new Fault(
                FaultKind.TooMany,
                "agent-calls",
                $"{most} calls of agent '{id}' wait for their answers",
                "end some of them"
            )
        );
    }

    private sealed class Call(AgentTurns turns) : IDisposable
    {
        private int ended;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
            {
                Interlocked.Decrement(ref turns.open);
            }
        }
    }
}
