using Creel.Adapters.Sqlite;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Sessions;
using Creel.Server.Audits;
using Creel.Server.Provisioning;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Creel.Roots;

/// <summary>Agents at gateways elsewhere: who they are, by what they prove it, and whether they give signs of life.</summary>
internal sealed class ElsewhereRoot
{
    private readonly Func<HabitatModel?> habitat;
    private readonly SqliteStore store;
    private readonly TimeProvider time;
    private CheckInBook? book;

    public ElsewhereRoot(Func<HabitatModel?> habitat, SqliteStore store, TimeProvider time)
    {
        (this.habitat, this.store, this.time) = (habitat, store, time);
        Tokens = new AgentTokens(store.AgentTokens, time);
        Agents = new AgentsElsewhere(
            habitat,
            h => h.ForeignGateways.Values.SelectMany(g => g.Agents.Select(a => (a.Id, g.Name))),
            Tokens,
            () => book!
        );
    }

    public AgentTokens Tokens { get; }

    public AgentsElsewhere Agents { get; }

    public CheckInBook Book(ForeignGateways gateways, Func<ITurns> turns, ILoggerFactory logs) =>
        book = new CheckInBook(
            store.CheckIns,
            new WakeMessages(gateways, turns).SendAsync,
            Agents.Lives,
            time,
            logs.CreateLogger("check-ins")
        );

    /// <param name="port">On which serve is reached on this machine.</param>
    public void Map(IEndpointRouteBuilder app, ForeignGateways gateways, Func<int> port, AuditTrail audit) =>
        new CheckInRoutes(
            Agents,
            book!,
            Wakes,
            new TokenHandover(gateways, Tokens, time),
            new DesiredNow(habitat, Agents.GatewayOf, () => $"http://127.0.0.1:{port()}{AgentsAddress.Path}").Find,
            audit
        ).Map(app);

    public Wakes Wakes =>
        new(book!, gateway => habitat()?.ForeignGateways.GetValueOrDefault(gateway)?.CheckIn ?? ForeignGatewayModel.UsualCheckIn);
}
