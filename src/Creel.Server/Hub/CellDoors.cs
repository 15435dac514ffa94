using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Agents;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Peers;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;

namespace Creel.Server.Hub;

/// <summary>The doors through which cells come in: one socket a cell, opened and closed by whoever makes the cells.</summary>
public sealed class CellDoors
{
    private readonly HubParts hub;
    private readonly CellSockets sockets;
    private readonly Admission admission;
    private readonly PresenceBoard presence;
    private readonly AgentChanges agents;
    private readonly Delivery delivery;
    private readonly ConcurrentDictionary<CellId, Station> stations = new();

    internal CellDoors(
        HubParts hub,
        CellSockets sockets,
        Admission admission,
        PresenceBoard presence,
        AgentChanges agents,
        Delivery delivery
    )
    {
        this.delivery = delivery;
        this.hub = hub;
        this.sockets = sockets;
        this.admission = admission;
        this.presence = presence;
        this.agents = agents;
    }

    /// <summary>
    /// Makes the cell's socket and declares its agents. Where it is open already, only the agents are brought up to date, and a
    /// connected runtime is told. Idempotent.
    /// </summary>
    /// <exception cref="CreelException">The socket can't be made, or the registry can't be written.</exception>
    public async ValueTask OpenAsync(HubCell cell, CancellationToken cancel = default)
    {
        var station = stations.GetOrAdd(cell.Id, id => new Station(id.Value, id) { Since = hub.Now });
        await agents.DeclareAsync(station, cell, cancel);
        sockets.Open(cell.Id, cell.SocketFolder, cell.Gid);
        await admission.RefreshAsync(station, cancel);
    }

    /// <summary>Closes the cell's socket and its connection. Its agents stay known, and their tasks wait.</summary>
    public async ValueTask CloseAsync(CellId cell)
    {
        sockets.Close(cell);
        if (stations.TryRemove(cell, out var station))
        {
            station.Link?.Close(CloseCodes.Gone, "the cell is closed");
            foreach (var seat in station.Seats)
            {
                lock (seat.Gate)
                {
                    if (seat.Station == station)
                    {
                        seat.Station = null;
                    }
                }
            }

            if (station.Last is { } link)
            {
                admission.Leave(station, link);
                await link.SettledAsync(hub.Config.Settle);
            }
        }

        presence.Gone(cell);
    }

    /// <summary>Whether its tasks are taken, and wait where its cell is away.</summary>
    public bool Knows(AgentId agent) => hub.Book.Find(agent) is not null;

    /// <summary>The habitat no longer names the agent: it is forgotten, and its unfinished tasks are cancelled.</summary>
    public ValueTask ForgetAsync(AgentId agent, CancellationToken cancel = default) =>
        agents.ForgetAsync(agent, "the habitat no longer names its agent", cancel);

    /// <summary>Forgets every declared agent but these: what a habitat dropped while no hub was there to be told.</summary>
    public async ValueTask KeepOnlyAsync(IReadOnlySet<AgentId> named, CancellationToken cancel = default)
    {
        foreach (var seat in hub.Book.All.Where(s => s.Registration.Declared && !named.Contains(s.Id)).ToList())
        {
            await ForgetAsync(seat.Id, cancel);
        }
    }

    /// <summary>True as soon as the cell's runtime is connected; false if the door is closed before.</summary>
    /// <param name="after">Only a connection of a later epoch counts.</param>
    public async Task<bool> WaitConnectedAsync(CellId cell, CancellationToken cancel = default, long after = -1) =>
        stations.TryGetValue(cell, out var station)
        && await presence.WaitAsync(cell, () => station.Link is { } link && link.Lease.Epoch > after, cancel);

    /// <summary>From now on what waits for the cell's agents goes on waiting, whoever is connected, until it is released.</summary>
    public void Hold(CellId cell)
    {
        if (stations.TryGetValue(cell, out var station))
        {
            station.Held = true;
        }
    }

    /// <summary>What waited is delivered as ever.</summary>
    public void Release(CellId cell)
    {
        if (stations.TryGetValue(cell, out var station))
        {
            station.Held = false;
            foreach (var seat in station.Seats)
            {
                _ = delivery.Kick(seat);
            }
        }
    }

    /// <summary>How many tasks are in the cell and not over yet.</summary>
    public int UnderWay(CellId cell)
    {
        var count = 0;
        foreach (var seat in stations.GetValueOrDefault(cell)?.Seats ?? [])
        {
            lock (seat.Gate)
            {
                count += seat.InFlight.Count;
            }
        }

        return count;
    }

    /// <summary>Runs a program as an agent of the cell, past its queue and its policy, and gives how it ended.</summary>
    /// <exception cref="CreelException">The cell is not connected.</exception>
    public async Task<StreamEnd> TryAsync(CellId cell, AgentId agent, IReadOnlyList<string> command, CancellationToken cancel)
    {
        var link =
            stations.GetValueOrDefault(cell)?.Link
            ?? throw new CreelException(Fault.Unavailable("agent-offline", $"agent '{agent}' is not connected", "see: creel ps"));
        var stream = link.Streams.Open(new StreamOpen("exec", agent.Value, command));
        try
        {
            stream.SendFinish();
            while (await stream.ReadAsync(cancel) is { } bytes)
            {
                stream.Consumed(bytes.Length);
            }

            return stream.End ?? new StreamEnd();
        }
        finally
        {
            stream.Abandon();
        }
    }

    /// <summary>Null where there is no such door.</summary>
    public CellPresence? Presence(CellId cell) => stations.GetValueOrDefault(cell)?.Presence();

    /// <summary>Asks the cell's runtime to end in order. Nothing happens where none is connected.</summary>
    public ValueTask RequestStopAsync(CellId cell)
    {
        if (stations.TryGetValue(cell, out var station))
        {
            station.Link?.Post(LinkText.Stop(station.Name));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// The cell is gone for good, with what it was working on: those tasks are interrupted, or wait again if they said
    /// <c>retry: true</c>. What waits goes on waiting.
    /// </summary>
    /// <param name="reason">One sentence.</param>
    public async ValueTask AbandonAsync(CellId cell, string reason)
    {
        if (!stations.TryGetValue(cell, out var station))
        {
            return;
        }

        station.Link?.Close(CloseCodes.Gone, "the cell is gone");
        if (station.Last is { } link)
        {
            admission.Leave(station, link);
            await link.SettledAsync(hub.Config.Settle);
        }

        await station.Arrivals.WaitAsync();
        try
        {
            foreach (var seat in station.Seats)
            {
                await agents.LoseAsync(seat, reason);
            }
        }
        finally
        {
            station.Arrivals.Release();
        }
    }

    /// <summary>The agents of a cell; none where its door is closed.</summary>
    public IReadOnlyList<AgentId> AgentsOf(CellId cell) =>
        stations.TryGetValue(cell, out var station) ? [.. station.Seats.Select(s => s.Id)] : [];

    internal Station? Find(CellId cell) => stations.GetValueOrDefault(cell);

    internal IEnumerable<Station> All => stations.Values;

    /// <summary>A task that was leased and has no runtime any more.</summary>
    internal static readonly TaskState[] Leased = [TaskState.Sent, TaskState.Running];
}
