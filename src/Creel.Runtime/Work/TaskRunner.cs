using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Runtime.Executors;
using Creel.Runtime.Journals;
using Creel.Runtime.Link;

namespace Creel.Runtime.Work;

/// <summary>
/// Takes tasks, starts each at most once as its agent's policy allows, and sends each result until the hub acknowledges it.
/// </summary>
internal sealed class TaskRunner(Journal journal, Outbox outbox, TaskSurroundings surroundings, RuntimeLog log) : IDisposable
{
    /// <summary>For a watcher to get the last of the output before the response says that there is no more.</summary>
    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(2);

    /// <summary>The longest that a timer takes; longer timeouts are as good as none.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

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

    /// <summary>Whatever a runtime before this one had started is interrupted; nobody knows how far it came.</summary>
    public void Recover()
    {
        foreach (var id in journal.Running)
        {
            var outcome = new TaskOutcome(TaskState.Interrupted, null, "The cell's runtime ended while the task ran");
            journal.End(id, ResponseBody.Write(id, outcome, TimeSpan.Zero, surroundings.Time.GetUtcNow()), interrupted: true);
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
                    Send(order.Id);
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
                task.Run.Stop.Ask(StopReason.Cancelled);
                return;
            }

            foreach (var lane in lanes.Values)
            {
                if (lane.Waiting.FirstOrDefault(o => o.Id == id) is { } order)
                {
                    lane.Waiting.Remove(order);
                    Finish(id, new TaskOutcome(TaskState.Cancelled, null, "Cancelled before it started"), TimeSpan.Zero);
                    return;
                }
            }
        }
    }

    /// <summary>The hub has the result on disk.</summary>
    public void Acknowledge(string id) => journal.Forget(id);

    /// <summary>After a welcome: what was not acknowledged goes out again.</summary>
    public void SendFinished()
    {
        foreach (var id in journal.Finished)
        {
            Send(id);
        }
    }

    public void Watch(string id)
    {
        lock (gate)
        {
            if (running.TryGetValue(id, out var task))
            {
                task.Watch?.Dispose();
                task.Watch = new OutputWatch(id, task.Run.Output, task.Run.Errors, outbox);
            }
        }
    }

    public void Unwatch(string id)
    {
        lock (gate)
        {
            if (running.TryGetValue(id, out var task))
            {
                task.Watch?.Dispose();
                task.Watch = null;
            }
        }
    }

    /// <summary>The link is gone, and its watchers with it.</summary>
    public void UnwatchAll()
    {
        lock (gate)
        {
            foreach (var id in running.Keys.ToList())
            {
                Unwatch(id);
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
                task.Run.Stop.Ask(StopReason.Interrupted);
            }

            return Task.WhenAll(running.Values.Select(t => t.Finished));
        }
    }

    public void Dispose() => memory.Dispose();

    private void Fill(Lane lane)
    {
        while (!stopping && lane.HasRoom && lane.Waiting.First is { } first)
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
            executor = ExecutorTable.Find(order.Type, lane.Agent.Policy.Types);
            timeout = Timeout(order, lane.Agent.Policy);
            journal.Start(order.Id);
        }
        catch (CreelException e)
        {
            Refuse(order, e.Fault.ToString());
            return;
        }

        var task = new RunningTask(new TaskRun(order, lane.Agent, surroundings), lane);
        running[order.Id] = task;
        memory.Busy();
        lane.Running++;
        outbox.Post(
            MessageTypes.Started,
            JsonSerializer.SerializeToUtf8Bytes(new TaskNotice(order.Id), LinkJson.Default.TaskNotice)
        );
        task.Finished = Task.Run(() => CarryOutAsync(task, executor, timeout));
    }

    private async Task CarryOutAsync(RunningTask task, Func<TaskRun, Task<TaskOutcome>> executor, TimeSpan timeout)
    {
        var run = task.Run;
        var started = surroundings.Time.GetTimestamp();
        TaskOutcome outcome;
        await using (
            surroundings.Time.CreateTimer(
                _ => run.Stop.Ask(StopReason.Timeout),
                null,
                timeout,
                System.Threading.Timeout.InfiniteTimeSpan
            )
        )
        {
            outcome = await OutcomeAsync(run, executor).ConfigureAwait(false);
        }

        var duration = surroundings.Time.GetElapsedTime(started);
        run.Output.End();
        run.Errors.End();
        OutputWatch? watch;
        lock (gate)
        {
            watch = task.Watch;
        }

        if (watch is not null)
        {
            await Task.WhenAny(watch.Done, Task.Delay(WatchGrace, surroundings.Time)).ConfigureAwait(false);
            watch.Dispose();
        }

        lock (gate)
        {
            running.Remove(run.Order.Id);
            task.Lane.Running--;
            Finish(run.Order.Id, outcome, duration);
            Fill(task.Lane);
            if (running.Count == 0)
            {
                memory.Idle();
            }
        }

        run.Dispose();
    }

    private async Task<TaskOutcome> OutcomeAsync(TaskRun run, Func<TaskRun, Task<TaskOutcome>> executor)
    {
        try
        {
            return await executor(run).ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            return TaskOutcome.Failure(e.Fault.ToString());
        }
        catch (Exception e)
        {
            log.Write($"bug: task {run.Order.Id} of type {run.Order.Type}: {e}");
            return TaskOutcome.Failure($"The runtime failed ({e.GetType().Name}); its log says more");
        }
    }

    private void Refuse(TaskOrder order, string why) => Finish(order.Id, TaskOutcome.Failure(why), TimeSpan.Zero);

    private void Finish(string id, TaskOutcome outcome, TimeSpan duration)
    {
        var body = ResponseBody.Write(id, outcome, duration, surroundings.Time.GetUtcNow());
        if (!journal.End(id, body, outcome.State == TaskState.Interrupted))
        {
            log.Write($"the result of task {id} could not be written to the journal; it is kept in memory until the hub has it");
        }

        outbox.Post(MessageTypes.Response, body);
    }

    private void Send(string id)
    {
        if (journal.Result(id) is { } body)
        {
            outbox.Post(MessageTypes.Response, body);
        }
        else if (journal.Knows(id) == JournalKnowledge.Finished)
        {
            Finish(id, TaskOutcome.Failure("A task in the cell destroyed the result before the hub had it"), TimeSpan.Zero);
        }
    }

    private static TimeSpan Timeout(TaskOrder order, WelcomePolicy policy)
    {
        var wanted = new TaskFields(order.Payload).Milliseconds("timeout") ?? policy.TimeoutMs;
        return wanted <= 0 || wanted >= Longest.TotalMilliseconds ? Longest : TimeSpan.FromMilliseconds(wanted);
    }
}
