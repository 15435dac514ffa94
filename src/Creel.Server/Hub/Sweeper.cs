using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Hub.Agents;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Peers;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub;

/// <summary>Looks now and then for what is stale, expired, forgotten or lost.</summary>
internal sealed class Sweeper(
    HubParts hub,
    Delivery delivery,
    ElsewhereTasks elsewhere,
    AgentChanges agents,
    Func<IEnumerable<Station>> cells
)
{
    public const string ExpiredReason = "its agent did not come in time";
    private static readonly TimeSpan PruneEvery = TimeSpan.FromHours(1);
    private readonly IdleMemory memory = new();
    private DateTimeOffset pruned;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(hub.Config.Tick, hub.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                await TickAsync();
            }
        }
        catch (OperationCanceledException) { }
    }

    public async Task TickAsync()
    {
        await TryAsync(CloseStaleAsync);
        await TryAsync(ExpireAsync);
        await TryAsync(GiveUpAsync);
        await TryAsync(PruneAsync);
        await TryAsync(hub.Audit.TellRepeatsAsync);
        foreach (var seat in hub.Book.All)
        {
            delivery.KickIfBehind(seat);
        }

        elsewhere.KickWaiting();
        memory.Look();
    }

    private ValueTask CloseStaleAsync()
    {
        var oldest = hub.Now - hub.Config.StaleAfter;
        foreach (var station in cells().Concat(hub.Book.All.Select(s => s.Station).OfType<Station>()).Distinct())
        {
            if (station.Link is { Closed: false } link && link.LastHealth < oldest)
            {
                link.Close(CloseCodes.Stale, $"no health for {hub.Config.StaleAfter.TotalSeconds:0} s");
                foreach (var seat in station.Seats)
                {
                    seat.Detach(link, hub.Now);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask ExpireAsync()
    {
        var now = hub.Now;
        foreach (var task in await hub.Tasks.ExpireAsync(now, letter: ExpiredReason))
        {
            await hub.Ends.TellAsync(Ending.ByHub(task, TaskState.Expired, now, ExpiredReason));
        }
    }

    /// <summary>Agents that can't tell what became of their tasks: those that are away too long, or don't answer.</summary>
    private async ValueTask GiveUpAsync()
    {
        foreach (var seat in hub.Book.All)
        {
            bool lost;
            List<FlyingTask> late;
            lock (seat.Gate)
            {
                lost = seat.Link is null && seat.AwaySince < hub.Now - hub.Config.AwayGrace && seat.Station is { Cell: null };
                late = [.. seat.InFlight.Values.Where(t => t.Deadline < hub.Now && !t.Ending)];
                if (lost)
                {
                    seat.AwaySince = null;
                }
            }

            if (lost)
            {
                await LoseOldAsync(seat);
            }

            await EndLateAsync(seat, late);
        }
    }

    private async ValueTask LoseOldAsync(AgentSeat seat)
    {
        // A runtime with a journal tells when it is back, however long that takes.
        if (seat.Station?.Last is { Kind: LinkKind.Runtime })
        {
            return;
        }

        if (seat.Station is not { } station)
        {
            return;
        }

        await station.Arrivals.WaitAsync();
        try
        {
            // It may have come back in the meantime.
            if (seat.Link is null)
            {
                await LoseHeldAsync(seat);
            }
        }
        finally
        {
            station.Arrivals.Release();
        }
    }

    private async ValueTask LoseHeldAsync(AgentSeat seat)
    {
        var held = await hub.Tasks.ListAsync(new TaskQuery(seat.Id, CellDoors.Leased, 1, OldestFirst: true, Bodies: false));
        if (held.Count > 0 && held[0].Lease?.Journal == Admission.OldJournal)
        {
            await agents.LoseAsync(seat, $"its agent was away for more than {hub.Config.AwayGrace.TotalSeconds:0} s");
        }
    }

    private async ValueTask EndLateAsync(AgentSeat seat, List<FlyingTask> late)
    {
        if (late.Count == 0)
        {
            return;
        }

        await hub.Ends.EndAsync([
            .. late.Select(t => Ending.ByHub(t, TaskState.TimedOut, hub.Now, "its agent did not answer within the task's time")),
        ]);
        lock (seat.Gate)
        {
            late.ForEach(t => seat.InFlight.Remove(t.Id));
        }
    }

    private async ValueTask PruneAsync()
    {
        if (hub.Now - pruned < PruneEvery)
        {
            return;
        }

        pruned = hub.Now;
        await hub.Tasks.PruneAsync(hub.Now - hub.Config.KeepFinished, hub.Config.KeepFinishedCount);
        await hub.Ports.Agents.RemoveExpiredTokensAsync(hub.Now);
    }

    /// <summary>One step that fails does not hold up the others; the next tick tries again.</summary>
    private async ValueTask TryAsync(Func<ValueTask> step)
    {
        try
        {
            await step();
        }
        catch (Exception e)
        {
            hub.Log.LogWarning("Housekeeping failed: {Reason}", e is CreelException known ? known.Fault.Message : e.ToString());
        }
    }
}
