using Creel.Adapters.Sqlite;
using Creel.Core.Habitats;
using Creel.Core.Sessions;
using Creel.Server.Audits;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;
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
    private ForeignGateways? gateways;

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
        Turns = new ElsewhereTurns(habitat, () => gateways!, time);
    }

    public AgentTokens Tokens { get; }

    public AgentsElsewhere Agents { get; }

    public ElsewhereTurns Turns { get; }

    /// <summary>Before anything else is asked of it.</summary>
    /// <param name="file">Of the habitat in force.</param>
    public CheckInBook Book(ForeignGateways lines, Func<ITurns> turns, Func<string?> file, ILoggerFactory logs)
    {
        gateways = lines;
        var messages = new WakeMessages(lines, turns);
        book = new CheckInBook(
            store.CheckIns,
            messages.SendAsync,
            file,
            Agents.Lives,
            time,
            logs.CreateLogger("check-ins"),
            messages.FailureAsync
        );
        return book;
    }

    public void Map(IEndpointRouteBuilder app, Provisioner provisioner, AuditTrail audit) =>
        new CheckInRoutes(Agents, book!, Wakes, provisioner.Find, provisioner.RotateAsync, audit).Map(app);

    public Wakes Wakes =>
        new(book!, gateway => habitat()?.ForeignGateways.GetValueOrDefault(gateway)?.CheckIn ?? ForeignGatewayModel.UsualCheckIn);
}
