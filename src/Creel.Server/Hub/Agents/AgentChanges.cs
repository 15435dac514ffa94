using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;

namespace Creel.Server.Hub.Agents;

/// <summary>Agents come and go: declared by a habitat, or registered by themselves.</summary>
internal sealed class AgentChanges(HubParts hub)
{
    /// <summary>Makes the cell's agents known and seats them there; a former seat elsewhere is given up.</summary>
    public async ValueTask DeclareAsync(Station station, HubCell cell, CancellationToken cancel)
    {
        var seats = new List<AgentSeat>(cell.Agents.Count);
        foreach (var agent in cell.Agents)
        {
            seats.Add(await hub.Book.ChangeAsync(() => DeclareOneAsync(agent, cell, cancel), cancel));
        }

        var gone = station.Seats.Except(seats).ToList();
        station.Declared = cell;
        station.Seats = seats;
        foreach (var seat in seats)
        {
            Move(seat, station);
        }

        foreach (var seat in gone)
        {
            if (station.Last is { } link)
            {
                seat.Detach(link, hub.Now);
            }
        }
    }

    /// <summary>A remote agent registers. Again: it starts afresh, and what it had not finished is cancelled.</summary>
    /// <param name="mayReplace">An agent of that name may be there already.</param>
    /// <exception cref="CreelException">The name is taken.</exception>
    public ValueTask<AgentSeat> RegisterAsync(
        AgentId id,
        string? idText,
        ReadOnlyMemory<byte> metadata,
        bool mayReplace,
        CancellationToken cancel
    ) =>
        hub.Book.ChangeAsync(
            async () =>
            {
                if (hub.Book.Find(id) is { } known)
                {
                    if (known.Registration.Declared)
                    {
                        throw new CreelException(
                            Fault.Conflict(
                                "agent-declared",
                                $"the habitat declares agent '{id}'",
                                "choose another id, or take it out of the habitat"
                            )
                        );
                    }

                    if (!mayReplace)
                    {
                        throw new CreelException(
                            Fault.Conflict("agent-exists", $"there is an agent '{id}' already", "choose another id")
                        );
                    }

                    await UnseatAsync(known, CloseCodes.Replaced, "registered anew", cancel);
                    if (!hub.Config.OldUnauthenticated)
                    {
                        // Whoever registers holds the only valid token from then on.
                        await hub.Ports.Agents.RemoveAsync(id, cancel);
                    }
                }

                var seat = await hub.Book.PutAsync(new AgentRegistration(id, metadata, hub.Now, Declared: false), cancel);
                lock (seat.Gate)
                {
                    seat.IdText = idText;
                    seat.Stats = new AgentStats();
                    seat.Health = [];
                    seat.LastSeen = seat.LastHealth = null;
                }

                return seat;
            },
            cancel
        );

    /// <exception cref="CreelException">Unknown, or the habitat's.</exception>
    public async ValueTask DeregisterAsync(AgentId id, CancellationToken cancel)
    {
        if (hub.Book.Get(id).Registration.Declared)
        {
            throw new CreelException(
                Fault.Conflict("agent-declared", $"the habitat declares agent '{id}'", $"creel agent destroy {id}")
            );
        }

        await ForgetAsync(id, "its agent was deregistered", cancel);
    }

    public async ValueTask ForgetAsync(AgentId id, string reason, CancellationToken cancel) =>
        await hub.Book.ChangeAsync(
            async () =>
            {
                if (hub.Book.Find(id) is { } seat)
                {
                    await RemoveAsync(seat, reason, cancel);
                }

                return true;
            },
            cancel
        );

