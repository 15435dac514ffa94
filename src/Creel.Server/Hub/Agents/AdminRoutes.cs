using System.Text.Json;
using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Hub.Agents;

/// <summary>Statistics and join tokens.</summary>
internal sealed class AdminRoutes(HubParts hub, Tokens tokens)
{
    private const int History = 1000;
    private const int LongestJoin = 30 * 24 * 3600;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/admin/stats", Stats).Old();
        app.MapPost("/admin/join-tokens", MakeJoinToken);
    }

    private async Task Stats(HttpContext context)
    {
        var letters = await hub.Ports.Letters.ListAsync(context.RequestAborted);
        var counts = (await hub.Tasks.CountAsync(context.RequestAborted))
            .Where(c => !c.State.IsFinal())
            .ToLookup(c => c.Agent, c => c.Count);
        var seats = hub.Book.All;
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartObject("router");
                json.WriteNumber("historySize", Math.Min(History, Interlocked.Read(ref hub.Handled)));
                json.WriteNumber("deadLetterQueueSize", letters.Count);
                json.WriteNumber("totalAgents", seats.Count);
                json.WriteNumber("onlineAgents", seats.Count(s => s.Link is not null));
                json.WriteEndObject();
                json.WriteStartArray("agents");
                foreach (var seat in seats)
                {
                    lock (seat.Gate)
                    {
                        json.WriteStartObject();
                        AgentView.WriteId(json, seat);
                        json.WriteString("status", AgentView.Status(seat));
                        AgentView.WriteStats(json, seat.Stats);
                        json.WriteNumber("currentTasks", counts[seat.Id].Sum());
                        json.WriteEndObject();
                    }
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task MakeJoinToken(HttpContext context)
    {
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var seconds = 3600;
        if (
            body.RootElement.TryGetProperty("ttlSeconds", out var ttl)
            && (ttl.ValueKind != JsonValueKind.Number || !ttl.TryGetInt32(out seconds) || seconds is < 1 or > LongestJoin)
        )
        {
            throw new CreelException(Fault.Invalid("ttl", $"'ttlSeconds' is not a number from 1 to {LongestJoin} (30 days)"));
        }

        AgentId? agent = JsonBody.String(body.RootElement, "agentId") is { } text ? AgentId.Parse(text) : null;
        var expires = hub.Now.AddSeconds(seconds);
        var token = await tokens.MakeAsync(TokenKind.Join, agent, expires, context.RequestAborted);
        await hub.Audit.RecordAsync("admin", "join-token.create", agent is null ? "hub" : $"agent:{agent}", "ok");
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("token", token);
                JsonReply.Time(json, "expiresAt", expires);
            }
        );
    }
}
