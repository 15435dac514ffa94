using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Work;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub.Tasks;

/// <summary>
/// Tasks of agents at gateways elsewhere: they wait in the store as all do, and are turns there, one after another for each agent. Answered means
/// on disk; started at most once, since one is known to be running before it is sent.
/// </summary>
internal sealed class ElsewhereTasks(HubParts hub, Delivery delivery)
{
    private const string Journal = "elsewhere";
    private const string FromAgent = "agent:";

    /// <summary>They look like a line that broke, and are answers: nothing is under way.</summary>
    private static readonly string[] Refused = ["gateway-unavailable", "agent-gone"];

    private readonly Lock gate = new();
    private readonly Dictionary<AgentId, Task> drains = [];
    private readonly HashSet<AgentId> waiting = [];
    private Lease lease = new(Journal, 0);

    private IElsewhereTurns? Turns => hub.Config.ElsewhereTurns;

    /// <summary>The gateway of an agent that takes tasks so; null: it does not.</summary>
    public string? GatewayOf(AgentId agent) => Turns is null ? null : hub.Config.Elsewhere?.GatewayOf(agent);

    /// <returns>True where others wait already, as the gateway could not be reached.</returns>
    /// <exception cref="CreelException">It is none for an agent elsewhere, or too many wait.</exception>
    public async ValueTask<bool> PutAsync(AgentTask task, TaskPayload payload, string gateway)
    {
        ElsewherePayload.Check(task.Agent, gateway, payload, task.Payload);
        bool waits;
        lock (gate)
        {
            waits = waiting.Contains(task.Agent) && !drains.ContainsKey(task.Agent);
        }

        await delivery.AppendAsync(new NewTask(task, null, hub.Config.QueueLimit), waits ? "queued" : "ok");
        Kick(task.Agent);
        return waits;
    }

    /// <summary>Those that were under way when serve ended have nobody who waits for their answers.</summary>
    /// <param name="busy">Who has unfinished tasks.</param>
    public async ValueTask ResumeAsync(IEnumerable<AgentId> busy, CancellationToken cancel)
    {
        if (Turns is null)
        {
            return;
        }

        lease = new Lease(Journal, await hub.Tasks.NextEpochAsync(cancel));
        foreach (var agent in busy)
        {
            var open = await hub.Tasks.ListAsync(TaskQuery.Unfinished(agent) with { Bodies = false }, cancel);
            foreach (var record in open.Where(r => r.Lease?.Journal == Journal))
            {
                await LoseAsync(record, "serve ended while it was under way; what became of it, its gateway knows");
            }

            if (open.Any(r => r.State == TaskState.Queued || r.Lease?.Journal == Journal))
            {
                lock (gate)
                {
                    waiting.Add(agent);
                }
            }
        }
    }

    /// <summary>Where something waits, it is tried whether it can begin.</summary>
    public void KickWaiting()
    {
        AgentId[] some;
        lock (gate)
        {
            some = [.. waiting];
        }

        foreach (var agent in some.Where(a => GatewayOf(a) is not null))
        {
            Kick(agent);
        }
    }

    /// <summary>Completes when nothing is under way any more.</summary>
    public Task EndAsync()
    {
        lock (gate)
        {
            return Task.WhenAll(drains.Values);
        }
    }

    private void Kick(AgentId agent)
    {
        lock (gate)
        {
            waiting.Add(agent);
            if (!drains.ContainsKey(agent) && !hub.Stopping.IsCancellationRequested)
            {
                drains[agent] = Task.Run(() => DrainAsync(agent));
            }
        }
    }

    private async Task DrainAsync(AgentId agent)
    {
        try
        {
            while (true)
            {
                lock (gate)
                {
                    waiting.Remove(agent);
                }

                while (await NextAsync(agent) is { } task)
                {
                    await RunAsync(task);
                }

                lock (gate)
                {
                    if (!waiting.Contains(agent))
                    {
                        drains.Remove(agent);
                        return;
                    }
                }
            }
        }
        catch (Exception e)
        {
            // The next tick or task tries again.
            lock (gate)
            {
                waiting.Add(agent);
                drains.Remove(agent);
            }

            if (!hub.Stopping.IsCancellationRequested)
            {
                hub.Log.LogWarning(
                    "tasks for {Agent} wait: {Why}",
                    agent,
                    e is CreelException known ? known.Fault.Message : e.ToString()
                );
            }
        }
    }

