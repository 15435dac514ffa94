using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Provisioning;

/// <summary>The API of the gateways elsewhere. A secret goes in, and never out.</summary>
public sealed class ForeignGatewayRoutes(ForeignGateways gateways, AuditTrail audit)
{
    private const string Actor = "admin";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/gateways", ListAsync);
        app.MapPost("/gateways", AddAsync);
        app.MapPost("/gateways/{name}/test", TestAsync);
        app.MapDelete("/gateways/{name}", RemoveAsync);
    }

    private Task ListAsync(HttpContext context) => WriteAsync(context, new { gateways = gateways.All.Select(View).ToList() });

    private async Task AddAsync(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var name = Text(body, "name") ?? "";
        if (!ForeignGatewayModel.IsName(name))
        {
            throw new CreelException(
                Fault.Invalid("gateway-name", "that is no name of a gateway", "Use small letters, digits and dashes.")
            );
        }

        var gateway = new ForeignGatewayModel(name, GatewayAddress.Parse(Text(body, "url") ?? ""))
        {
            Pin = Text(body, "pin") is { } pin ? GatewayAddress.Pin(pin) : null,
            CaFile = Text(body, "ca"),
            Device = Flag(body, "device"),
            WorkspaceRoot = Text(body, "workspaceRoot"),
            BaseUrl = Text(body, "baseUrl") is { } url ? AgentsAddress.Parse(url) : null,
        };
        var (token, password) = (Text(body, "token"), Text(body, "password"));
        var secret = (token ?? password) is { } text
            ? new GatewaySecret(GatewayAddress.Secret(text), token is null, gateway.Url)
            : null;
        var known = gateways.All.Any(g => g.Name == name);
        var (kept, steps) = await gateways.AddAsync(gateway, secret, Flag(body, "anyway"), Actor, context.RequestAborted);
        await audit.RecordAsync(Actor, "gateway.add", name, kept ? "ok" : "refused");
        gateway = gateways.All.FirstOrDefault(g => g.Name == name) ?? gateway;
        await WriteAsync(context, Tried(gateway, kept || known, steps, kept));
    }

    private async Task TestAsync(HttpContext context)
    {
        var gateway = gateways.Get(Name(context));
        await WriteAsync(
            context,
            Tried(gateway, kept: true, await gateways.TryAsync(gateway.Name, context.RequestAborted), written: null)
        );
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var name = Name(context);
        var gateway = gateways.Get(name);
        var agents = gateway.Agents.Select(a => a.Id.Value).ToList();
        await gateways.RemoveAsync(name, Actor, context.RequestAborted);
        await audit.RecordAsync(Actor, "gateway.remove", name, "ok");
        await WriteAsync(
            context,
            new
            {
                name,
                Url = gateway.Url.OriginalString,
                removed = true,
                agents,
            }
        );
    }

    private object View(ForeignGatewayModel gateway) =>
        new
        {
            gateway.Name,
            Url = gateway.Url.OriginalString,
            gateway.Pin,
            Ca = gateway.CaFile,
            gateway.Device,
            Secret = gateways.HasSecret(gateway),
            gateway.WorkspaceRoot,
            gateway.BaseUrl,
            Agents = gateway.Agents.Select(agent => gateways.View(agent)).ToList(),
        };

    /// <param name="kept">It is in the habitat.</param>
    /// <param name="written">What was said of it is there now; null: nothing was said.</param>
    private static object Tried(ForeignGatewayModel gateway, bool kept, IReadOnlyList<GatewayStep> steps, bool? written) =>
        new
        {
            gateway.Name,
            Url = gateway.Url.OriginalString,
            gateway.WorkspaceRoot,
            gateway.BaseUrl,
            kept,
            written,
            works = steps.All(s => s.Ok == true),
            steps,
        };

    private static string Name(HttpContext context) => (string?)context.Request.RouteValues["name"] ?? "";

    private static Task WriteAsync<T>(HttpContext context, T view) => GatewayReply.SendAsync(context, view);

    private static bool Flag(JsonDocument body, string key) => Payloads.Flag(body.RootElement, key);

    private static string? Text(JsonDocument body, string key) => Payloads.Text(body.RootElement, key);
}
