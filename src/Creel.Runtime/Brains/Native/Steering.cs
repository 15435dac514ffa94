using System.Text.Json;
using Creel.Runtime.Brains.Native.Models;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native;

/// <summary>What somebody writes while the turn runs: asked for between two calls of the model, and put before the next one.</summary>
internal sealed class Steering(TaskRun run, TurnOrder order, string relay, HashSet<string> heard)
{
    private const int MostBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Each once. None where it can't be asked: then it becomes a turn of its own.</summary>
    public async Task<IReadOnlyList<string>> TakeAsync(CancellationToken cancel)
    {
        if (!order.Steers)
        {
            return [];
        }

        try
        {
            using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
            {
                Timeout = Patience,
                MaxResponseContentBufferSize = MostBytes,
            };
            using var request = new HttpRequestMessage(HttpMethod.Post, relay + "/creel/sessions/steer")
            {
                Content = new ByteArrayContent(Question()),
            };
            request.Content.Headers.ContentType = new("application/json");
            request.Headers.TryAddWithoutValidation("x-creel-agent", run.Agent.Id);
            request.Headers.TryAddWithoutValidation("x-creel-session", order.Key);
            using var answer = await http.SendAsync(request, cancel).ConfigureAwait(false);
            var body = await answer.Content.ReadAsStringAsync(cancel).ConfigureAwait(false);
            return answer.IsSuccessStatusCode ? Read(JsonText.Parse(body)) : [];
        }
        catch (Exception e) when (e is HttpRequestException or IOException || IsTimeout(e, cancel))
        {
            return [];
        }
    }

    private static bool IsTimeout(Exception e, CancellationToken cancel) =>
        e is OperationCanceledException && !cancel.IsCancellationRequested;

    private byte[] Question() =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("task", run.Order.Id);
            json.WriteStartArray("have");
            foreach (var name in heard)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });

    private List<string> Read(JsonElement? answer)
    {
        var fresh = new List<string>();
        if (answer is not { } body || body.Below("messages") is not { ValueKind: JsonValueKind.Array } messages)
        {
            return fresh;
        }

        foreach (var message in messages.EnumerateArray())
        {
            if (message.Word("runId") is { } name && message.Word("message") is { } text && heard.Add(name))
            {
                fresh.Add(text);
            }
        }

        return fresh;
    }
}
