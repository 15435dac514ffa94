using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Hub.Books;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub.Tasks;

/// <summary>
/// Brings tasks from the store to their agents, in order. A task goes straight to a connected agent; one that must wait is taken
/// from the queue by a drain, of which each agent runs at most one.
/// </summary>
internal sealed class Delivery(HubParts hub)
{
    private const int LeaseAtOnce = 64;

    /// <summary>Keeps the task, and sends it if its agent is there. On disk when this returns.</summary>
    /// <returns>True when it waits in the queue.</returns>
    public async ValueTask<bool> PutAsync(AgentSeat seat, AgentTask task, TimeSpan? timeout)
    {
        var link = Claim(seat);
        try
        {
            await AppendAsync(new NewTask(task, link?.Lease, hub.Config.QueueLimit), link is null ? "queued" : "ok");
            if (link is not null)
            {
                if (Launch(seat, link, task, timeout))
                {
                    return false;
                }

                // The connection went away during the commit, or the cell is held: never sent, it waits like any other.
                await hub.Tasks.MoveAsync([Back(task, link)]);
            }
        }
        finally
        {
            link?.End();
        }

        var (gone, deliverable) = Wait(seat);
        if (gone)
        {
            await hub.Ends.EndAsync([Ending.OfWaiting(task, hub.Now, "its agent went while it came")]);
        }
        else if (deliverable)
        {
            _ = Kick(seat);
        }

        return !deliverable;
    }

    /// <summary>Sends what waits. Returns when nothing more does, or nothing more can be sent.</summary>
    public Task Kick(AgentSeat seat)
    {
        lock (seat.Gate)
        {
            seat.Behind = true;
            seat.Kicks++;
            if (seat.Link is null)
            {
                return Task.CompletedTask;
            }

            return seat.Drain ??= Task.Run(() => DrainAsync(seat));
        }
    }

    /// <summary>A task is over, so another may come.</summary>
    public void KickIfBehind(AgentSeat seat)
    {
        if (seat.Behind)
        {
            _ = Kick(seat);
        }
    }

    private Link? Claim(AgentSeat seat)
    {
        lock (seat.Gate)
        {
            if (seat.Removed)
            {
                throw AgentBook.Unknown();
            }

            seat.Stats.TasksReceived++;
            var link = seat.Link;
            if (link is null || seat.Behind || IsHeld(seat) || link.Backlogged || seat.InFlight.Count >= hub.Config.Window)
            {
                return null;
            }

            link.Begin();
            return link;
        }
    }

    private static bool IsHeld(AgentSeat seat) => seat.Station is { Held: true };

    /// <summary>From now on others wait behind what waits.</summary>
    private static (bool Gone, bool Deliverable) Wait(AgentSeat seat)
    {
        lock (seat.Gate)
        {
            seat.Behind = true;
            return (seat.Removed, seat.Link is not null && !IsHeld(seat));
        }
    }

    /// <summary>Into the queue again, unless a newer connection has taken it up meanwhile.</summary>
    private TaskMove Back(AgentTask task, Link link) => new(task.Id, TaskState.Queued, link.Lease, hub.Now);

    private bool Launch(AgentSeat seat, Link link, AgentTask task, TimeSpan? timeout)
    {
        var message = LinkText.Task(task);
        lock (seat.Gate)
        {
            // Looked at where it is counted: who holds a cell sees all that is under way in it, and nothing comes after.
            if (seat.Link != link || link.Closed || IsHeld(seat))
            {
                return false;
            }

            seat.InFlight[task.Id] = Flying(link, task, timeout);
            link.Put(message);
            if (seat.ToCancel.Remove(task.Id))
            {
                link.Put(LinkText.Notice(MessageTypes.Cancel, seat.Id.Value, task.Id.ToString()));
            }
        }

        link.Send();
        return true;
    }

    private FlyingTask Flying(Link link, AgentTask task, TimeSpan? timeout) =>
        new(task) { Deadline = link.Kind == LinkKind.Old ? GiveUp(timeout) : null };

    /// <summary>An older agent answers within the task's time, or never.</summary>
    public DateTimeOffset GiveUp(TimeSpan? timeout) =>
        hub.Now + (timeout ?? Core.Habitats.TaskPolicy.Default.Timeout) + hub.Config.AwayGrace;

    /// <summary>Recorded before it is sent, so that the book tells of a task's end after its beginning.</summary>
    public async ValueTask AppendAsync(NewTask added, string outcome)
    {
        var task = added.Task;
        switch ((await hub.Tasks.AppendAsync([added]))[0])
        {
            case AppendOutcome.Accepted:
                var detail = AuditDetail.Submit(task.Id, task.Type, task.Payload.Span);
                await hub.Audit.RecordAsync(task.From, "task.submit", $"agent:{task.Agent}", outcome, detail);
                return;
            case AppendOutcome.QueueFull:
                throw new CreelException(
                    new Fault(
                        FaultKind.TooMany,
                        "queue-full",
                        $"{added.QueueLimit} tasks wait for agent '{task.Agent}' already",
                        "start the agent, or cancel some of them"
                    )
                );
            default:
                throw new InvalidOperationException("a new task's id exists");
        }
    }

    private async Task DrainAsync(AgentSeat seat)
    {
        try
        {
            while (await DrainSomeAsync(seat)) { }
        }
        catch (Exception e)
        {
            // The next tick, end or connection tries again.
            hub.Log.LogWarning(
                "The queue of {Agent} can't be read: {Reason}",
                seat.Id,
                e is CreelException known ? known.Fault.Message : e.ToString()
            );
            lock (seat.Gate)
            {
                seat.Drain = null;
            }
        }
    }

    /// <returns>False when the drain is over.</returns>
    private async ValueTask<bool> DrainSomeAsync(AgentSeat seat)
    {
        Link? link;
        int room;
        long kicks;
        lock (seat.Gate)
        {
            link = seat.Link;
            room = Math.Min(LeaseAtOnce, hub.Config.Window - seat.InFlight.Count);
            kicks = seat.Kicks;
            if (link is null || link.Closed || room <= 0 || IsHeld(seat) || link.Backlogged)
            {
                seat.Drain = null;
                return false;
            }

            link.Begin();
        }

        try
        {
            var tasks = await hub.Tasks.LeaseAsync(seat.Id, link.Lease, room, hub.Now);
            var stranded = tasks
                .Where(task => !Launch(seat, link, task, TaskPayload.Read(task.Payload.Span, lenient: true).Timeout))
                .ToList();
            if (stranded.Count > 0)
            {
                await hub.Tasks.MoveAsync([.. stranded.Select(task => Back(task, link))]);
            }

            lock (seat.Gate)
            {
                if (tasks.Count > 0 || kicks != seat.Kicks)
                {
                    return true;
                }

                seat.Behind = false;
                seat.Drain = null;
                return false;
            }
        }
        finally
        {
            link.End();
        }
    }
}
