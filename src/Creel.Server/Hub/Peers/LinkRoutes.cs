using Creel.Core;
using Creel.Core.Link;
using Creel.Server.Hub.Agents;
using Creel.Server.Hub.Links;
using Creel.Server.Hub.Seats;
using Creel.Server.Hub.Tasks;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Peers;

/// <summary>Where cells and agents connect: cells on their own sockets, agents on TCP with their own tokens.</summary>
internal sealed class LinkRoutes(
    HubParts hub,
    CellDoors doors,
    Tokens tokens,
    AccessRefusals refusals,
    Admission admission,
    Responses responses,
    Func<AgentSeat, Link, Envelope, ValueTask> ask,
    LinkSet links
)
{
    public const string RuntimeProtocol = "creel.link.1";
    public const string OldProtocol = "vm-agent";
    private const string TokenProtocol = "token.";

    /// <summary>One that serves, one that follows it, and what is not noticed to be dead yet.</summary>
    private const int MostLinks = 4;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/cell", CellAsync).Access(AccessRule.Cell);
        app.MapGet("/agent/{id}", AgentAsync).Old(AccessRule.OwnProof);
        app.MapGet("/agent/{id}/{token}", AgentAsync).Old(AccessRule.OwnProof);
    }

    private async Task CellAsync(HttpContext context)
    {
        Expect(context);
        var station =
            doors.Find(context.Features.Get<CellCaller>()!.Cell)
            ?? throw new CreelException(Fault.Unavailable("cell-closed", "this cell's door is closed"));
        await RunAsync(
            context,
            station,
            LinkKind.Runtime,
            Offers(context, RuntimeProtocol) ? RuntimeProtocol : null,
            link => new RuntimeSession(hub, admission, responses, station, link).RunAsync()
        );
    }

    private async Task AgentAsync(HttpContext context)
    {
        var id =
            AgentId.TryParse(context.Request.RouteValues["id"] as string, out var strict) || !hub.Config.OldUnauthenticated
                ? strict
                : AgentId.Legacy((string)context.Request.RouteValues["id"]!);
        var token = context.Request.RouteValues["token"] as string ?? BearerToken.Of(context.Request) ?? Offered(context);
        if (
            id.Value.Length == 0
            || !await tokens.ProvesAsync(token, id, context.RequestAborted)
            || hub.Book.Find(id) is not { } seat
        )
        {
            throw refusals.Refuse(context, "this wants the token of that agent");
        }

        Expect(context);
        if (seat.Station is not { Cell: null } station)
        {
            throw new CreelException(
                Fault.Conflict("agent-declared", $"agent '{id}' lives in a cell", "only its cell connects for it")
            );
        }

        if (Offers(context, RuntimeProtocol))
        {
            await RunAsync(
                context,
                station,
                LinkKind.Runtime,
                RuntimeProtocol,
                link => new RuntimeSession(hub, admission, responses, station, link).RunAsync()
            );
        }
        else
        {
            await RunAsync(
                context,
                station,
                LinkKind.Old,
                Offers(context, OldProtocol) ? OldProtocol : null,
                link => new OldSession(hub, admission, responses, ask, seat, station, link).RunAsync()
            );
        }
    }

    private async Task RunAsync(HttpContext context, Station station, LinkKind kind, string? protocol, Func<Link, Task> run)
    {
        try
        {
            if (Interlocked.Increment(ref station.Links) > MostLinks)
            {
                throw new CreelException(
                    new Fault(
                        FaultKind.TooMany,
                        "too-many-links",
                        $"{MostLinks} links to '{station.Name}' are open already",
                        "close one of them; one that says no hello is closed by itself"
                    )
                );
            }

            await RunAsync(context, station.Intake, kind, protocol, run);
        }
        finally
        {
            Interlocked.Decrement(ref station.Links);
        }
    }

    private async Task RunAsync(HttpContext context, Intake intake, LinkKind kind, string? protocol, Func<Link, Task> run)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = protocol });
        using var link = new Link(socket, kind, hub.Time, intake, context.RequestAborted);
        links.Add(link);
        try
        {
            await run(link);
        }
        catch (OperationCanceledException) when (hub.Stopping.IsCancellationRequested) { }
        finally
        {
            links.Remove(link);
        }
    }

    private void Expect(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            throw new CreelException(
                Fault.Invalid("websocket", "this is for WebSocket connections", "docs/protocol.md tells how to connect")
            );
        }

        if (hub.Stopping.IsCancellationRequested)
        {
            throw new CreelException(Fault.Unavailable("stopping", "the server is shutting down", "connect again in a moment"));
        }
    }

    private static bool Offers(HttpContext context, string protocol) =>
        context.WebSockets.WebSocketRequestedProtocols.Contains(protocol);

    /// <summary>Where a client can't set headers, a token may come as a protocol that it offers.</summary>
    private static string? Offered(HttpContext context) =>
        context
            .WebSockets.WebSocketRequestedProtocols.FirstOrDefault(p => p.StartsWith(TokenProtocol, StringComparison.Ordinal))
            ?[TokenProtocol.Length..];
}
