using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Web;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub.Tasks;

/// <summary>Takes what an agent says of its tasks: that one started, and how it ended. An end is on disk before the runtime may forget it.</summary>
internal sealed class Responses(HubParts hub, Delivery delivery)
{
    private const int LongestReason = 2000;
    private const int LongestId = 256;

    // A start that is followed by the end at once shares the end's commit.
    private static readonly TimeSpan StartLinger = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);
    private const int StoreTries = 60;

    public void Started(AgentSeat seat, Link link, TaskId id)
    {
        lock (seat.Gate)
        {
            if (seat.Link != link || !seat.InFlight.TryGetValue(id, out var task) || task.StartedAt is not null)
            {
                return;
            }

            task.StartedAt = hub.Now;
            link.Begin();
            _ = SaveStartAsync(seat, link, task);
        }
    }

    /// <summary>An end. Returns once it is taken in hand; what follows happens in the background, and the link's successor waits for it.</summary>
    /// <returns>False where the task is none of this agent's, or over already.</returns>
    public bool Ended(AgentSeat seat, Link link, TaskId id, JsonElement payload, ReadOnlyMemory<byte> body)
    {
        // Read before anything is begun: what is begun has to end.
        var (state, reason) = (State(payload), Reason(payload));
        FlyingTask? task;
        lock (seat.Gate)
        {
            if (!seat.InFlight.TryGetValue(id, out task) || seat.Link != link || task.Ending)
            {
                return false;
            }

            task.Ending = true;
            link.Begin();
            link.Intake.BeginResult(body.Length);
        }

        _ = EndAsync(seat, link, task, state, reason, body);
        return true;
    }

    /// <summary>
    /// A result that nobody waits for here. The runtime need not keep it if the task is over or was never ours; one that is to
    /// run again it must keep, for that is how it knows that it may.
    /// </summary>
    public async Task UnexpectedAsync(Station station, Link link, string name)
    {
        if (name.Length > LongestId)
        {
            return;
        }

        try
        {
            var record = TaskId.TryParse(name, out var id) ? await hub.Tasks.FindAsync(id) : null;
            if (record is null || record.State.IsFinal() || station.Seats.All(s => s.Id != record.Task.Agent))
            {
                link.Post(LinkText.Notice(MessageTypes.Ack, station.Name, name));
            }
        }
        catch (CreelException e)
        {
            hub.Log.LogWarning("A result can't be looked up: {Reason}", e.Fault.Message);
        }
    }

    /// <summary>What an older agent says of success; a newer one names the state.</summary>
    private static TaskState State(JsonElement payload)
    {
        var word = LooseJson.Text(payload, "state");
        return TaskStates.TryParse(word, out var parsed) && parsed.IsFinal() && parsed != TaskState.Expired ? parsed
            : payload.TryGetProperty("success", out var success) && success.ValueKind == JsonValueKind.False ? TaskState.Failed
            : TaskState.Succeeded;
    }

    private static string? Reason(JsonElement payload) =>
        LooseJson.Text(payload, "error") is { Length: > 0 } text
            ? text.Length <= LongestReason
                ? text
                : text[..LongestReason] + "…"
            : null;

    private async Task EndAsync(
        AgentSeat seat,
        Link link,
        FlyingTask task,
        TaskState state,
        string? reason,
        ReadOnlyMemory<byte> body
    )
    {
        var over = false;
        try
        {
            over = await WriteEndAsync(seat, link, task, state, reason, body);
        }
        catch (Exception e)
        {
            hub.Log.LogError(
                "The end of task {Task} can't be written: {Reason}",
                task.Id,
                e is CreelException known ? known.Fault.Message : e.ToString()
            );
            link.Close(CloseCodes.TryAgain, "the hub can't write at the moment; send results again");
        }
        finally
        {
            lock (seat.Gate)
            {
                task.Ending = false;
                if (over && seat.InFlight.GetValueOrDefault(task.Id) == task)
                {
                    seat.InFlight.Remove(task.Id);
                }
            }

            link.Intake.EndResult(body.Length);
            link.End();
        }

        delivery.KickIfBehind(seat);
    }

    /// <returns>True when the hub is done with the task.</returns>
    private async ValueTask<bool> WriteEndAsync(
        AgentSeat seat,
        Link link,
        FlyingTask task,
        TaskState state,
        string? reason,
        ReadOnlyMemory<byte> body
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (state == TaskState.Interrupted && task.Retry && await hub.Tasks.FindAsync(task.Id) is { MayRunAgain: true })
                {
                    // Not acknowledged: what it remembers of the interruption lets the runtime start the task again.
                    await hub.Tasks.MoveAsync([new TaskMove(task.Id, TaskState.Queued, null, hub.Now)]);
                    seat.Behind = true;
                    return true;
                }

                // One commit for both, where the start is not written yet.
                var start = task.StartSaved ? null : task.StartedAt;
                var end = new TaskCompletion(task.Id, state, link.Lease.Epoch, body, hub.Now, reason, start);
                var outcome = (
                    await hub.Ends.EndAsync([
                        new Ending(seat.Id, task.Type, task.StartedAt ?? task.CreatedAt, $"agent:{seat.Id}", end),
                    ])
                )[0];
                if (outcome == CompleteOutcome.Fenced)
                {
                    return false;
                }

                Count(seat, link, state);
                Acknowledge(seat, link, task.Id);
                return true;
            }
            catch (CreelException e) when (attempt < StoreTries && !hub.Stopping.IsCancellationRequested)
            {
                hub.Log.LogWarning("The end of task {Task} can't be written yet: {Reason}", task.Id, e.Fault.Message);
                await Task.Delay(StoreRetry, hub.Stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SaveStartAsync(AgentSeat seat, Link link, FlyingTask task)
    {
        try
        {
            await Task.Delay(StartLinger);
            lock (seat.Gate)
            {
                if (seat.InFlight.GetValueOrDefault(task.Id) != task || task.Ending || task.StartSaved)
                {
                    return;
                }

                task.StartSaved = true;
            }

            await hub.Tasks.MoveAsync([new TaskMove(task.Id, TaskState.Running, link.Lease, task.StartedAt!.Value)]);
            hub.Feed.Changed(task.Id);
        }
        catch (Exception e)
        {
            // Nobody waits for this: what is not told here is told nowhere.
            task.StartSaved = false;
            hub.Log.LogWarning(
                "The start of task {Task} can't be written: {Reason}",
                task.Id,
                e is CreelException known ? known.Fault.Message : e.ToString()
            );
        }
        finally
        {
            link.End();
        }
    }

    private static void Acknowledge(AgentSeat seat, Link link, TaskId id)
    {
        if (link.Kind == LinkKind.Runtime)
        {
            link.Post(LinkText.Notice(MessageTypes.Ack, seat.Id.Value, id.ToString()));
        }
    }

    /// <summary>An older agent's were counted as they came in, whatever link it has by now.</summary>
    private static void Count(AgentSeat seat, Link link, TaskState state)
    {
        if (link.Kind == LinkKind.Old)
        {
            return;
        }

        lock (seat.Gate)
        {
            if (state != TaskState.Interrupted && seat.Station is { } station)
            {
                Interlocked.Increment(ref station.Answered);
            }

            if (state == TaskState.Succeeded)
            {
                seat.Stats.TasksCompleted++;
            }
            else
            {
                seat.Stats.TasksFailed++;
            }
        }
    }
}
