using System.Text.Json;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Server.Hub;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// Sessions for the agents themselves, on the cells' sockets alone. The socket proves the cell; which of its agents and sessions asks, the
/// caller says.
/// </summary>
internal sealed class CellSessionRoutes(
    SessionsHost host,
    SessionTools tools,
    SessionsConfig config,
    CellDoors doors,
    TimeProvider time
)
{
    private const string AgentHeader = "x-creel-agent";
    private const string SessionHeader = "x-creel-session";
    private const int UsualHistory = 20;
    private const int MostHistory = 200;
    private const int LongestHistory = 256 * 1024;

    /// <summary>Of a transcript, so much is read for a cell.</summary>
    private const int MostRead = 1024 * 1024;
    private const int MostWaiting = 8;
    private static readonly TimeSpan EachLook = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    private readonly OneByOne<CellId> looking = new(MostWaiting);
    private readonly TokenBuckets<CellId> looks = new(60, EachLook, time);

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/creel/sessions", List).Access(AccessRule.Cell);
        app.MapGet("/creel/sessions/history", History).Access(AccessRule.Cell);
        app.MapGet("/creel/sessions/status", Status).Access(AccessRule.Cell);
        app.MapPost("/creel/sessions/send", Send).Access(AccessRule.Cell);
        app.MapPost("/creel/sessions/spawn", Spawn).Access(AccessRule.Cell);
        app.MapPost("/creel/sessions/steer", Steer).Access(AccessRule.Cell);
    }

    private async Task List(HttpContext context)
    {
        var asker = Asker(context);
        using var place = await LookAsync(context);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("sessions");
                foreach (var entry in tools.Visible(asker).Take(1000))
                {
                    SessionView.Write(json, entry, host.Lanes.IsBusy(entry.Key));
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task History(HttpContext context)
    {
        var asker = Asker(context);
        var entry = tools.Find(asker, Key(context, asker));
        var limit = int.TryParse(context.Request.Query["limit"], out var number)
            ? Math.Clamp(number, 1, MostHistory)
            : UsualHistory;
        using var place = await LookAsync(context);
        var part = await host.Book.HistoryAsync(entry, limit, MostRead, context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("key", entry.Key);
                json.WriteString("sessionId", entry.SessionId);

                // The newest are kept, as many as fit.
                var size = 0;
                var fitting = part
                    .Messages.Reverse()
                    .TakeWhile(m => (size += m.GetRawText().Length) <= LongestHistory)
                    .Reverse()
                    .ToList();
                json.WriteBoolean("truncated", part.IsCut || fitting.Count < part.Messages.Count);
                json.WriteStartArray("messages");
                foreach (var message in fitting)
                {
                    message.WriteTo(json);
                }

                json.WriteEndArray();
            }
        );
    }

    private Task Status(HttpContext context)
    {
        var asker = Asker(context);
        var entry = tools.Find(asker, Key(context, asker));
        return JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WritePropertyName("session");
                SessionView.Write(json, entry, host.Lanes.IsBusy(entry.Key));
                json.WriteString("model", entry.Model ?? config.Settings().Find(entry.Agent)?.Model);
            }
        );
    }

    private async Task Send(HttpContext context)
    {
        var asker = Asker(context);
        var body = await BodyAsync(context);
        var ticket = await tools.SendAsync(
            asker,
            JsonBody.String(body, "key"),
            JsonBody.String(body, "label"),
            JsonBody.String(body, "agentId"),
            JsonBody.String(body, "message") ?? ""
        );
        var wait = Seconds(body, LongestWait) ?? TimeSpan.FromSeconds(30);
        var end = wait > TimeSpan.Zero ? await WaitAsync(ticket, wait, context.RequestAborted) : null;
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("runId", ticket.View.RunId);
                json.WriteString("sessionKey", ticket.View.SessionKey);
                json.WriteString(
                    "status",
                    end is null
                        ? wait > TimeSpan.Zero
                            ? "timeout"
                            : "accepted"
                        : end.State == TurnState.Ok
                            ? "ok"
                            : "error"
                );
                if (end is not null)
                {
                    json.WriteString("reply", end.Text);
                    json.WriteString("error", end.Error);
                }
            }
        );
    }

    private async Task Spawn(HttpContext context)
    {
        var asker = Asker(context);
        var body = await BodyAsync(context);
        var ticket = await tools.SpawnAsync(
            asker,
            new SpawnWish(
                JsonBody.String(body, "task") ?? "",
                JsonBody.String(body, "agentId"),
                JsonBody.String(body, "model"),
                JsonBody.String(body, "label"),
                Seconds(body, TimeSpan.FromDays(7)) is { } limit && limit > TimeSpan.Zero ? limit : null
            ),
            context.RequestAborted
        );
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("status", "accepted");
                json.WriteString("runId", ticket.View.RunId);
                json.WriteString("childSessionKey", ticket.View.SessionKey);
            }
        );
    }

    private async Task Steer(HttpContext context)
    {
        var (agent, key) = Asker(context);
        var body = await BodyAsync(context);
        var have =
            body.TryGetProperty("have", out var names) && names.ValueKind == JsonValueKind.Array
                ? names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Select(n => n.GetString()!)
                : [];
        var found = await host.Lanes.Steering.TakeAsync(
            agent,
            key,
            JsonBody.String(body, "task") ?? "",
            have.ToHashSet(StringComparer.Ordinal)
        );
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("messages");
                foreach (var (run, message) in found)
                {
                    json.WriteStartObject();
                    json.WriteString("runId", run);
                    json.WriteString("message", message);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }
        );
    }

    /// <summary>Lists and histories cost the host something: a cell has one at a time, and so many a second.</summary>
    private async Task<IDisposable> LookAsync(HttpContext context)
    {
        var cell = context.Features.Get<CellCaller>()!.Cell;
        return looks.TryTake(cell)
            ? await looking.EnterAsync(cell, context.RequestAborted)
            : throw new CreelException(
                new Fault(FaultKind.TooMany, "sessions-rate", "this cell looks at sessions too often", "wait a second")
            );
    }

    private static async Task<TurnView?> WaitAsync(TurnTicket ticket, TimeSpan wait, CancellationToken cancel)
    {
        try
        {
            return await ticket.Completion.WaitAsync(wait, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }

    private (AgentId Agent, string Key) Asker(HttpContext context)
    {
        var agents = doors.AgentsOf(context.Features.Get<CellCaller>()!.Cell);
        var label = context.Request.Headers[AgentHeader];
        var found = agents.Where(a => label.Count == 0 ? agents.Count == 1 : label.Count == 1 && a.Value == label[0]).ToList();
        if (found.Count == 0)
        {
            throw new CreelException(
                Fault.Refused(
                    "agent-label",
                    label.Count == 0 ? "several agents share this cell" : "no agent of that name is in this cell",
                    $"say which one you are: {AgentHeader}: {string.Join(" | ", agents)}"
                )
            );
        }

        var said = context.Request.Headers[SessionHeader];
        var asker = SessionKeyRules.Canonical(said.Count == 1 ? said[0] : "main", config.Settings(), found[0]);
        if (asker.Agent != found[0])
        {
            throw new CreelException(
                Fault.Refused(
                    "session-label",
                    $"session {SessionKeyRules.Quote(asker.Key)} is not agent '{found[0]}''s",
                    "say a session of your own"
                )
            );
        }

        // What it is called comes into other agents' prompts and into the audit.
        tools.ThrowUnlessNamed(asker.Key);
        return asker;
    }

    private static string Key(HttpContext context, (AgentId Agent, string Key) asker) =>
        context.Request.Query["key"] is { Count: 1 } key && !string.IsNullOrEmpty(key[0]) ? key[0]! : asker.Key;

    private static async Task<JsonElement> BodyAsync(HttpContext context) =>
        LooseJson.Object(await JsonBody.ReadAsync(context))
        ?? throw new CreelException(Fault.Invalid("json", "the body has a name that is no text"));

    private static TimeSpan? Seconds(JsonElement body, TimeSpan most) =>
        !body.TryGetProperty("timeoutSeconds", out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds >= 0
            ? TimeSpan.FromSeconds(Math.Min(seconds, most.TotalSeconds))
        : throw new CreelException(Fault.Invalid("json-field", "'timeoutSeconds' is not a number of seconds"));
}
