using System.Text.Json;
using Creel.Core.Sessions;
using Creel.Server.Web;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Sessions and turns as the API shows them. Times are milliseconds since 1970.</summary>
internal static class SessionView
{
    public static void Write(Utf8JsonWriter json, SessionEntry entry, bool busy)
    {
        json.WriteStartObject();
        json.WriteString("key", entry.Key);
        json.WriteString("agent", entry.Agent.Value);
        json.WriteString("sessionId", entry.SessionId);
        json.WriteString("kind", SessionKind.Of(entry.Key));
        JsonReply.Time(json, "updatedAt", entry.UpdatedAt);
        json.WriteBoolean("busy", busy);
        Text(json, "label", entry.Label);
        Text(json, "displayName", entry.DisplayName);
        Text(json, "thinkingLevel", entry.ThinkingLevel);
        Text(json, "verboseLevel", entry.VerboseLevel);
        Text(json, "reasoningLevel", entry.ReasoningLevel);
        Text(json, "elevatedLevel", entry.ElevatedLevel);
        Text(json, "responseUsage", entry.ResponseUsage);
        Text(json, "model", entry.Model);
        Text(json, "sendPolicy", entry.SendPolicy);
        Text(json, "groupActivation", entry.GroupActivation);
        Text(json, "spawnedBy", entry.SpawnedBy);
        Text(json, "lastChannel", entry.LastChannel);
        Text(json, "lastTo", entry.LastTo);
        Text(json, "lastAccountId", entry.LastAccountId);
        json.WriteNumber("inputTokens", entry.InputTokens);
        json.WriteNumber("outputTokens", entry.OutputTokens);
        json.WriteNumber("totalTokens", entry.TotalTokens);
        if (entry.ContextTokens is { } context)
        {
            json.WriteNumber("contextTokens", context);
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, TurnView view)
    {
        json.WriteString("runId", view.RunId);
        json.WriteString("agent", view.Agent.Value);
        json.WriteString("sessionKey", view.SessionKey);
        json.WriteString("sessionId", view.SessionId);
        json.WriteString("state", Word(view.State));
        JsonReply.Time(json, "acceptedAt", view.AcceptedAt);
        JsonReply.Time(json, "startedAt", view.StartedAt);
        JsonReply.Time(json, "endedAt", view.EndedAt);
        json.WriteString("text", view.Text);
        json.WriteString("error", view.Error);
        json.WritePropertyName("result");
        if (view.Result is { } result)
        {
            result.WriteTo(json);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    public static string Word(TurnState state) => state.ToString().ToLowerInvariant();

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
