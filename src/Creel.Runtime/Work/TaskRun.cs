using Creel.Core;
using Creel.Core.Link;

namespace Creel.Runtime.Work;

/// <summary>One started task: what an executor needs to carry it out.</summary>
internal sealed class TaskRun(TaskOrder order, WelcomeAgent agent, TaskSurroundings surroundings) : IDisposable
{
    public TaskOrder Order { get; } = order;

    public WelcomeAgent Agent { get; } = agent;

    public TaskSurroundings Surroundings { get; } = surroundings;

    public TaskFields Fields { get; } = new(order.Payload);

    public TaskStop Stop { get; } = new();

    public OutputBuffer Output { get; } = new(Math.Max(0, agent.Policy.MaxOutput));

    public OutputBuffer Errors { get; } = new(Math.Max(0, agent.Policy.MaxOutput));

    /// <summary>What a brain tells beside its answer: JSON, a line each.</summary>
    public OutputBuffer Events { get; } = new(Math.Max(0, agent.Policy.MaxOutput));

    /// <summary>A path that the task gave, seen from the agent's workspace; the workspace itself for none.</summary>
    /// <exception cref="CreelException">No path at all: it holds a zero byte.</exception>
    public string PathOf(string? path) =>
        string.IsNullOrEmpty(path) ? Agent.Workspace
        : !path.Contains('\0') ? Path.GetFullPath(path, Agent.Workspace)
        : throw new CreelException(Fault.Invalid("zero-byte", "A path can't hold a zero byte"));

    /// <summary>The variables of its programs: the cell's few, then the task's own.</summary>
    public Dictionary<string, string> Environment()
    {
        var variables = Surroundings.For(Agent.Id);
        foreach (var (name, value) in Fields.Map("env"))
        {
            variables[name] = value;
        }

        return variables;
    }

    public void Dispose() => Stop.Dispose();
}
