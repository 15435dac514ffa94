using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Runtime.Executors;
using Creel.Runtime.Journals;
using Creel.Runtime.Link;
using Creel.Runtime.Setups;

namespace Creel.Runtime.Work;

/// <summary>
/// Takes tasks and starts each at most once: an agent's in the order in which they came, and as many at a time as its policy
/// allows.
/// </summary>
internal sealed class TaskRunner(
    Journal journal,
    TaskResults results,
    Outbox outbox,
    TaskSurroundings surroundings,
    CellSetup setup,
    RuntimeLog log
) : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Lane> lanes = [];
    private readonly Dictionary<string, RunningTask> running = [];
    private readonly IdleMemory memory = new(surroundings.Time);
    private bool stopping;

    /// <summary>Taken and not started.</summary>
    public IReadOnlyList<string> Pending
    {
        get
        {
            lock (gate)
            {
                return [.. lanes.Values.SelectMany(l => l.Waiting).Select(o => o.Id)];
            }
        }
    }

    /// <summary>An agent of this cell, or null.</summary>
    public WelcomeAgent? Agent(string id)
    {
        lock (gate)
        {
            return lanes.TryGetValue(id, out var lane) ? lane.Agent : null;
        }
    }

    /// <summary>
    /// New agents and policies apply at once. What waits for an agent that has left is dropped: the hub knows where to send
    /// it.
    /// </summary>
    public void Apply(IReadOnlyList<WelcomeAgent> agents)
    {
        lock (gate)
        {
            if (running.Count == 0)
            {
                memory.Idle();
            }

            foreach (var agent in agents)
            {
                if (lanes.TryGetValue(agent.Id, out var lane))
                {
                    lane.Agent = agent;
                }
                else
                {
                    lanes[agent.Id] = new Lane(agent);
                }

                Fill(lanes[agent.Id]);
            }

            var gone = lanes.Keys.Except(agents.Select(a => a.Id)).ToList();
            foreach (var id in gone.Where(id => lanes.Remove(id, out var lane) && lane.Waiting.Count > 0))
            {
                log.Write($"agent {id} has left this cell; its waiting tasks are for the hub to send elsewhere");
            }
        }
    }

    public void Take(TaskOrder order)
    {
        lock (gate)
        {
            switch (journal.Knows(order.Id))
            {
                case JournalKnowledge.Running or JournalKnowledge.Forgotten:
                    return;
                case JournalKnowledge.Finished when !(order.Retry && journal.IsInterrupted(order.Id)):
                    results.Send(order.Id);
                    return;
            }

            if (stopping || lanes.Values.Any(l => l.Waiting.Any(o => o.Id == order.Id)))
            {
                return;
            }

            if (!lanes.TryGetValue(order.Agent, out var lane))
            {
                Refuse(order, $"There is no agent '{order.Agent}' in this cell");
                return;
            }

            lane.Waiting.AddLast(order);
            Fill(lane);
        }
    }

    public void Cancel(string id)
    {
        lock (gate)
        {
            if (running.TryGetValue(id, out var task))
            {
                task.Stop(StopReason.Cancelled);
                return;
            }

            foreach (var lane in lanes.Values)
            {
                if (lane.Waiting.FirstOrDefault(o => o.Id == id) is { } order)
                {
                    lane.Waiting.Remove(order);
                    results.Keep(id, new TaskOutcome(TaskState.Cancelled, null, "Cancelled before it started"), TimeSpan.Zero);
                    return;
                }
            }
        }
    }

    public void Watch(string id) => Running(id)?.Watch(outbox);

    public void Unwatch(string id) => Running(id)?.Unwatch();

    /// <summary>The link is gone, and its watchers with it.</summary>
    public void UnwatchAll()
    {
        lock (gate)
        {
            foreach (var task in running.Values)
            {
                task.Unwatch();
            }
        }
    }

    /// <summary>The cell is ready, or will not be: what waited for that starts, or is told.</summary>
    public void Resume()
    {
        lock (gate)
        {
            foreach (var lane in lanes.Values)
            {
                Fill(lane);
            }
        }
    }

    /// <summary>Starts nothing more and ends what runs; completes when all of it is in the journal.</summary>
    public Task StopAsync()
    {
        lock (gate)
        {
            stopping = true;
            foreach (var task in running.Values)
            {
                task.Stop(StopReason.Interrupted);
            }

            return Task.WhenAll(running.Values.Select(t => t.Finished));
        }
    }

    public void Dispose() => memory.Dispose();

    private RunningTask? Running(string id)
    {
        lock (gate)
        {
            return running.GetValueOrDefault(id);
        }
    }

    private void Fill(Lane lane)
    {
        while (!stopping && setup.State != SetupState.Running && lane.HasRoom && lane.Waiting.First is { } first)
        {
            lane.Waiting.RemoveFirst();
            Start(first.Value, lane);
        }
    }

    private void Start(TaskOrder order, Lane lane)
    {
        Func<TaskRun, Task<TaskOutcome>> executor;
        TimeSpan timeout;
        try
        {
            setup.Check();
            executor = ExecutorTable.Find(order.Type, lane.Agent.Policy.Types);
            timeout = order.Timeout(lane.Agent.Policy, lane.Agent.Mind);
            journal.Start(order.Id);
        }
        catch (CreelException e)
        {
            Refuse(order, e.Fault.ToString());
            return;
        }

        var task = new RunningTask(new TaskRun(order, lane.Agent, surroundings), lane, log);
        running[order.Id] = task;
        memory.Busy();
        lane.Running++;
        outbox.Post(
            MessageTypes.Started,
            JsonSerializer.SerializeToUtf8Bytes(new TaskNotice(order.Id), LinkJson.Default.TaskNotice)
        );
        task.Finished = Task.Run(async () =>
        {
            var (outcome, duration) = await task.CarryOutAsync(executor, timeout).ConfigureAwait(false);
            End(task, outcome, duration);
        });
    }

    private void End(RunningTask task, TaskOutcome outcome, TimeSpan duration)
    {
        lock (gate)
        {
            running.Remove(task.Id);
            task.Lane.Running--;
            results.Keep(task.Id, outcome, duration);
            Fill(task.Lane);
            if (running.Count == 0)
            {
                memory.Idle();
            }
        }

        task.Dispose();
    }

    private void Refuse(TaskOrder order, string why) => results.Keep(order.Id, TaskOutcome.Failure(why), TimeSpan.Zero);
}
