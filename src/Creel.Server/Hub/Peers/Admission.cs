using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;

namespace Creel.Server.Hub.Peers;

/// <summary>Lets a connection in: it replaces the one before, and what that one had under way is settled with what the new one knows.</summary>
internal sealed class Admission(HubParts hub, Delivery delivery, PresenceBoard presence)
{
    /// <summary>An older agent has no memory that it could tell of; all its connections count as one.</summary>
    public const string OldJournal = "vm-agent";

    /// <param name="hello">What a runtime introduced itself with; null for an older agent.</param>
    public async Task AdmitAsync(Station station, Link link, Hello? hello, CancellationToken cancel)
    {
        await station.Arrivals.WaitAsync(cancel);
        try
        {
            link.Lease = new Lease(hello?.Journal ?? OldJournal, await hub.Tasks.NextEpochAsync(cancel));
            await ReplaceAsync(station, link, hello);
            var seats = station.Seats;
            var plans = new List<(AgentSeat Seat, SeatPlan Plan)>(seats.Count);
            foreach (var seat in seats)
            {
                plans.Add((seat, await PlanAsync(seat, link, hello, cancel)));
            }

            if (hello is not null)
            {
                link.Post(Welcoming.Text(station, link, hub.Config, hub.Time.LocalTimeZone));
                SendStrays(plans, link, hello);
            }

            foreach (var (seat, plan) in plans)
            {
                Install(seat, link, plan);
                if (hello is null)
                {
                    // What waited comes before the greeting, as older agents know it.
                    await delivery.Kick(seat);
                    link.Post(LinkText.Greeting(seat.Id, hub.Now));
                }
                else
                {
                    _ = delivery.Kick(seat);
                }
            }

            presence.Tell(station);
        }
        finally
        {
            station.Arrivals.Release();
        }
    }

    /// <summary>The cell's agents have changed while its runtime is connected.</summary>
    public async Task RefreshAsync(Station station, CancellationToken cancel)
    {
        await station.Arrivals.WaitAsync(cancel);
        try
        {
            if (station.Link is not { Closed: false } link)
            {
                return;
            }

            var fresh = station.Seats.Where(seat => seat.Link != link).ToList();
            var silent = new Hello(1, "", link.Lease.Journal, [], [], []);
            var plans = new List<SeatPlan>();
            foreach (var seat in fresh)
            {
                plans.Add(await PlanAsync(seat, link, silent, cancel));
            }

            link.Post(Welcoming.Text(station, link, hub.Config, hub.Time.LocalTimeZone));
            foreach (var (seat, plan) in fresh.Zip(plans))
            {
                Install(seat, link, plan);
                _ = delivery.Kick(seat);
            }
        }
        finally
        {
            station.Arrivals.Release();
        }
    }

    /// <summary>The connection is over. One that was replaced changes nothing.</summary>
    public void Leave(Station station, Link link)
    {
        foreach (var seat in station.Seats)
        {
            seat.Detach(link, hub.Now);
        }

        lock (station.Gate)
        {
            if (station.Link != link)
            {
                return;
            }

            station.Link = null;
            station.Since = hub.Now;
        }

        presence.Tell(station);
    }

    private async Task ReplaceAsync(Station station, Link link, Hello? hello)
    {
        Link? before;
        lock (station.Gate)
        {
            before = station.Last;
            station.Link = link;
            station.Since = hub.Now;
            station.Version = hello?.Version;
        }

        if (before is not null)
        {
            await SettleAsync(station, before);
        }

        // Not before: the next link has to wait for the same steps if this one gives up.
        station.Last = link;
    }

    private async Task SettleAsync(Station station, Link before)
    {
        hub.Metrics.Reconnected();
        before.Close(CloseCodes.Replaced, "replaced by a newer connection");
        foreach (var seat in station.Seats)
        {
            seat.Detach(before, hub.Now);
        }

        await before.SettledAsync(hub.Config.Settle);
    }

