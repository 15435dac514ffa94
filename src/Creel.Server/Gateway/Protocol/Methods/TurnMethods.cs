using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>agent</c>, which is answered twice, and <c>agent.wait</c>.</summary>
internal sealed class TurnMethods(GatewayPorts ports, TimeProvider time)
{
    private static readonly TimeSpan UsualWait = TimeSpan.FromSeconds(30);
    private static readonly string[] Texts =
    [
        "agentId",
        "provider",
        "model",
        "to",
        "replyTo",
        "sessionId",
        "sessionKey",
        "thinking",
        "channel",
        "replyChannel",
        "accountId",
        "replyAccountId",
        "threadId",
        "groupId",
        "groupChannel",
        "groupSpace",
        "lane",
        "extraSystemPrompt",
        "label",
        "spawnedBy",
    ];

    public IEnumerable<GatewayMethod> All =>
        [
            new(
                "agent",
                new ParamShape([
                    ParamRule.Text("message", 1),
                    ParamRule.Text("idempotencyKey", 1) with
                    {
                        Most = 256,
                    },
                    .. Texts.Select(t => ParamRule.Text(t).Optional()),
                    ParamRule.Bool("deliver").Optional(),
                    ParamRule.Integer("timeout", from: 0).Optional(),
                    ParamRule.Any("attachments").Optional(),
                ]),
                TurnAsync
            )
            {
                Changes = true,
                Lenient = true,
            },
            new(
                "agent.wait",
                new ParamShape(ParamRule.Text("runId", 1), ParamRule.Integer("timeoutMs", from: 0).Optional()),
                WaitAsync
            )
            {
                Lenient = true,
            },
        ];

    private async ValueTask<JsonNode?> TurnAsync(GatewayCall call)
    {
        var key = SessionKey(call);
        var agent = AgentId.Parse(AgentMethods.AgentOf(key));
        if (call.Flag("deliver") || !string.IsNullOrWhiteSpace(call.Text("replyTo")))
        {
            throw GatewayException.Invalid(
                "invalid agent params: deliver is not taken here: an answer goes back where its question came from"
            );
        }

        var run = RunKeys.Of(call);
        var ticket = await ports.Turns.SubmitAsync(
            new TurnRequest(run, agent, key, call.Required("message"))
            {
                From = call.By,
                Origin = Origins.Of(call),
                Thinking = Said(call, "thinking"),
                Model = Model(call),
                ExtraSystemPrompt = Said(call, "extraSystemPrompt"),
                Timeout = call.Number("timeout") is > 0 and var s ? TimeSpan.FromSeconds(Math.Min(s, int.MaxValue / 1000)) : null,
                Alone = true,
            },
            call.Cancel
        );
        _ = TellEndAsync(call, ticket);
        var json = new JsonObject
        {
            ["runId"] = run,
            ["status"] = "accepted",
            ["acceptedAt"] = ticket.View.AcceptedAt.ToUnixTimeMilliseconds(),
        };
        if (call.Protocol >= 4)
        {
            json["sessionKey"] = key;
            json["agentId"] = agent.Value;
        }

        return json;
    }

    private static async Task TellEndAsync(GatewayCall call, TurnTicket ticket)
    {
        // After the first answer, which is sent when this method has returned.
        await Task.Yield();
        var view = await ticket.Completion.ConfigureAwait(false);
        await call.Answered.ConfigureAwait(false);
        if (view.State is TurnState.Ok or TurnState.Joined)
        {
            call.Answer(
                new JsonObject
                {
                    ["runId"] = view.RunId,
                    ["status"] = "ok",
                    ["summary"] = "completed",
                    ["result"] = TurnJson.Result(view),
                }
            );
            return;
        }

        var why = TurnJson.Why(view);
        call.Refuse(
            new GatewayError(GatewayError.Unavailable, why),
            new JsonObject
            {
                ["runId"] = view.RunId,
                ["status"] = view.State == TurnState.Timeout ? "timeout" : "error",
                ["summary"] = why,
            }
        );
    }

    private async ValueTask<JsonNode?> WaitAsync(GatewayCall call)
    {
        var run = call.Required("runId");
        var wait = call.Number("timeoutMs") is { } ms ? TimeSpan.FromMilliseconds(Math.Min(ms, int.MaxValue)) : UsualWait;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watch = ports.Turns.Watch(seen =>
        {
            if (seen is TurnEnded && seen.RunId == run)
            {
                ended.TrySetResult();
            }
        });
        if (ports.Turns.Find(run) is not { Over: true })
        {
            try
            {
                await ended.Task.WaitAsync(wait, time, call.Cancel);
            }
            catch (TimeoutException)
            {
                // Told below.
            }
        }

        return TurnJson.Wait(run, ports.Turns.Find(run));
    }

    /// <summary>The conversation that is meant, by its key, its id or its agent.</summary>
    private string SessionKey(GatewayCall call)
    {
        var named = Said(call, "agentId");
        var agent = named is null ? null : RoutingText.Agent(named);
        if (agent is not null && ports.Habitat()?.Agents.Any(a => a.Id.Value == agent) != true)
        {
            throw GatewayException.Invalid($"invalid agent params: unknown agent id \"{AgentMethods.Shown(named!)}\"");
        }

        string? key = null;
        if (Said(call, "sessionKey") is { } said)
        {
            key =
                agent is not null && SessionKeyText.Shape(said) == SessionKeyShape.LegacyOrAlias
                    ? ports.Sessions.Canonical($"agent:{agent}:{said}")
                    : ports.Sessions.Canonical(said);
        }
        else if (Said(call, "sessionId") is { } id)
        {
            key =
                ports.Sessions.List(agent is null ? null : AgentId.Parse(agent)).FirstOrDefault(s => s.SessionId == id)?.Key
                ?? throw GatewayException.Invalid("invalid agent params: unknown session id");
        }
        else if (Said(call, "to") is { } to)
        {
            var peer = to.Trim().ToLowerInvariant();
            key = ports
                .Sessions.List(agent is null ? null : AgentId.Parse(agent))
                .FirstOrDefault(s => s.LastTo?.ToLowerInvariant() == peer)
                ?.Key;
        }

        key ??= ports.Sessions.Canonical($"agent:{agent ?? ports.DefaultAgent()}:{ports.MainKey()}");
        return agent is null || AgentMethods.AgentOf(key) == agent
            ? key
            : throw GatewayException.Invalid(
                $"invalid agent params: agent \"{agent}\" does not match session key agent \"{AgentMethods.AgentOf(key)}\""
            );
    }

    private static string? Model(GatewayCall call) =>
        (Said(call, "provider"), Said(call, "model")) switch
        {
            ({ } provider, { } model) when !model.Contains('/', StringComparison.Ordinal) => $"{provider}/{model}",
            (_, var model) => model,
        };

    private static string? Said(GatewayCall call, string name) =>
        call.Text(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;
}
