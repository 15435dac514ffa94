namespace Creel.Core.Work;

/// <summary>Which tasks to list.</summary>
/// <param name="Agent">Null: of all agents.</param>
/// <param name="States">Empty: in any state.</param>
/// <param name="Limit">At most so many.</param>
/// <param name="Before">Only those added before this one: the next page.</param>
/// <param name="OldestFirst">In the order in which they were added.</param>
/// <param name="Bodies">False: payload and result, which may be large, are not read and come back empty.</param>
public sealed record TaskQuery(
    AgentId? Agent,
    IReadOnlyCollection<TaskState> States,
    int Limit,
    TaskId? Before = null,
    bool OldestFirst = false,
    bool Bodies = true
)
{
    public static TaskQuery Unfinished(AgentId? agent) =>
        new(agent, [TaskState.Queued, TaskState.Sent, TaskState.Running], int.MaxValue, OldestFirst: true);
}

/// <summary>How many tasks of an agent are in a state.</summary>
public sealed record TaskCount(AgentId Agent, TaskState State, long Count);
