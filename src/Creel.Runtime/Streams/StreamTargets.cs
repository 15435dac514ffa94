using Creel.Core;
using Creel.Core.Link;
using Creel.Runtime.Work;

namespace Creel.Runtime.Streams;

/// <summary>What a stream can be opened to. A new kind is a line here.</summary>
internal sealed class StreamTargets(Func<string, WelcomeAgent?> agent, TaskSurroundings surroundings, RuntimeLog log)
{
    /// <exception cref="CreelException">No such kind or agent, or its target can't be reached.</exception>
    /// <exception cref="OperationCanceledException">The other side ended it.</exception>
    public Task<StreamEnd> ServeAsync(LinkStream stream, StreamOpen order) =>
        order.Kind switch
        {
            "shell" => ShellStream.ServeAsync(stream, order, Agent(order), surroundings),
            "exec" => ExecStream.ServeAsync(stream, order, Agent(order), surroundings),
            // Both are programs as any task's is: what holds them, holds an agent.
            "attempt" => ExecStream.ServeAsync(stream, order with { Command = Own("--attempt") }, Agent(order), surroundings),
            "decoy" => ExecStream.ServeAsync(
                stream,
                order with
                {
                    Command = Own(["--decoy", .. order.Command ?? []]),
                },
                Agent(order),
                surroundings
            ),
            "log" => LogStream.ServeAsync(stream, order, log),
            "tcp" => TcpStream.ServeAsync(stream, order),
            _ => throw new CreelException(Fault.Invalid("stream-kind", "Unknown kind of stream", "Use shell, exec, log or tcp")),
        };

    /// <summary>The runtime's own program once more.</summary>
    private static string[] Own(params string[] arguments) => [Environment.ProcessPath!, .. arguments];

    private WelcomeAgent Agent(StreamOpen order) =>
        agent(order.Agent) ?? throw new CreelException(Fault.NotFound("no-agent", "There is no such agent in this cell"));
}