    /// <summary>
    /// What the agent was working on is lost: interrupted, or waiting again if it may run twice. Only while no link can come in
    /// (<see cref="Station.Arrivals"/>), or it would lose its tasks.
    /// </summary>
    public async ValueTask LoseAsync(AgentSeat seat, string reason)
    {
        var lost = await hub.Tasks.ListAsync(
            new TaskQuery(seat.Id, CellDoors.Leased, int.MaxValue, OldestFirst: true, Bodies: false)
        );
        var ends = lost.Where(t => !t.MayRunAgain)
            .Select(t => Ending.ByHub(t.Task, TaskState.Interrupted, hub.Now, reason))
            .ToList();
        var again = lost.Where(t => t.MayRunAgain).Select(t => new TaskMove(t.Task.Id, TaskState.Queued, null, hub.Now)).ToList();
        lock (seat.Gate)
        {
            seat.InFlight = [];
        }

        await hub.Ends.EndAsync(ends);
        if (again.Count > 0)
        {
            await hub.Tasks.MoveAsync(again);
        }
    }

    private async ValueTask<AgentSeat> DeclareOneAsync(HubAgent agent, HubCell cell, CancellationToken cancel)
    {
        var known = hub.Book.Find(agent.Model.Id);
        if (known is { Registration.Declared: false })
        {
            // The habitat has the last word: a remote agent of that name loses its tokens and its connection.
            await RemoveAsync(known, "the habitat declares this agent now", cancel);
            known = null;
        }

        var metadata = Metadata(agent, cell);
        if (known is not null && known.Registration.Metadata.Span.SequenceEqual(metadata.Span))
        {
            return known;
        }

        return await hub.Book.PutAsync(
            new AgentRegistration(agent.Model.Id, metadata, known?.Registration.RegisteredAt ?? hub.Now, Declared: true),
            cancel
        );
    }

    private void Move(AgentSeat seat, Station station)
    {
        var former = seat.Station;
        lock (seat.Gate)
        {
            seat.Station = station;
        }

        if (former is not null && former != station)
        {
            former.Seats = [.. former.Seats.Where(s => s != seat)];
            if (former.Last is { } link)
            {
                seat.Detach(link, hub.Now);
            }
        }
    }

    /// <summary>Its tasks end before it is forgotten: what stops this in between leaves an agent that can be removed again.</summary>
    private async ValueTask RemoveAsync(AgentSeat seat, string reason, CancellationToken cancel)
    {
        lock (seat.Gate)
        {
            seat.Removed = true;
        }

        try
        {
            await UnseatAsync(seat, CloseCodes.Gone, reason, cancel);
            await hub.Book.RemoveAsync(seat, cancel);
        }
        catch
        {
            lock (seat.Gate)
            {
                seat.Removed = false;
            }

            throw;
        }
    }

    /// <summary>
    /// Ends what is not finished, and the connection of an agent that has one for itself. What that had under way is not waited
    /// for: a result comes too late, and a task that is being appended finds its agent gone.
    /// </summary>
    private async ValueTask UnseatAsync(AgentSeat seat, int code, string reason, CancellationToken cancel)
    {
        lock (seat.Gate)
        {
            var link = seat.Link;
            seat.Link = null;
            foreach (var task in seat.InFlight.Values)
            {
                link?.Post(LinkText.Notice(MessageTypes.Cancel, seat.Id.Value, task.Id.ToString()));
            }

            seat.InFlight = [];
        }

        if (seat.Station is { Cell: null } station)
        {
            station.Link?.Close(code, reason);
        }

        var unfinished = await hub.Tasks.ListAsync(TaskQuery.Unfinished(seat.Id) with { Bodies = false }, cancel);
        await hub.Ends.EndAsync([.. unfinished.Select(t => Ending.ByHub(t.Task, TaskState.Cancelled, hub.Now, reason))], cancel);
    }

    private static ReadOnlyMemory<byte> Metadata(HubAgent agent, HubCell cell) =>
        JsonReply.Text(json =>
        {
            json.WriteStartObject();
            json.WriteString("type", agent.Model.Brain.Kind);
            json.WriteStartArray("capabilities");
            json.WriteEndArray();
            json.WriteString("name", agent.Model.Name);
            json.WriteString("group", cell.Name);
            json.WriteString("cell", cell.Id.Value);
            json.WriteEndObject();
        });
}
