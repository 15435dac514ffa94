using System.Text.Json.Nodes;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Conversations as clients see them.</summary>
internal static class SessionJson
{
    public static string Kind(string key)
    {
        if (key is "global" or "unknown")
        {
            return key;
        }

        var parts = SessionKeyText.Parse(key)?.Rest.Split(':') ?? [];
        return parts.Length >= 3 && parts[1] is "group" or "channel" ? "group" : "direct";
    }

    /// <summary>A row of a list.</summary>
    /// <param name="model">The agent's, where the session has none of its own.</param>
    public static JsonObject Row(SessionEntry entry, string? model, int protocol)
    {
        var (provider, name) = ModelName.Split(entry.Model ?? model);
        var json = new JsonObject { ["key"] = entry.Key, ["kind"] = Kind(entry.Key) };
        Put(json, "label", entry.Label);
        Put(json, "displayName", entry.DisplayName ?? entry.Label);
        json["updatedAt"] = entry.UpdatedAt.ToUnixTimeMilliseconds();
        json["sessionId"] = entry.SessionId;
        Levels(json, entry);
        if (entry.TotalTokens > 0)
        {
            json["inputTokens"] = entry.InputTokens;
            json["outputTokens"] = entry.OutputTokens;
            json["totalTokens"] = entry.TotalTokens;
        }

        json["totalTokensFresh"] = entry.TotalTokens > 0;
        json["modelProvider"] = provider;
        json["model"] = name;
        if (entry.ContextTokens is { } most)
        {
            json["contextTokens"] = most;
        }

        Put(json, "lastChannel", entry.LastChannel);
        Put(json, "lastTo", entry.LastTo);
        Put(json, "lastAccountId", entry.LastAccountId);
        Put(json, "spawnedBy", entry.SpawnedBy);
        if (protocol >= 4)
        {
            var main = SessionKeyText.Parse(entry.Key)?.Rest == "main";
            json["agentId"] = entry.Agent.Value;
            json["classification"] = main ? "main" : Kind(entry.Key);
            json["isMain"] = main;
            json["isBackground"] = entry.SpawnedBy is not null;
            json["archived"] = false;
            json["pinned"] = false;
            json["unread"] = false;
        }

        return json;
    }

    /// <summary>What <c>sessions.patch</c> answers with.</summary>
    public static JsonObject Entry(SessionEntry entry)
    {
        var json = new JsonObject { ["sessionId"] = entry.SessionId, ["updatedAt"] = entry.UpdatedAt.ToUnixTimeMilliseconds() };
        Put(json, "label", entry.Label);
        Levels(json, entry);
        if (entry.Model is { } model)
        {
            var (provider, name) = ModelName.Split(model);
            Put(json, "providerOverride", provider);
            json["modelOverride"] = name;
        }

        return json;
    }

    /// <summary>What <c>sessions.reset</c> answers with.</summary>
    public static JsonObject Anew(SessionEntry entry)
    {
        var json = Entry(entry);
        json["systemSent"] = false;
        json["abortedLastRun"] = false;
        json["inputTokens"] = entry.InputTokens;
        json["outputTokens"] = entry.OutputTokens;
        json["totalTokens"] = entry.TotalTokens;
        json["totalTokensFresh"] = true;
        return json;
    }

    private static void Levels(JsonObject json, SessionEntry entry)
    {
        Put(json, "thinkingLevel", entry.ThinkingLevel);
        Put(json, "verboseLevel", entry.VerboseLevel);
        Put(json, "reasoningLevel", entry.ReasoningLevel);
        Put(json, "elevatedLevel", entry.ElevatedLevel);
        Put(json, "responseUsage", entry.ResponseUsage);
        Put(json, "sendPolicy", entry.SendPolicy);
        Put(json, "groupActivation", entry.GroupActivation);
    }

    private static void Put(JsonObject json, string key, string? value)
    {
        if (value is not null)
        {
            json[key] = value;
        }
    }
}
