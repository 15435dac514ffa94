using System.Net.ServerSentEvents;
using System.Text.Json;
using Anthropic;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>The Messages API, through Anthropic's SDK. What is sent and what comes is JSON: trimmed as the runtime is, types would be lost.</summary>
internal sealed class AnthropicModel(string baseUrl, string key) : IModel
{
    private static readonly Dictionary<string, JsonElement> Nothing = [];

    public async Task AskAsync(Question question, Draft draft, CancellationToken cancel)
    {
        using var notes = new AnswerNotes();
        using var http = new HttpClient(notes) { Timeout = Timeout.InfiniteTimeSpan };
        using var client = new AnthropicClient
        {
            BaseUrl = baseUrl,
            ApiKey = key,
            MaxRetries = 0,
            Timeout = TimeSpan.FromDays(1),
            HttpClient = http,
        };
        try
        {
            using var json = JsonDocument.Parse(AnthropicRequest.Write(question));
            var fields = json.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
            var ask = MessageCreateParams.FromRawUnchecked(Nothing, Nothing, fields);
            using var answer = await client.WithRawResponse.Messages.CreateStreaming(ask, cancel).ConfigureAwait(false);
            var body = await answer.RawMessage.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false);
            await foreach (var item in SseParser.Create(body).EnumerateAsync(cancel).ConfigureAwait(false))
            {
                Take(item.Data, draft);
            }
        }
        catch (AnthropicApiException e)
        {
            var (said, code) = JsonText.Error(e.ResponseBody);
            throw new ModelFault((int)e.StatusCode, said, code) { RetryAfter = notes.RetryAfter, Final = notes.Final };
        }
        catch (Exception e)
            when (e is AnthropicException or HttpRequestException or IOException && !cancel.IsCancellationRequested)
        {
            throw new ModelFault(0, e.GetBaseException().Message);
        }

        if (draft.Stop == ModelStop.Broken)
        {
            throw new ModelFault(0, "the answer broke off");
        }
    }

    private static void Take(string data, Draft draft)
    {
        if (JsonText.Parse(data) is not { } e)
        {
            return;
        }

        var at = (int)e.Number("index");
        switch (e.Word("type"))
        {
            case "message_start":
                draft.Usage = Count(e.Below("message").Below("usage"), draft.Usage);
                break;
            case "content_block_start":
                Start(at, e.Below("content_block"), draft);
                break;
            case "content_block_delta":
                Delta(at, e.Below("delta"), draft);
                break;
            case "message_delta":
                draft.Usage = Count(e.Below("usage"), draft.Usage);
                draft.Stop = Reason(e.Below("delta").Word("stop_reason")) ?? draft.Stop;
                break;
            case "error":
                var (said, code) = JsonText.Error(data);
                throw new ModelFault(code is "overloaded_error" or "rate_limit_error" ? 529 : 500, said, code);
        }
    }

    private static void Start(int at, JsonElement block, Draft draft)
    {
        switch (block.Word("type"))
        {
            case "text":
                draft.AddText(at, block.Word("text") ?? "");
                break;
            case "tool_use":
                draft.StartCall(at, block.Word("id"), block.Word("name"));
                if (block.Below("input") is { ValueKind: JsonValueKind.Object } input && input.EnumerateObject().Any())
                {
                    draft.AddArguments(at, input.GetRawText());
                }

                break;
            case "thinking":
                draft.AddThought(at, block.Word("thinking") ?? "");
                break;
            case "redacted_thinking":
                draft.AddHiddenThought(at, block.Word("data") ?? "");
                break;
        }
    }

    private static void Delta(int at, JsonElement delta, Draft draft)
    {
        switch (delta.Word("type"))
        {
            case "text_delta":
                draft.AddText(at, delta.Word("text") ?? "");
                break;
            case "input_json_delta":
                draft.AddArguments(at, delta.Word("partial_json") ?? "");
                break;
            case "thinking_delta":
                draft.AddThought(at, delta.Word("thinking") ?? "");
                break;
            case "signature_delta":
                draft.SignThought(at, delta.Word("signature") ?? "");
                break;
        }
    }

    private static ModelStop? Reason(string? word) =>
        word switch
        {
            null => null,
            "tool_use" => ModelStop.Tools,
            "max_tokens" => ModelStop.Length,
            "refusal" => ModelStop.Refused,
            "model_context_window_exceeded" => ModelStop.ContextFull,
            _ => ModelStop.End,
        };

    /// <summary>Each count is of the whole answer so far; what is left out stays.</summary>
    private static Usage Count(JsonElement usage, Usage before) =>
        new(
            Math.Max(usage.Number("input_tokens"), before.Input),
            Math.Max(usage.Number("output_tokens"), before.Output),
            Math.Max(usage.Number("cache_read_input_tokens"), before.CacheRead),
            Math.Max(usage.Number("cache_creation_input_tokens"), before.CacheWrite)
        );
}