    private async Task<SeatPlan> PlanAsync(AgentSeat seat, Link link, Hello? hello, CancellationToken cancel)
    {
        var unfinished = await hub.Tasks.ListAsync(
            new TaskQuery(seat.Id, CellDoors.Leased, int.MaxValue, OldestFirst: true, Bodies: false),
            cancel
        );
        var steps = Reconnection.Decide(unfinished, hello ?? OldMemory(unfinished));
        var plan = new SeatPlan(unfinished);
        var moves = new List<TaskMove>();
        var ends = new List<Ending>();
        foreach (var (record, action) in steps)
        {
            var task = record.Task;
            var cancelled = record.CancelAskedAt is not null;
            if (action is ReconnectAction.Resend && cancelled)
            {
                ends.Add(Ending.ByHub(task, TaskState.Cancelled, hub.Now, "cancelled while its runtime was away"));
                continue;
            }

            switch (action)
            {
                case ReconnectAction.Interrupt:
                    ends.Add(
                        Ending.ByHub(
                            task,
                            TaskState.Interrupted,
                            hub.Now,
                            "its runtime came back without memory of it; it may have started"
                        )
                    );
                    continue;
                case ReconnectAction.Requeue:
                    moves.Add(new TaskMove(task.Id, TaskState.Queued, null, hub.Now));
                    continue;
                case ReconnectAction.Resend when hello is not null:
                    plan.Resend.Add((await WholeAsync(task, cancel)).Task);
                    break;
            }

            var to = action == ReconnectAction.Run ? TaskState.Running : record.State;
            moves.Add(new TaskMove(task.Id, to, link.Lease, hub.Now));
            plan.Flying.Add(Flying(hello is null ? await WholeAsync(task, cancel) : record, to, hello));
            if (cancelled)
            {
                plan.Cancel.Add(task.Id);
            }
        }

        await hub.Ends.EndAsync(ends, cancel);
        if (moves.Count > 0)
        {
            await hub.Tasks.MoveAsync(moves, cancel);
        }

        return plan;
    }

    /// <summary>With its payload, of which few are needed.</summary>
    private async ValueTask<TaskRecord> WholeAsync(AgentTask task, CancellationToken cancel) =>
        await hub.Tasks.FindAsync(task.Id, cancel) ?? throw Dispatcher.Unknown(task.Id);

    private FlyingTask Flying(TaskRecord record, TaskState to, Hello? hello) =>
        new(record.Task)
        {
            StartedAt = to == TaskState.Running ? record.StartedAt ?? hub.Now : null,
            StartSaved = to == TaskState.Running,
            Deadline = hello is null ? delivery.GiveUp(TaskPayload.Read(record.Task.Payload.Span, lenient: true).Timeout) : null,
        };

    /// <summary>As if the agent had said that it still works on everything that it was sent.</summary>
    private static Hello OldMemory(IReadOnlyList<TaskRecord> unfinished) =>
        new(
            0,
            "",
            OldJournal,
            [],
            [.. unfinished.Where(t => t.Lease?.Journal == OldJournal).Select(t => t.Task.Id.ToString())],
            []
        );

    private static void Install(AgentSeat seat, Link link, SeatPlan plan)
    {
        lock (seat.Gate)
        {
            if (seat.Removed && seat.Station is { Cell: null })
            {
                link.Close(CloseCodes.Gone, "the agent is gone");
            }

            if (link.Closed || seat.Removed)
            {
                return;
            }

            seat.InFlight = plan.Flying.ToDictionary(f => f.Id);
            seat.AwaySince = null;
            seat.LastSeen = link.LastHealth;
            plan.Resend.ForEach(task => link.Post(LinkText.Task(task)));
            plan.Cancel.Union(seat.ToCancel.Where(seat.InFlight.ContainsKey))
                .ToList()
                .ForEach(id => link.Post(LinkText.Notice(MessageTypes.Cancel, seat.Id.Value, id.ToString())));
            seat.ToCancel.Clear();
            seat.Link = link;
        }
    }

    private static void SendStrays(List<(AgentSeat, SeatPlan Plan)> plans, Link link, Hello hello)
    {
        foreach (var id in Reconnection.Strays([.. plans.SelectMany(p => p.Plan.Unfinished)], hello))
        {
            link.Post(LinkText.Notice(MessageTypes.Cancel, MessageTypes.Host, id));
        }
    }

    private sealed class SeatPlan(IReadOnlyList<TaskRecord> unfinished)
    {
        public IReadOnlyList<TaskRecord> Unfinished { get; } = unfinished;
        public List<FlyingTask> Flying { get; } = [];
        public List<AgentTask> Resend { get; } = [];
        public List<TaskId> Cancel { get; } = [];
    }
}
