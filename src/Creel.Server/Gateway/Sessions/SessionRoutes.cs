using System.Text.Json;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Server.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Conversations for people: look, change, talk.</summary>
internal sealed class SessionRoutes(SessionsHost host, SessionsConfig config)
{
    private const string By = "admin";
    private const int UsualHistory = 200;
    private const int MostHistory = 1000;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/sessions", List);
        app.MapGet("/sessions/history", History);
        app.MapPost("/sessions/reset", Reset);
        app.MapPost("/sessions/delete", Delete);
        app.MapPost("/sessions/patch", Patch);
        app.MapPost("/turns", Say);
        app.MapPost("/turns/abort", Abort);
        app.MapGet("/turns/{runId}", Show);
    }

    private Task List(HttpContext context)
    {
        var text = context.Request.Query["agent"];
        AgentId? agent = text.Count > 0 ? AgentId.Parse(text) : null;
        var all = host.Sessions.List(agent);
        var shown = context.Request.Query["all"] == "1" ? all : [.. all.Where(entry => !host.Book.IsOver(entry.Agent))];
        return JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteStartArray("sessions");
                foreach (var entry in shown)
                {
                    SessionView.Write(json, entry, host.Lanes.IsBusy(entry.Key));
                }

                json.WriteEndArray();
                json.WriteNumber("hidden", all.Count - shown.Count);
            }
        );
    }

    private async Task History(HttpContext context)
    {
        var key = context.Request.Query["key"].ToString();
        var limit = context.Request.Query["limit"] is { Count: > 0 } text
            ? int.TryParse(text, out var number) && number is >= 1 and <= MostHistory
                ? number
                : throw new CreelException(Fault.Invalid("query", $"'limit' is not a number from 1 to {MostHistory}"))
            : UsualHistory;
        var canonical = host.Sessions.Canonical(key);
        var entry = host.Sessions.Find(canonical) ?? throw Unknown(canonical);
        var messages = await host.Sessions.HistoryAsync(canonical, limit, context.RequestAborted);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WritePropertyName("session");
                SessionView.Write(json, entry, host.Lanes.IsBusy(canonical));
                json.WriteStartArray("messages");
                foreach (var message in messages)
                {
                    message.WriteTo(json);
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Reset(HttpContext context)
    {
        var body = await BodyAsync(context);
        var entry = await host.Sessions.ResetAsync(
            Key(body),
            JsonBody.String(body, "reason") ?? "reset",
            By,
            CancellationToken.None
        );
        await ReplyAsync(context, entry);
    }

    private async Task Delete(HttpContext context)
    {
        var body = await BodyAsync(context);
        var key = Key(body);
        var archived = await host.Sessions.DeleteAsync(key, Flag(body, "deleteTranscript") ?? true, By, CancellationToken.None);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteString("key", archived is null ? host.Sessions.Canonical(key) : key);
                json.WriteBoolean("deleted", archived is not null);
                json.WriteStartArray("archived");
                foreach (var file in archived ?? [])
                {
                    json.WriteStringValue(file);
                }

                json.WriteEndArray();
            }
        );
    }

    private async Task Patch(HttpContext context)
    {
        var body = await BodyAsync(context);
        List<SessionChange> changes = [];
        foreach (var field in body.EnumerateObject().Where(f => f.Name != "key"))
        {
            changes.Add(
                field.Value.ValueKind switch
                {
                    JsonValueKind.Null => new SessionChange(field.Name, null),
                    JsonValueKind.String => new SessionChange(field.Name, field.Value.GetString()),
                    JsonValueKind.Number => new SessionChange(field.Name, field.Value.GetRawText()),
                    _ => throw new CreelException(Fault.Invalid("json-field", $"'{field.Name}' is neither text nor null")),
                }
            );
        }

        await ReplyAsync(context, await host.Sessions.PatchAsync(Key(body), changes, By, CancellationToken.None));
    }

    private async Task Say(HttpContext context)
    {
        var body = await BodyAsync(context);
        var settings = config.Settings();
        AgentId? named = JsonBody.String(body, "agent") is { } id ? AgentId.Parse(id) : null;
        if (named is { } known && settings.Find(known) is null)
        {
            throw new CreelException(
                Fault.NotFound("unknown-agent", $"there is no agent '{known}'", "list them: creel agent list")
            );
        }

        var (agent, key) = SessionKeyRules.Canonical(JsonBody.String(body, "sessionKey") ?? "main", settings, named);
        var runId = JsonBody.String(body, "runId") ?? Guid.NewGuid().ToString("D");
        var request = new TurnRequest(runId, named ?? agent, key, JsonBody.String(body, "message") ?? "")
        {
            From = By,
            Thinking = JsonBody.String(body, "thinking"),
            Model = JsonBody.String(body, "model"),
            ExtraSystemPrompt = JsonBody.String(body, "system"),
            Timeout = Seconds(body),
            Alone = Flag(body, "alone") ?? false,
        };
        if (Flag(body, "wake") == true)
        {
            request = host.Beats.Request(request.Agent, JsonBody.String(body, "message"), runId);
        }

        using var stream = new TurnStream(host.Turns, runId);
        var ticket = await host.Turns.SubmitAsync(request, CancellationToken.None);
        await stream.TellAsync(context, ticket);
    }

    private async Task Abort(HttpContext context)
    {
        var body = await BodyAsync(context);
        var ended = await host.Turns.AbortAsync(Key(body), JsonBody.String(body, "runId"), By, CancellationToken.None);
        await JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WriteBoolean("aborted", ended.Count > 0);
                json.WriteStartArray("runIds");
                foreach (var run in ended)
                {
                    json.WriteStringValue(run);
                }

                json.WriteEndArray();
            }
        );
    }

    private Task Show(HttpContext context)
    {
        var run = context.Request.RouteValues["runId"] as string ?? "";
        var view =
            host.Turns.Find(run)
            ?? throw new CreelException(
                Fault.NotFound("turn-not-found", "there is no such turn", "those that ended are shown for 5 minutes")
            );
        return JsonReply.WriteAsync(context, json => SessionView.Write(json, view));
    }

    private Task ReplyAsync(HttpContext context, SessionEntry entry) =>
        JsonReply.WriteAsync(
            context,
            json =>
            {
                json.WritePropertyName("session");
                SessionView.Write(json, entry, host.Lanes.IsBusy(entry.Key));
            }
        );

    private static async Task<JsonElement> BodyAsync(HttpContext context)
    {
        var text = await JsonBody.ReadAsync(context);
        return LooseJson.Object(text) ?? throw new CreelException(Fault.Invalid("json", "the body has a name that is no text"));
    }

    private static string Key(JsonElement body) =>
        JsonBody.String(body, "key")
        ?? JsonBody.String(body, "sessionKey")
        ?? throw new CreelException(Fault.Invalid("json-field", "'key' is missing: which session?"));

    private static bool? Flag(JsonElement body, string name) =>
        !body.TryGetProperty(name, out var value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw new CreelException(Fault.Invalid("json-field", $"'{name}' is neither true nor false"));

    private static TimeSpan? Seconds(JsonElement body) =>
        !body.TryGetProperty("timeoutSeconds", out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds) && seconds is > 0 and <= 604_800
            ? TimeSpan.FromSeconds(seconds)
        : throw new CreelException(Fault.Invalid("json-field", "'timeoutSeconds' is not a number from 1 to 604800"));

    private static CreelException Unknown(string key) =>
        new(Fault.NotFound("session-not-found", $"there is no session {key}", "list them: creel session list"));
}
