using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>chat.history</c>, <c>chat.send</c> and <c>chat.abort</c>.</summary>
internal sealed class ChatMethods(GatewayPorts ports)
{
    private const int UsualHistory = 200;

    private static readonly ParamRule Key = ParamRule.Text("sessionKey", 1);

    public IEnumerable<GatewayMethod> All =>
        [
            new("chat.history", new ParamShape(Key, ParamRule.Integer("limit", from: 1, to: 1000).Optional()), HistoryAsync)
            {
                IsLong = true,
                Lenient = true,
            },
            new(
                "chat.send",
                new ParamShape(
                    Key,
                    ParamRule.Text("message"),
                    ParamRule.Text("idempotencyKey", 1) with
                    {
                        Most = 256,
                    },
                    ParamRule.Text("thinking").Optional(),
                    ParamRule.Bool("deliver").Optional(),
                    ParamRule.Any("attachments").Optional(),
                    ParamRule.Integer("timeoutMs", from: 0).Optional()
                ),
                SendAsync
            )
            {
                Changes = true,
                Lenient = true,
            },
            new("chat.abort", new ParamShape(Key, ParamRule.Text("runId", 1).Optional()), AbortAsync) { Lenient = true },
        ];

    private async ValueTask<JsonNode?> HistoryAsync(GatewayCall call)
    {
        var key = ports.Sessions.Canonical(call.Required("sessionKey"));
        var messages = await ports.Sessions.HistoryAsync(key, (int)(call.Number("limit") ?? UsualHistory), call.Cancel);
        var entry = ports.Sessions.Find(key);
        var json = new JsonObject { ["sessionKey"] = call.Required("sessionKey") };
        if (entry is not null)
        {
            json["sessionId"] = entry.SessionId;
        }

        json["messages"] = new JsonArray([.. messages.Select(m => JsonNode.Parse(m.GetRawText()))]);
        json["thinkingLevel"] = entry?.ThinkingLevel ?? "low";
        if (entry?.VerboseLevel is { } verbose)
        {
            json["verboseLevel"] = verbose;
        }

        return json;
    }

    private async ValueTask<JsonNode?> SendAsync(GatewayCall call)
    {
        var message = call.Required("message");
        var key = ports.Sessions.Canonical(call.Required("sessionKey"));
        var run = RunKeys.Of(call);
        if (message.Trim() == "/stop")
        {
            var ended = await ports.Turns.AbortAsync(key, null, call.By, call.Cancel);
            return Aborted(ended);
        }

        if (message.Trim().Length == 0)
        {
            throw GatewayException.Invalid("message or attachment required");
        }

        if (
            call.Find("attachments") is { ValueKind: System.Text.Json.JsonValueKind.Array } attached
            && attached.GetArrayLength() > 0
        )
        {
            throw GatewayException.Invalid("attachments are not taken here: put the file into the agent's workspace and name it");
        }

        var ticket = await ports.Turns.SubmitAsync(
            new TurnRequest(run, AgentId.Parse(AgentMethods.AgentOf(key)), key, message)
            {
                From = call.By,
                Origin = Origins.Of(call),
                Thinking = call.Text("thinking"),
                Timeout = call.Number("timeoutMs") is > 0 and var ms
                    ? TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue))
                    : null,
            },
            call.Cancel
        );
        var status =
            !ticket.Repeated ? "started"
            : !ticket.View.Over ? "in_flight"
            : ticket.View.State is TurnState.Ok or TurnState.Joined ? "ok"
            : "error";
        return new JsonObject { ["runId"] = run, ["status"] = status };
    }

    private async ValueTask<JsonNode?> AbortAsync(GatewayCall call)
    {
        var key = ports.Sessions.Canonical(call.Required("sessionKey"));
        if (call.Text("runId") is { } run && ports.Turns.Find(run) is { } view && view.SessionKey != key)
        {
            throw GatewayException.Invalid("runId does not match sessionKey");
        }

        return Aborted(await ports.Turns.AbortAsync(key, call.Text("runId"), call.By, call.Cancel));
    }

    private static JsonObject Aborted(IReadOnlyList<string> runs) =>
        new()
        {
            ["ok"] = true,
            ["aborted"] = runs.Count > 0,
            ["runIds"] = DeviceJson.Texts(runs),
        };
}
