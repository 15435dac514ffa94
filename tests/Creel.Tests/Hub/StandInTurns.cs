using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Tests.Hub;

/// <summary>A gateway's turns, as a test decides them.</summary>
internal sealed class StandInTurns : IElsewhereTurns
{
    public ConcurrentQueue<(string Run, string Message)> Asked { get; } = new();

    public Fault? Away { get; set; }

    public Func<string, CancellationToken, Task<ElsewhereAnswer>> Answer { get; set; } =
        (message, _) => Task.FromResult(new ElsewhereAnswer($"I heard: {message}", "agent:mc-lisa:main", Failed: false));

    public Task ReachAsync(AgentId agent, CancellationToken cancel = default) =>
        Away is { } fault ? throw new CreelException(fault) : Task.CompletedTask;

    public Task<ElsewhereAnswer> TurnAsync(
        AgentId agent,
        string run,
        string message,
        TimeSpan timeout,
        CancellationToken cancel = default
    )
    {
        Asked.Enqueue((run, message));
        return Answer(message, cancel).WaitAsync(cancel);
    }
}
