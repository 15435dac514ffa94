using System.Net;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Work;
using Creel.Server.Web;
using Microsoft.AspNetCore.Http;

namespace Creel.Server.Hub.Agents;

/// <summary>Lets an agent register: with the admin token, or with a join token, which is good for one.</summary>
internal sealed class Registration(HubParts hub, WebConfig web, AccessRefusals refusals, Tokens tokens, AgentChanges agents)
{
    private readonly TokenBuckets<IPAddress> rate = new(burst: 60, each: TimeSpan.FromSeconds(1), hub.Time);

    public async Task RegisterAsync(HttpContext context)
    {
        var bearer = BearerToken.Of(context.Request);
        var proven = BearerToken.Matches(bearer, web.AdminTokenHash.Span);

        // Whoever has the admin token may register a thousand agents; nobody may try a thousand join tokens.
        if (!proven && !rate.TryTake(context.Connection.RemoteIpAddress ?? IPAddress.None))
        {
            throw new CreelException(
                new Fault(
                    FaultKind.TooMany,
                    "too-many-registrations",
                    "too many registrations at once",
                    "wait a second between them"
                )
            );
        }

        var admin = web.OldUnauthenticated || proven;
        var join = admin
            ? null
            : await tokens.UseAsync(bearer, context.RequestAborted)
                ?? throw refusals.Refuse(context, "this wants the admin token or a join token");
        try
        {
            await RegisterAsync(context, admin, join);
        }
        catch (InvalidOperationException) when (!context.Response.HasStarted)
        {
            if (join is not null)
            {
                await tokens.GiveBackAsync(join);
            }

            throw new CreelException(Fault.Invalid("json", "a string in the body is not valid Unicode"));
        }
        catch when (join is not null && !context.Response.HasStarted)
        {
            await tokens.GiveBackAsync(join);
            throw;
        }
    }

    private async Task RegisterAsync(HttpContext context, bool admin, TokenRecord? join)
    {
        var body = await JsonBody.ReadAsync(context, onlyJson: web.OldUnauthenticated);
        using var document = JsonDocument.Parse(body);
        var (id, idText) = Id(document.RootElement);
        if (join?.Agent is { } only && only != id)
        {
            throw new CreelException(Fault.Refused("join-token", $"this join token is for agent '{only}' alone"));
        }

        var seat = await agents.RegisterAsync(
            id,
            idText,
            Metadata(document.RootElement),
            admin || join?.Agent is not null,
            context.RequestAborted
        );
        var token = await tokens.MakeAsync(id, context.RequestAborted);
        await hub.Audit.RecordAsync(admin ? "admin" : "join-token", "agent.register", $"agent:{id}", "ok");
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WritePropertyName("agent");
                AgentView.Write(json, seat, []);
                json.WriteString("token", token);
                json.WriteString("wsUrl", $"ws://localhost:{Port(context)}/agent/{id}/{token}");
            }
        );
    }

    /// <summary>Where any port was taken, the one by which the caller knows us: on a unix socket the connection has none.</summary>
    private int Port(HttpContext context) =>
        web.SocketPort > 0 ? web.SocketPort : context.Request.Host.Port ?? context.Connection.LocalPort;

    /// <summary>The older mode takes any JSON that is not false in JavaScript's eyes.</summary>
    private (AgentId Id, string? Text) Id(JsonElement body)
    {
        if (
            !body.TryGetProperty("agentId", out var id)
            || id.ValueKind is JsonValueKind.Null or JsonValueKind.False
            || (id.ValueKind == JsonValueKind.String && id.GetString() == "")
            || (id.ValueKind == JsonValueKind.Number && id.GetDouble() == 0)
        )
        {
            throw new CreelException(Fault.Invalid("agent-id", "agentId is required"));
        }

        return id.ValueKind == JsonValueKind.String ? (Requests.Agent(id.GetString(), web.OldUnauthenticated), null)
            : web.OldUnauthenticated ? (Requests.Agent(id.GetRawText(), old: true), id.GetRawText())
            : throw new CreelException(Fault.Invalid("agent-id", $"agentId is not a string: {AgentId.Rule}"));
    }

    /// <summary>What was sent, with a type and capabilities where there were none.</summary>
    private static ReadOnlyMemory<byte> Metadata(JsonElement body)
    {
        var given = body.TryGetProperty("metadata", out var metadata);
        if (given && !LooseJson.IsObject(metadata))
        {
            throw new CreelException(Fault.Invalid("metadata", "'metadata' is not an object"));
        }

        return JsonReply.Text(json =>
        {
            json.WriteStartObject();
            if (!given || !metadata.TryGetProperty("type", out _))
            {
                json.WriteString("type", "generic");
            }

            if (!given || !metadata.TryGetProperty("capabilities", out _))
            {
                json.WriteStartArray("capabilities");
                json.WriteEndArray();
            }

            foreach (var field in given ? metadata.EnumerateObject().DistinctBy(f => f.Name) : [])
            {
                field.WriteTo(json);
            }

            json.WriteEndObject();
        });
    }
}
