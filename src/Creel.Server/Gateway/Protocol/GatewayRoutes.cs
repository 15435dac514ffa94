using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Gateway.Protocol;

/// <summary>The API of the gateway itself: how it is, its token, who is connected, and which devices are let in.</summary>
/// <param name="token">The shared secret of the moment and where it is from; null where there is none.</param>
public sealed class GatewayRoutes(GatewayDoor door, Func<(string Secret, string Source)?> token, AuditTrail audit)
{
    private const string Actor = "admin";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/gateway", Status);
        app.MapGet("/gateway/token", TokenAsync);
        app.MapPost("/gateway/restart", RestartAsync);
        app.MapGet("/gateway/devices", Devices);
        app.MapPost("/gateway/devices/{id}/approve", ApproveAsync);
        app.MapPost("/gateway/devices/{id}/reject", RejectAsync);
        app.MapDelete("/gateway/devices/{id}", RemoveAsync);
    }

    private Task Status(HttpContext context)
    {
        var host = door.Host;
        var json = new JsonObject { ["up"] = host is not null };
        if (host is null)
        {
            json["why"] = door.Refusal?.Message;
            json["remedy"] = door.Refusal?.Remedy;
        }
        else
        {
            json["url"] = host.Url;
            json["port"] = host.Port;
            json["auth"] = host.AuthWord;
            json["protocols"] = new JsonArray(GatewayLimits.LowestProtocol, GatewayLimits.HighestProtocol);
            json["clients"] = new JsonArray([.. host.Clients.List.Select(c => (JsonNode)c.Presence())]);
            json["pending"] = host.Devices.Pending.Count;
            json["paired"] = host.Devices.Paired.Count;
        }

        return WriteAsync(context, json);
    }

    private async Task TokenAsync(HttpContext context)
    {
        var found =
            token()
            ?? throw new CreelException(
                Fault.NotFound("gateway-token", "the gateway has no secret: its authentication is off", "Set gateway.auth.token.")
            );
        await audit.RecordAsync(Actor, "gateway.token", "gateway", "ok");
        await WriteAsync(context, new JsonObject { ["token"] = found.Secret, ["source"] = found.Source });
    }

    private async Task RestartAsync(HttpContext context)
    {
        await audit.RecordAsync(Actor, "gateway.restart", "gateway", "ok");
        // Not by the caller's own patience: half a restart would leave it closed.
        await door.RestartAsync(CancellationToken.None);
        await Status(context);
    }

    private Task Devices(HttpContext context) =>
        WriteAsync(
            context,
            new JsonObject
            {
                ["pending"] = new JsonArray([.. Book().Pending.Select(p => (JsonNode)DeviceJson.Of(p))]),
                ["paired"] = new JsonArray([.. Book().Paired.Select(d => (JsonNode)DeviceJson.Of(d))]),
            }
        );

    private async Task ApproveAsync(HttpContext context) =>
        await WriteAsync(context, DeviceJson.Of(await Book().ApproveAsync(Id(context), Actor, context.RequestAborted)));

    private async Task RejectAsync(HttpContext context)
    {
        await Book().RejectAsync(Id(context), Actor);
        await WriteAsync(context, new JsonObject { ["ok"] = true });
    }

    private async Task RemoveAsync(HttpContext context)
    {
        await Book().RemoveAsync(Id(context), Actor, context.RequestAborted);
        await WriteAsync(context, new JsonObject { ["ok"] = true });
    }

    private DeviceBook Book() =>
        door.Host?.Devices
        ?? throw new CreelException(Fault.Unavailable("gateway-closed", "the gateway is not open", "creel gateway restart"));

    private static string Id(HttpContext context) => (string?)context.Request.RouteValues["id"] ?? "";

    private static Task WriteAsync(HttpContext context, JsonObject json) =>
        JsonReply.SendAsync(context, Frames.Bytes(json), StatusCodes.Status200OK);
}
