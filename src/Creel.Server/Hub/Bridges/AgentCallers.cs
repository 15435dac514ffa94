using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Hub.Bridges;

/// <summary>
/// Finds out which agent calls. The socket proves the cell, and which of the cell's agents it is, the caller says; whoever comes in by a
/// port shows an agent's token.
/// </summary>
internal sealed class AgentCallers(HubParts hub, CellDoors doors, AccessRefusals refusals)
{
    public const string AgentHeader = "x-creel-agent";

    private static readonly TimeSpan EachCall = TimeSpan.FromMilliseconds(100);

    private readonly TokenBuckets<AgentId> calls = new(hub.Config.CallBurst, EachCall, hub.Time);
    private readonly ConcurrentDictionary<AgentId, AgentTurns> turns = new();

    /// <exception cref="CreelException">It is not proven, or calls too often.</exception>
    public async ValueTask<AgentCaller> OfAsync(HttpContext context)
    {
        var caller = context.Features.Get<CellCaller>() is { } cell ? InCell(context, cell.Cell) : await ElsewhereAsync(context);
        hub.Config.Elsewhere?.Seen(new Resident(caller.Id, caller.Gateway));
        return caller;
    }

    private async ValueTask<AgentCaller> ElsewhereAsync(HttpContext context)
    {
        var elsewhere = hub.Config.Elsewhere;
        if (
            elsewhere is null
            || await elsewhere.FindTokenAsync(BearerToken.OfAgent(context.Request), context.RequestAborted) is not { } shown
        )
        {
            throw refusals.Refuse(
                context,
                "this wants the token of an agent, and one that holds",
                "Send the AUTH_TOKEN of your TOOLS.md (or AGENTS.md) in the header X-Agent-Token; read it from the file again, since it can change."
                    + " If it is refused then, too, report that, and stop."
            );
        }

        var id = shown.Agent;
        if (elsewhere.GatewayOf(id) is not { } gateway || !shown.IsOf(gateway))
        {
            throw new CreelException(
                Fault.Refused(
                    "agent-gone",
                    $"the habitat in force has no agent '{id}' at {shown.Gateway ?? "a gateway elsewhere"}",
                    "Whoever keeps the habitat puts it back, or takes the agent away there."
                )
            );
        }

        if (!calls.TryTake(id))
        {
            throw new CreelException(
                new Fault(FaultKind.TooMany, "agent-rate", $"agent '{id}' calls too often", "wait a second between calls")
            );
        }

        var own = turns.GetOrAdd(id, _ => new AgentTurns(hub.Config.CallsOpen));
        context.Response.RegisterForDispose(own.Enter(id));

        // Only now: who is refused has changed nothing.
        await elsewhere.UsedTokenAsync(shown, gateway, context.RequestAborted);
        return new AgentCaller(id)
        {
            Group = [id],
            Gateway = gateway,
            Telling = own.Telling,
            Asking = own.Asking,
        };
    }

    private AgentCaller InCell(HttpContext context, CellId cell)
    {
        var station =
            doors.Find(cell) ?? throw new CreelException(Fault.Unavailable("cell-closed", "this cell's door is closed"));
        var label = context.Request.Headers[AgentHeader];
        var seats = station.Seats;
        var seat =
            label.Count == 0 ? (seats.Count == 1 ? seats[0] : null)
            : label.Count == 1 ? seats.FirstOrDefault(s => s.Id.Value == label[0])
            : null;
        return seat is not null
            ? AgentCaller.Of(station, seat.Id)
            : throw new CreelException(
                Fault.Refused(
                    "agent-label",
                    label.Count == 0 ? "several agents share this cell" : "no agent of that name is in this cell",
                    $"say which one you are: {AgentHeader}: {string.Join(" | ", seats.Select(s => s.Id))}"
                )
            );
    }
}
