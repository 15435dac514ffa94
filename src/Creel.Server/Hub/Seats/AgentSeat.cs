using System.Text.Json;
using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Hub.Links;

namespace Creel.Server.Hub.Seats;

/// <summary>All that the hub holds in memory of one agent. Everything that changes is guarded by <see cref="Gate"/>.</summary>
internal sealed class AgentSeat(AgentId id, AgentRegistration registration)
{
    public AgentId Id { get; } = id;

    public Lock Gate { get; } = new();

    public AgentRegistration Registration { get; set; } = registration;

    /// <summary>The id as JSON where the older mode was given something else than a string.</summary>
    public string? IdText { get; set; }

    /// <summary>Where it is reached; null while no cell declares it.</summary>
    public Station? Station { get; set; }

    /// <summary>The connection that takes its tasks; null while there is none.</summary>
    public Link? Link { get; set; }

    /// <summary>Leased to the connection and not ended.</summary>
    public Dictionary<TaskId, FlyingTask> InFlight { get; set; } = [];

    /// <summary>Asked to end while their runtime was away, or before they were sent to it. The store remembers it too.</summary>
    public HashSet<TaskId> ToCancel { get; } = [];

    /// <summary>Tasks may wait in the store, so a new one has to wait behind them.</summary>
    public bool Behind { get; set; }

    /// <summary>The drain that runs, and how often one was asked for.</summary>
    public Task? Drain { get; set; }
    public long Kicks { get; set; }

    /// <summary>When its connection was lost; null while it is connected, or was seen to.</summary>
    public DateTimeOffset? AwaySince { get; set; }

    /// <summary>Gone, or going, from the book; whoever still holds it must not take tasks for it.</summary>
    public bool Removed { get; set; }

    public AgentStats Stats { get; set; } = new();

    public DateTimeOffset? LastSeen { get; set; }

    public DateTimeOffset? LastHealth { get; set; }

    /// <summary>The last report's fields, over those that are null from the start.</summary>
    public Dictionary<string, JsonElement> Health { get; set; } = [];

    /// <summary>This connection serves it no more. One that was replaced changes nothing.</summary>
    public void Detach(Link link, DateTimeOffset now)
    {
        lock (Gate)
        {
            if (Link == link)
            {
                Link = null;
                AwaySince = now;
                LastSeen = now;
                Behind = true;
            }
        }
    }
}

/// <summary>Counters, as the older hub showed them; those of tasks begin with what the store knows. Guarded by the seat's gate.</summary>
internal sealed class AgentStats
{
    /// <param name="counts">All of one agent.</param>
    public static AgentStats From(IEnumerable<TaskCount> counts)
    {
        var of = counts.ToLookup(c => c.State, c => c.Count);
        return new AgentStats
        {
            TasksReceived = of.Sum(state => state.Sum()),
            TasksCompleted = of[TaskState.Succeeded].Sum(),
            TasksFailed = of[TaskState.Failed].Sum() + of[TaskState.TimedOut].Sum() + of[TaskState.Interrupted].Sum(),
        };
    }

    public long TasksReceived { get; set; }
    public long TasksCompleted { get; set; }
    public long TasksFailed { get; set; }
    public long MessagesReceived { get; set; }
    public long MessagesSent { get; set; }
}

/// <summary>A task under way to an agent.</summary>
internal sealed class FlyingTask(AgentTask task)
{
    public TaskId Id { get; } = task.Id;
    public AgentId Agent { get; } = task.Agent;
    public string Type { get; } = task.Type;
    public bool Retry { get; } = task.Retry;
    public DateTimeOffset CreatedAt { get; } = task.CreatedAt;

    public DateTimeOffset? StartedAt { get; set; }

    /// <summary>The store knows that it started, or is being told.</summary>
    public bool StartSaved { get; set; }

    /// <summary>Its end is being written.</summary>
    public bool Ending { get; set; }

    /// <summary>When the hub gives up on it; null where its runtime sees to that.</summary>
    public DateTimeOffset? Deadline { get; set; }
}
