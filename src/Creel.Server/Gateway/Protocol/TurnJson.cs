using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Turns as clients see them.</summary>
internal static class TurnJson
{
    public static string Why(TurnView view) =>
        view.Error
        ?? view.State switch
        {
            TurnState.Timeout => "the turn timed out",
            TurnState.Aborted => "the turn was aborted",
            _ => "the turn failed",
        };

    /// <summary>What a turn that went well gave.</summary>
    public static JsonObject Result(TurnView view)
    {
        var began = view.StartedAt ?? view.AcceptedAt;
        var (provider, model) = ModelName.Split(Said(view, "model"));
        var agent = new JsonObject
        {
            ["sessionId"] = view.SessionId,
            ["provider"] = provider,
            ["model"] = model,
        };
        if (Usage(view) is { } usage)
        {
            agent["usage"] = usage;
        }

        return new JsonObject
        {
            ["payloads"] = string.IsNullOrEmpty(view.Text)
                ? new JsonArray()
                : new JsonArray(new JsonObject { ["text"] = view.Text, ["mediaUrl"] = null }),
            ["meta"] = new JsonObject
            {
                ["durationMs"] = (long)((view.EndedAt ?? began) - began).TotalMilliseconds,
                ["agentMeta"] = agent,
                ["aborted"] = view.State == TurnState.Aborted,
            },
        };
    }

    public static JsonObject Message(string text, DateTimeOffset at) =>
        new()
        {
            ["role"] = "assistant",
            ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }),
            ["timestamp"] = at.ToUnixTimeMilliseconds(),
        };

    /// <param name="view">Null: nobody knows of it.</param>
    public static JsonObject Wait(string run, TurnView? view)
    {
        var json = new JsonObject { ["runId"] = run };
        if (view is not { Over: true })
        {
            json["status"] = "timeout";
            return json;
        }

        json["status"] = view.State switch
        {
            TurnState.Ok or TurnState.Joined => "ok",
            TurnState.Timeout => "timeout",
            _ => "error",
        };
        if (view.StartedAt is { } began)
        {
            json["startedAt"] = began.ToUnixTimeMilliseconds();
        }

        if (view.EndedAt is { } ended)
        {
            json["endedAt"] = ended.ToUnixTimeMilliseconds();
        }

        if (view.State is not (TurnState.Ok or TurnState.Joined))
        {
            json["error"] = Why(view);
        }

        return json;
    }

    public static JsonNode? Usage(TurnView view) =>
        view.Result is { ValueKind: JsonValueKind.Object } result
        && result.TryGetProperty("usage", out var usage)
        && usage.ValueKind == JsonValueKind.Object
            ? JsonNode.Parse(usage.GetRawText())
            : null;

    private static string? Said(TurnView view, string name) =>
        view.Result is { ValueKind: JsonValueKind.Object } result
        && result.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
