using System.Text.Json;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Audits;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Provisioning;

/// <summary>Signs of life of agents for who runs the machine: how each stands, to wake one, to give one another token.</summary>
/// <param name="find">The agent as the habitat has it.</param>
/// <param name="rotate">Gives it another token, and says until when those before it hold at the latest.</param>
public sealed class CheckInRoutes(
    AgentsElsewhere elsewhere,
    CheckInBook book,
    Wakes wakes,
    Func<AgentId, DesiredAgent?> find,
    Func<DesiredAgent, CancellationToken, Task<DateTimeOffset>> rotate,
    AuditTrail audit
)
{
    private const string Actor = "admin";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/checkins", ListAsync);
        app.MapGet("/agents/{id}/checkin", ShowAsync);
        app.MapPost("/agents/{id}/nudge", NudgeAsync);
        app.MapPost("/agents/{id}/rotate-token", RotateAsync);
    }

    private Task ListAsync(HttpContext context) =>
        JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("agents");
                foreach (var agent in elsewhere.All)
                {
                    Write(json, elsewhere.StateOf(agent));
                }

                json.WriteEndArray();
            }
        );

    private Task ShowAsync(HttpContext context) => ReplyAsync(context, elsewhere.StateOf(Agent(context)));

    private async Task NudgeAsync(HttpContext context)
    {
        var agent = Get(context);
        using var body = JsonDocument.Parse(await JsonBody.ReadAsync(context));
        var waits = Payloads.Flag(body.RootElement, "wait");
        var generation = await AuditedAsync(
            "agent.nudge",
            agent,
            () => wakes.BeginAsync(agent, WakeReason.Nudged, null, context.RequestAborted)
        );
        var state = waits
            ? await book.SettledAsync(agent.Resident, generation, context.RequestAborted)
            : book.Find(agent.Resident);
        await ReplyAsync(context, state);
    }

    private async Task RotateAsync(HttpContext context)
    {
        var agent = Get(context);
        var until = await AuditedAsync("agent.rotate-token", agent, () => rotate(agent, context.RequestAborted));
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("agent", agent.Agent.Value);
                json.WriteString("gateway", agent.Gateway);
                JsonReply.Time(json, "othersUntil", until);
            }
        );
    }

    /// <summary>Written down whatever comes of it.</summary>
    private async Task<T> AuditedAsync<T>(string action, DesiredAgent agent, Func<Task<T>> act)
    {
        T result;
        try
        {
            result = await act();
        }
        catch (CreelException e)
        {
            await audit.RecordAsync(Actor, action, $"agent:{agent.Agent}", "failed", AuditDetail.Of(("reason", e.Fault.Code)));
            throw;
        }

        await audit.RecordAsync(Actor, action, $"agent:{agent.Agent}", "ok");
        return result;
    }

    private DesiredAgent Get(HttpContext context)
    {
        var agent = Agent(context);
        return find(agent)
            ?? throw new CreelException(
                Fault.NotFound(
                    "agent-not-found",
                    $"the habitat in force has no agent '{agent}'",
                    "see which there are: creel agent list"
                )
            );
    }

    private static AgentId Agent(HttpContext context) => AgentId.Parse(context.Request.RouteValues["id"] as string);

    private static Task ReplyAsync(HttpContext context, CheckInState state) =>
        JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WritePropertyName("agent");
                Write(json, state);
            }
        );

    private static void Write(Utf8JsonWriter json, CheckInState state)
    {
        json.WriteStartObject();
        json.WriteString("id", state.Agent.Value);
        json.WriteString("gateway", state.Resident.Gateway);
        json.WriteString("status", state.Standing.Word());
        JsonReply.Time(json, "lastSeen", state.LastSeen);
        json.WriteNumber("generation", state.Generation);
        json.WriteNumber("wakes", state.Wakes);
        JsonReply.Time(json, "due", state.Due);
        json.WriteString("why", state.Why);
        json.WriteEndObject();
    }
}
