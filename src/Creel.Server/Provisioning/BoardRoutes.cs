using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Edits;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Provisioning;

/// <summary>The API of the habitat's boards and users: its own tables, changed by its one writer.</summary>
public sealed class BoardRoutes(ProvisioningPorts ports, AuditTrail audit)
{
    private const string Actor = "admin";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/boards", context => GatewayReply.SendAsync(context, new { boards = Boards(Habitat()) }));
        app.MapGet("/users", context => GatewayReply.SendAsync(context, new { users = Users(Habitat()) }));
        foreach (var table in new[] { "boards", "users" })
        {
            app.MapPost($"/{table}", context => AddAsync(context, table));
            app.MapDelete($"/{table}/{{id}}", context => RemoveAsync(context, table));
        }
    }

    /// <summary>With who works on each, here or elsewhere.</summary>
    private static List<object> Boards(HabitatModel habitat) =>
        [
            .. habitat.Provisioning.Boards.Select(board => new
            {
                id = board.Key,
                board.Value.Sheet.Name,
                board.Value.Sheet.Type,
                board.Value.Sheet.Objective,
                lead = board.Value.Lead?.Value,
                board.Value.User,
                agents = Workers(habitat, board.Key).Select(a => a.Value).Order(StringComparer.Ordinal).ToList(),
                leadAsks = board.Value.Lead is { } lead ? Asks(habitat, board.Key, lead) : null,
            }),
        ];

    private static IEnumerable<AgentId> Workers(HabitatModel habitat, string board) =>
        habitat.Provisioning.Agents.Where(a => a.Value.Board == board).Select(a => a.Key);

    /// <summary>Whether its lead may ask somebody there for work; null: nobody else is there.</summary>
    private static bool? Asks(HabitatModel habitat, string board, AgentId lead) =>
        Workers(habitat, board).Where(a => a != lead).ToList() is { Count: > 0 } others
            ? others.Any(other => habitat.Bridge.Permits(lead, other))
            : null;

    private static List<object> Users(HabitatModel habitat) =>
        [
            .. habitat.Provisioning.Users.Select(user => new
            {
                id = user.Key,
                user.Value.Name,
                user.Value.PreferredName,
                user.Value.Email,
                user.Value.Timezone,
            }),
        ];

    private async Task AddAsync(HttpContext context, string table)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        Habitat();
        var id = JsonBody.String(body.RootElement, "id") ?? "";
        var entry = JsonObject.Create(body.RootElement)!;
        entry.Remove("id");
        foreach (var nothing in entry.Where(e => e.Value is null).Select(e => e.Key).ToList())
        {
            entry.Remove(nothing);
        }

        await HabitatEdits.ApplyAsync(ports.Config, root => BoardEdit.Add(root, table, id, entry), Actor, context.RequestAborted);
        await audit.RecordAsync(Actor, $"{table.TrimEnd('s')}.add", id, "ok");
        await GatewayReply.SendAsync(context, new { id, added = true });
    }

    private async Task RemoveAsync(HttpContext context, string table)
    {
        Habitat();
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        await HabitatEdits.ApplyAsync(ports.Config, root => BoardEdit.Remove(root, table, id), Actor, context.RequestAborted);
        await audit.RecordAsync(Actor, $"{table.TrimEnd('s')}.remove", id, "ok");
        await GatewayReply.SendAsync(context, new { id, removed = true });
    }

    /// <exception cref="CreelException">None is up.</exception>
    private HabitatModel Habitat() => HabitatUp.Of(ports.Habitat);
}
