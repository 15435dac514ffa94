using System.Text;
using System.Text.Json.Nodes;

namespace Creel.Proxy.Offline;

/// <summary>Writes chat completions as OpenAI does.</summary>
internal sealed class ChatVoice(Guid id) : IVoice
{
    private static readonly byte[] Done = Encoding.UTF8.GetBytes("data: [DONE]\n\n");

    public byte[] Whole(Asked asked, Answer answer)
    {
        var choices = new JsonArray();
        for (var choice = 0; choice < asked.Choices; choice++)
        {
            choices.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["index"] = choice,
                        ["message"] = Message(answer),
                        ["logprobs"] = null,
                        ["finish_reason"] = Reason(answer),
                    }
            );
        }

        var whole = Head(asked, "chat.completion", choices);
        whole["usage"] = Usage(asked, answer);
        return Pieces.Json(whole);
    }

    public IEnumerable<Piece> Events(Asked asked, Answer answer)
    {
        for (var choice = 0; choice < asked.Choices; choice++)
        {
            yield return Chunk(asked, choice, new JsonObject { ["role"] = "assistant", ["content"] = "" });
            foreach (var token in answer.Text)
            {
                yield return Chunk(asked, choice, new JsonObject { ["content"] = token }, tokens: 1);
            }

            for (var i = 0; i < answer.Tools.Count; i++)
            {
                var tool = answer.Tools[i];
                yield return Chunk(asked, choice, Calls(Call(tool, i, "", i)), tokens: tool.Tokens - tool.Input.Count);
                foreach (var token in tool.Input)
                {
                    var more = new JsonObject
                    {
                        ["index"] = i,
                        ["function"] = new JsonObject { ["arguments"] = token },
                    };
                    yield return Chunk(asked, choice, Calls(more), tokens: 1);
                }
            }

            yield return Chunk(asked, choice, [], Reason(answer));
        }

        if (asked.Counts)
        {
            var last = Head(asked, "chat.completion.chunk", []);
            last["usage"] = Usage(asked, answer);
            yield return Pieces.Event(last);
        }

        yield return new Piece(Done, 0);
    }

    private static string Reason(Answer answer) =>
        answer.IsShort ? "length"
        : answer.Tools.Count > 0 ? "tool_calls"
        : "stop";

    private JsonObject Message(Answer answer)
    {
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = answer.Text.Count > 0 || answer.Tools.Count == 0 ? answer.WholeText : null,
            ["refusal"] = null,
        };
        if (answer.Tools.Count > 0)
        {
            message["tool_calls"] = new JsonArray([
                .. answer.Tools.Select((tool, i) => (JsonNode)Call(tool, i, tool.WholeInput)),
            ]);
        }

        return message;
    }

    /// <param name="index">In a stream alone.</param>
    private JsonObject Call(ToolUse tool, int number, string input, int? index = null)
    {
        var call = new JsonObject
        {
            ["id"] = $"call_{id:N}{number}",
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = tool.Name, ["arguments"] = input },
        };
        if (index is { } at)
        {
            call["index"] = at;
        }

        return call;
    }

    private static JsonObject Calls(JsonObject call) => new() { ["tool_calls"] = new JsonArray((JsonNode)call) };

    private Piece Chunk(Asked asked, int choice, JsonObject delta, string? reason = null, long tokens = 0) =>
        Pieces.Event(
            Head(
                asked,
                "chat.completion.chunk",
                [
                    (JsonNode)
                        new JsonObject
                        {
                            ["index"] = choice,
                            ["delta"] = delta,
                            ["logprobs"] = null,
                            ["finish_reason"] = reason,
                        },
                ]
            ),
            tokens
        );

    private JsonObject Head(Asked asked, string kind, JsonArray choices) =>
        new()
        {
            ["id"] = $"chatcmpl-{id:N}",
            ["object"] = kind,
            ["created"] = IdTime.Seconds(id),
            ["model"] = asked.Model,
            ["choices"] = choices,
            ["service_tier"] = "default",
        };

    private static JsonObject Usage(Asked asked, Answer answer)
    {
        var output = answer.Tokens * asked.Choices;
        return new JsonObject
        {
            ["prompt_tokens"] = asked.InputTokens,
            ["completion_tokens"] = output,
            ["total_tokens"] = asked.InputTokens + output,
            ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
            ["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
        };
    }
}
