using System.Net;
using System.Text;
using System.Text.Json;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>The tools by which agents and conversations meet. The hub carries them out, and decides who may.</summary>
internal static class SessionTools
{
    /// <summary>On top of what was asked for, so that the hub is the one that says so.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);

    public static IReadOnlyList<Tool> All { get; } =
    [
        new Tool(
            "sessions_list",
            "Lists the conversations that you may see.",
            """{"type":"object","properties":{"agentId":{"type":"string"},"limit":{"type":"integer"},"activeMinutes":{"type":"integer"}}}""",
            use => GetAsync(use, "/creel/sessions", "agentId", "limit", "activeMinutes")
        ),
        new Tool(
            "sessions_history",
            "Reads what was said in a conversation.",
            """{"type":"object","properties":{"sessionKey":{"type":"string"},"limit":{"type":"integer"}},"required":["sessionKey"]}""",
            use => GetAsync(use, "/creel/sessions/history", "sessionKey:key", "limit")
        ),
        new Tool(
            "sessions_send",
            "Says something in another conversation and gives the answer. Name it by its key or label, or the agent whose main conversation is meant.",
            """{"type":"object","properties":{"sessionKey":{"type":"string"},"label":{"type":"string"},"agentId":{"type":"string"},"message":{"type":"string"},"timeoutSeconds":{"type":"integer","description":"0: don't wait for the answer"}},"required":["message"]}""",
            use => PostAsync(use, "/creel/sessions/send", "sessionKey:key", "label", "agentId", "message")
        ),
        new Tool(
            "sessions_spawn",
            "Gives a task to a helper in a conversation of its own, of yours or another agent. It works beside you, and what it came to arrives here as a message.",
            """{"type":"object","properties":{"task":{"type":"string"},"agentId":{"type":"string"},"model":{"type":"string"},"label":{"type":"string"},"timeoutSeconds":{"type":"integer","description":"It is ended after so long"}},"required":["task"]}""",
            use => PostAsync(use, "/creel/sessions/spawn", "task", "agentId", "model", "label")
        ),
        new Tool(
            "session_status",
            "Tells of a conversation: its model, how many tokens it has, and the time.",
            """{"type":"object","properties":{"sessionKey":{"type":"string","description":"This one, if not said"}}}""",
            use => GetAsync(use, "/creel/sessions/status", "sessionKey:key")
        ),
        new Tool(
            "agents_list",
            "Lists the agents whom you may give a task.",
            """{"type":"object","properties":{}}""",
            use => GetAsync(use, "/creel/agents")
        ),
    ];

    /// <param name="fields">A field's name, and after a colon the hub's name for it.</param>
    private static Task<ToolAnswer> GetAsync(ToolUse use, string path, params string[] fields)
    {
        var query = new StringBuilder();
        foreach (var (name, theirs) in fields.Select(Pair))
        {
            if (Value(use, name) is { } value)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(theirs).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        if (path == "/creel/sessions/status" && query.Length == 0)
        {
            query.Append("?key=").Append(Uri.EscapeDataString(use.Scene.Order.Key));
        }

        return SendAsync(use, new HttpRequestMessage(HttpMethod.Get, use.Scene.Relay + path + query), Usual);
    }

    private static Task<ToolAnswer> PostAsync(ToolUse use, string path, params string[] fields)
    {
        var seconds = use.Number("timeoutSeconds", 0, 24 * 3600);
        var body = ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            foreach (var (name, theirs) in fields.Select(Pair))
            {
                if (use.Optional(name) is { } value)
                {
                    json.WriteString(theirs, value);
                }
            }

            if (seconds is { } said)
            {
                json.WriteNumber("timeoutSeconds", said);
            }

            json.WriteEndObject();
        });
        var request = new HttpRequestMessage(HttpMethod.Post, use.Scene.Relay + path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        return SendAsync(use, request, seconds is { } wait ? TimeSpan.FromSeconds(wait) + Later : Timeout.InfiniteTimeSpan);
    }

    private static async Task<ToolAnswer> SendAsync(ToolUse use, HttpRequestMessage request, TimeSpan patience)
    {
        using (request)
        {
            request.Headers.TryAddWithoutValidation("x-creel-agent", use.Scene.Run.Agent.Id);
            request.Headers.TryAddWithoutValidation("x-creel-session", use.Scene.Order.Key);
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
            {
                Timeout = patience,
            };
            try
            {
                using var answer = await http.SendAsync(request, use.Cancel).ConfigureAwait(false);
                var text = await answer.Content.ReadAsStringAsync(use.Cancel).ConfigureAwait(false);
                return answer.IsSuccessStatusCode ? new ToolAnswer(text) : new ToolAnswer(Refusal(answer.StatusCode, text), true);
            }
            catch (OperationCanceledException) when (!use.Cancel.IsCancellationRequested)
            {
                return new ToolAnswer("The hub gave no answer in time", true);
            }
        }
    }

    private static string Refusal(HttpStatusCode status, string text)
    {
        var (said, _) = JsonText.Error(text);
        return said.Length > 0 ? said : $"The hub refuses it: {(int)status}";
    }

    private static string? Value(ToolUse use, string name)
    {
        var value = use.Input.Any(name);
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
    }

    private static (string Name, string Theirs) Pair(string field) =>
        field.Split(':') is [var name, var theirs] ? (name, theirs) : (field, field);
}
