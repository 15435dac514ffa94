using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net.ServerSentEvents;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>Chat completions, through OpenAI's SDK by its protocol methods: servers that only resemble OpenAI's have fields of their own.</summary>
internal sealed class OpenAiModel(string baseUrl, string key, bool original) : IModel
{
    /// <summary>Thoughts come before the text, and calls after it.</summary>
    private const int Thought = 0;
    private const int Text = 1;
    private const int FirstCall = 2;

    public async Task AskAsync(Question question, Draft draft, CancellationToken cancel)
    {
        using var notes = new AnswerNotes();
        using var http = new HttpClient(notes) { Timeout = Timeout.InfiniteTimeSpan };
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(baseUrl),
            RetryPolicy = new ClientRetryPolicy(0),
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            Transport = new HttpClientPipelineTransport(http),
        };
        var client = new ChatClient(question.Model.Model, new ApiKeyCredential(key), options);
        try
        {
            using var content = BinaryContent.Create(new BinaryData(OpenAiRequest.Write(question, original)));
            var result = await client
                .CompleteChatAsync(content, new RequestOptions { BufferResponse = false, CancellationToken = cancel })
                .ConfigureAwait(false);
            using var answer = result.GetRawResponse();
            await foreach (var item in SseParser.Create(answer.ContentStream!).EnumerateAsync(cancel).ConfigureAwait(false))
            {
                if (item.Data != "[DONE]")
                {
                    Take(item.Data, draft);
                }
            }
        }
        catch (ClientResultException e) when (e.Status > 0)
        {
            var (said, code) = JsonText.Error(e.GetRawResponse()?.Content.ToString());
            throw new ModelFault(e.Status, said, code) { RetryAfter = notes.RetryAfter, Final = notes.Final };
        }
        catch (Exception e)
            when (e is ClientResultException or HttpRequestException or IOException or AggregateException
                && !cancel.IsCancellationRequested
            )
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
        if (JsonText.Parse(data) is not { } chunk)
        {
            return;
        }

        if (chunk.Below("error").ValueKind == JsonValueKind.Object)
        {
            var (said, code) = JsonText.Error(data);
            throw new ModelFault(500, said, code);
        }

        if (chunk.Below("usage") is { ValueKind: JsonValueKind.Object } usage)
        {
            var cached = usage.Below("prompt_tokens_details").Number("cached_tokens");
            draft.Usage = new Usage(
                Math.Max(0, usage.Number("prompt_tokens") - cached),
                usage.Number("completion_tokens"),
                cached,
                0
            );
        }

        foreach (var choice in chunk.Items("choices").Take(1))
        {
            var delta = choice.Below("delta");
            draft.AddText(Text, delta.Word("content") ?? delta.Word("refusal") ?? "");
            if ((delta.Word("reasoning_content") ?? delta.Word("reasoning")) is { Length: > 0 } thought)
            {
                draft.AddThought(Thought, thought);
            }

            foreach (var call in delta.Items("tool_calls"))
            {
                var at = FirstCall + (int)call.Number("index");
                draft.StartCall(at, call.Word("id"), call.Below("function").Word("name"));
                draft.AddArguments(at, call.Below("function").Word("arguments") ?? "");
            }

            draft.Stop = Reason(choice.Word("finish_reason")) ?? draft.Stop;
        }
    }

    private static ModelStop? Reason(string? word) =>
        word switch
        {
            null => null,
            "tool_calls" or "function_call" => ModelStop.Tools,
            "length" => ModelStop.Length,
            "content_filter" => ModelStop.Refused,
            _ => ModelStop.End,
        };
}
