namespace Creel.Core.Work;

/// <summary>A task to add.</summary>
/// <param name="Lease">Where its agent is connected: under which lease it is sent at once. Null: it waits in the queue.</param>
/// <param name="QueueLimit">How many may wait for this agent; only a task without a lease counts against it.</param>
public sealed record NewTask(AgentTask Task, Lease? Lease, int QueueLimit);

/// <summary>What became of a <see cref="NewTask"/>.</summary>
public enum AppendOutcome
{
    Accepted,

    /// <summary>As many as allowed wait for this agent already; nothing was kept.</summary>
    QueueFull,

    /// <summary>A task of this id exists.</summary>
    Duplicate,
}
