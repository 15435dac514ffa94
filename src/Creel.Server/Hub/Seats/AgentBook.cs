using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Work;

namespace Creel.Server.Hub.Seats;

/// <summary>All agents that the hub knows, in the order in which they came.</summary>
internal sealed class AgentBook(IAgentRegistry registry)
{
    private readonly ConcurrentDictionary<AgentId, AgentSeat> seats = new();
    private readonly SemaphoreSlim changing = new(1, 1);
    private List<AgentSeat> order = [];

    public IReadOnlyList<AgentSeat> All => Volatile.Read(ref order);

    /// <summary>Reads what was kept. An agent from before may still hold tasks, so it counts as away from now on.</summary>
    /// <param name="counts">What the store knows of their tasks, to count on from there.</param>
    public async ValueTask LoadAsync(DateTimeOffset now, IReadOnlyList<TaskCount> counts, CancellationToken cancel)
    {
        var tasks = counts.ToLookup(c => c.Agent);
        foreach (var registration in (await registry.ListAsync(cancel)).OrderBy(r => r.RegisteredAt))
        {
            var seat = new AgentSeat(registration.Id, registration)
            {
                AwaySince = now,
                Behind = true,
                Stats = AgentStats.From(tasks[registration.Id]),
            };
            if (!registration.Declared)
            {
                seat.Station = RemoteStation(seat);
            }

            Add(seat);
        }
    }

    public AgentSeat? Find(AgentId id) => seats.GetValueOrDefault(id);

    /// <exception cref="CreelException">There is none.</exception>
    public AgentSeat Get(AgentId id) => Find(id) ?? throw Unknown();

    public static CreelException Unknown() =>
        new(Fault.NotFound("agent-not-found", "Agent not found", "list the agents: GET /agents"));

    /// <summary>One change of the registry at a time, so that memory and store agree.</summary>
    public async ValueTask<T> ChangeAsync<T>(Func<ValueTask<T>> change, CancellationToken cancel)
    {
        await changing.WaitAsync(cancel);
        try
        {
            return await change();
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Only within a change.</summary>
    public async ValueTask<AgentSeat> PutAsync(AgentRegistration registration, CancellationToken cancel)
    {
        await registry.PutAsync(registration, cancel);
        if (Find(registration.Id) is { } known)
        {
            lock (known.Gate)
            {
                known.Registration = registration;
            }

            return known;
        }

        var seat = new AgentSeat(registration.Id, registration);
        if (!registration.Declared)
        {
            seat.Station = RemoteStation(seat);
        }

        Add(seat);
        return seat;
    }

    /// <summary>Only within a change.</summary>
    public async ValueTask RemoveAsync(AgentSeat seat, CancellationToken cancel)
    {
        await registry.RemoveAsync(seat.Id, cancel);
        seats.TryRemove(seat.Id, out _);
        Volatile.Write(ref order, [.. order.Where(s => s != seat)]);
    }

    public static Station RemoteStation(AgentSeat seat) => new(seat.Id.Value, null) { Seats = [seat] };

    private void Add(AgentSeat seat)
    {
        seats[seat.Id] = seat;
        Volatile.Write(ref order, [.. order, seat]);
    }
}
