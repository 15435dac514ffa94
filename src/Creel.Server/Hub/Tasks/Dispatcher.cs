using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;

namespace Creel.Server.Hub.Tasks;

/// <summary>The one door into any agent.</summary>
internal sealed class Dispatcher(HubParts hub, Delivery delivery, ElsewhereTasks elsewhere) : IDispatcher
{
    public async ValueTask<TaskTicket> SubmitAsync(TaskRequest request, CancellationToken cancel = default)
    {
        var id = request.Id ?? NewId();
        var listener = hub.Feed.Listen(id);
        try
        {
            return new TaskTicket(id, await SubmitAsync(request, id), listener.End);
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    public TaskId NewId() => new(Guid.CreateVersion7(hub.Now));

    /// <returns>True when it waits in the queue.</returns>
    public async ValueTask<bool> SubmitAsync(TaskRequest request, TaskId id)
    {
        if (hub.Stopping.IsCancellationRequested)
        {
            throw new CreelException(Fault.Unavailable("stopping", "the server is shutting down", "try again when it is back"));
        }

        // The habitat has the last word on where an agent lives.
        var gateway = elsewhere.GatewayOf(request.Agent);
        var seat = gateway is null ? hub.Book.Find(request.Agent) ?? throw NoSeat(request.Agent) : null;
        var payload = TaskPayload.Read(request.Payload.Span, hub.Config.OldUnauthenticated);
        if (seat is { Station.Cell: not null } && !hub.Config.OldUnauthenticated)
        {
            // A cell's runtime is ours; what dials in from elsewhere may know types of its own.
            TaskTypes.CheckType(payload.Type);
        }

        var now = hub.Now;
        var task = new AgentTask
        {
            Id = id,
            Agent = request.Agent,
            Type = payload.Type,
            Payload = request.Payload,
            From = request.From,
            Retry = payload.Retry,
            CreatedAt = now,
            ExpiresAt = now + hub.Config.TaskLife,
        };
        var queued = seat is null
            ? await elsewhere.PutAsync(task, payload, gateway!)
            : await delivery.PutAsync(seat, task, payload.Timeout);
        Interlocked.Increment(ref hub.Handled);
        return queued;
    }

    public async ValueTask<TaskRecord> CancelAsync(TaskId id, string by, CancellationToken cancel = default)
    {
        var record = await hub.Tasks.FindAsync(id, cancel) ?? throw Unknown(id);
        if (record.State.IsFinal())
        {
            return record;
        }

        if (hub.Book.Find(record.Task.Agent) is not { } seat || record.State == TaskState.Queued || EndsAtOnce(seat))
        {
            var why = $"cancelled by {by}";
            await hub.Ends.EndAsync([Ending.ByHub(record.Task, TaskState.Cancelled, hub.Now, why, by)], cancel);
            if (hub.Book.Find(record.Task.Agent) is { } other)
            {
                Forget(other, id);
            }
        }
        else
        {
            // On disk first: neither the end of the link nor that of the hub makes it forgotten.
            await hub.Tasks.MoveAsync([new TaskMove(id, TaskState.Cancelled, null, hub.Now)], cancel);
            Ask(seat, id);
        }

        return await hub.Tasks.FindAsync(id, cancel) ?? record;
    }

    private CreelException NoSeat(AgentId agent) =>
        hub.Config.Elsewhere?.GatewayOf(agent) is { } gateway
            ? new CreelException(
                Fault.Refused(
                    "agent-elsewhere",
                    $"agent '{agent}' lives at gateway '{gateway}', which takes no tasks from here",
                    $"Write to it there; or wake it: creel agent nudge {agent}"
                )
            )
            : AgentBook.Unknown();

    public static CreelException Unknown(TaskId id) =>
        new(
            Fault.NotFound("task-not-found", $"there is no task {id}", "list them: GET /tasks; finished ones are kept for 7 days")
        );

    /// <summary>The older protocol has no word for it.</summary>
    private static bool EndsAtOnce(AgentSeat seat)
    {
        lock (seat.Gate)
        {
            return seat.Link is { Kind: LinkKind.Old }
                || (seat.Link is null && seat.Station is { Cell: null, Last: null or { Kind: LinkKind.Old } });
        }
    }

    /// <summary>Tells the runtime, now or when it is back.</summary>
    private static void Ask(AgentSeat seat, TaskId id)
    {
        lock (seat.Gate)
        {
            if (seat.Link is { } link && seat.InFlight.ContainsKey(id))
            {
                link.Post(LinkText.Notice(MessageTypes.Cancel, seat.Id.Value, id.ToString()));
            }
            else
            {
                seat.ToCancel.Add(id);
            }
        }
    }

    /// <summary>It was on its way after all when it ended: the runtime hears that it is over.</summary>
    private static void Forget(AgentSeat seat, TaskId id)
    {
        lock (seat.Gate)
        {
            if (seat.InFlight.Remove(id) && seat.Link is { Kind: LinkKind.Runtime } link)
            {
                link.Post(LinkText.Notice(MessageTypes.Cancel, seat.Id.Value, id.ToString()));
            }
        }
    }
}