    private async Task<AgentTask?> NextAsync(AgentId agent)
    {
        hub.Stopping.Token.ThrowIfCancellationRequested();
        var open = await hub.Tasks.ListAsync(new TaskQuery(agent, [TaskState.Queued], 1, OldestFirst: true, Bodies: false));
        if (open.Count == 0)
        {
            return null;
        }

        await Turns!.ReachAsync(agent, hub.Stopping.Token);
        return (await hub.Tasks.LeaseAsync(agent, lease, 1, hub.Now)).FirstOrDefault();
    }

    private async Task RunAsync(AgentTask task)
    {
        using var listener = hub.Feed.Listen(task.Id);
        var begun = hub.Now;
        await hub.Tasks.MoveAsync([new TaskMove(task.Id, TaskState.Running, lease, begun)]);
        hub.Feed.Changed(task.Id);
        if (await hub.Tasks.FindAsync(task.Id) is not { } record || record.State.IsFinal())
        {
            return;
        }

        using var run = CancellationTokenSource.CreateLinkedTokenSource(hub.Stopping.Token);
        _ = listener.End.ContinueWith(_ => Cancel(run), TaskScheduler.Default);
        try
        {
            var timeout = TaskPayload.Read(task.Payload.Span, lenient: true).Timeout ?? TaskPolicy.Default.Timeout;
            var answer = await Turns!.TurnAsync(task.Agent, task.Id.ToString(), Said(task), timeout, run.Token);
            var state = answer.Failed ? TaskState.Failed : TaskState.Succeeded;
            var reason = answer.Failed ? "its gateway could not answer; its text says why" : null;
            await EndAsync(task, state, begun, ElsewherePayload.Result(answer.Text, answer.Session, !answer.Failed), reason);
        }
        catch (OperationCanceledException) when (listener.End.IsCompleted)
        {
            // Somebody ended it.
        }
        catch (OperationCanceledException) when (!hub.Stopping.IsCancellationRequested)
        {
            await LoseAsync(record, "the line to its gateway was ended here while it was under way");
        }
        catch (CreelException e) when (e.Fault.Code == "gateway-silent")
        {
            await EndAsync(task, TaskState.TimedOut, begun, default, "its agent did not answer within the task's time");
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.Unavailable && !Refused.Contains(e.Fault.Code))
        {
            await LoseAsync(record, $"the line to its gateway broke while it was under way: {e.Fault.Message}");
        }
        catch (CreelException e)
        {
            await EndAsync(task, TaskState.Failed, begun, default, e.Fault.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nothing of it is under way any more: it must not look so for ever.
            hub.Log.LogError(e, "task {Task} of {Agent} ended in a way that nobody has thought of", task.Id, task.Agent);
            var why = $"Creel could not go on with what its gateway answered ({e.GetType().Name}); the log has the whole of it";
            await EndAsync(task, TaskState.Failed, begun, default, why);
        }
    }

    /// <summary>Its agent sees who asks.</summary>
    private static string Said(AgentTask task) =>
        task.From.StartsWith(FromAgent, StringComparison.Ordinal)
            ? $"Agent '{task.From[FromAgent.Length..]}' asks you, and your answer is your report to it:\n\n{ElsewherePayload.Message(task.Payload)}"
            : ElsewherePayload.Message(task.Payload);

    private async ValueTask EndAsync(
        AgentTask task,
        TaskState state,
        DateTimeOffset begun,
        ReadOnlyMemory<byte> body,
        string? reason
    )
    {
        var end = new TaskCompletion(task.Id, state, lease.Epoch, body, hub.Now, PlainLine.OrNull(reason, 300), begun);
        await hub.Ends.EndAsync([new Ending(task.Agent, task.Type, begun, $"agent:{task.Agent}", end)]);
    }

    /// <summary>It had begun, or may have; only one that says so runs again.</summary>
    private async ValueTask LoseAsync(TaskRecord record, string reason)
    {
        if (record.State == TaskState.Sent || record.MayRunAgain)
        {
            await hub.Tasks.MoveAsync([new TaskMove(record.Task.Id, TaskState.Queued, null, hub.Now)]);
        }
        else
        {
            await hub.Ends.EndAsync([Ending.ByHub(record.Task, TaskState.Interrupted, hub.Now, PlainLine.Of(reason, 300))]);
        }
    }

    private static void Cancel(CancellationTokenSource run)
    {
        try
        {
            run.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has ended by itself.
        }
    }
}
