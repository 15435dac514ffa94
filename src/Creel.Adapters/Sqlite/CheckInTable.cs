using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Adapters.Sqlite;

/// <summary>The agents' signs of life of one database.</summary>
internal sealed class CheckInTable(Writer writer, ReadPool readers) : ICheckInStore
{
    public ValueTask<IReadOnlyList<CheckInState>> ListAsync(CancellationToken cancel = default) =>
        readers.DoAsync<IReadOnlyList<CheckInState>>(
            c =>
            {
                var rows = c["SELECT gateway, agent, more FROM check_ins ORDER BY agent, gateway"];
                var states = new List<CheckInState>();
                while (rows.Next())
                {
                    var resident = new Resident(AgentId.Legacy(rows.Text(1)), rows.Text(0) is { Length: > 0 } name ? name : null);
                    states.Add(JsonSerializer.Deserialize<Row>(rows.Text(2))!.State(resident));
                }

                return states;
            },
            cancel
        );

    public async ValueTask PutAsync(IReadOnlyList<CheckInState> states, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    states.Sum(state =>
                        s.Connection["INSERT OR REPLACE INTO check_ins(gateway, agent, more) VALUES(?, ?, ?)"]
                            .Bind(state.Resident.Gateway ?? "")
                            .Bind(state.Agent.Value)
                            .Bind(JsonSerializer.Serialize(Row.Of(state)))
                            .Run()
                    ),
                cancel
            )
            .ConfigureAwait(false);

    public async ValueTask RemoveAsync(Resident agent, CancellationToken cancel = default) =>
        await writer
            .DoAsync(
                s =>
                    s.Connection["DELETE FROM check_ins WHERE gateway = ? AND agent = ?"]
                        .Bind(agent.Gateway ?? "")
                        .Bind(agent.Agent.Value)
                        .Run(),
                cancel
            )
            .ConfigureAwait(false);

    private sealed record Row(
        CheckInStanding Standing,
        long Generation,
        WakeOrder? Order,
        int Wakes,
        bool Sent,
        DateTimeOffset? Due,
        DateTimeOffset? LastSeen,
        string? Why,
        string? Habitat = null
    )
    {
        public static Row Of(CheckInState s) =>
            new(s.Standing, s.Generation, s.Order, s.Wakes, s.Sent, s.Due, s.LastSeen, s.Why, s.Habitat);

        public CheckInState State(Resident agent) =>
            new(agent)
            {
                Standing = Standing,
                Generation = Generation,
                Order = Order,
                Wakes = Wakes,
                Sent = Sent,
                Due = Due,
                LastSeen = LastSeen,
                Why = Why,
                Habitat = Habitat,
            };
    }
}
