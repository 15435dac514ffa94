using System.Text.Json.Nodes;

namespace Creel.Proxy.Offline;

/// <summary>Writes responses as OpenAI does.</summary>
internal sealed class ResponsesVoice(Guid id) : IVoice
{
    public byte[] Whole(Asked asked, Answer answer) => Pieces.Json(Final(asked, answer));

    public IEnumerable<Piece> Events(Asked asked, Answer answer)
    {
        var number = 0;
        yield return Event("response.created", [], 0, ("response", Response(asked, "in_progress", [], null)));
        yield return Event("response.in_progress", [], 0, ("response", Response(asked, "in_progress", [], null)));
        var output = 0;
        if (HasText(answer))
        {
            var at = new JsonObject
            {
                ["item_id"] = TextId,
                ["output_index"] = output,
                ["content_index"] = 0,
            };
            yield return Event(
                "response.output_item.added",
                [],
                0,
                ("output_index", output),
                ("item", Message("in_progress", []))
            );
            yield return Event("response.content_part.added", at, 0, ("part", Part("")));
            foreach (var token in answer.Text)
            {
                yield return Event("response.output_text.delta", at, 1, ("delta", token), ("logprobs", new JsonArray()));
            }

            yield return Event("response.output_text.done", at, 0, ("text", answer.WholeText), ("logprobs", new JsonArray()));
            yield return Event("response.content_part.done", at, 0, ("part", Part(answer.WholeText)));
            yield return Event("response.output_item.done", [], 0, ("output_index", output), ("item", TextItem(answer)));
            output++;
        }

        for (var i = 0; i < answer.Tools.Count; i++, output++)
        {
            var tool = answer.Tools[i];
            var at = new JsonObject { ["item_id"] = ToolId(i), ["output_index"] = output };
            yield return Event(
                "response.output_item.added",
                [],
                tool.Tokens - tool.Input.Count,
                ("output_index", output),
                ("item", ToolItem(tool, i, "", "in_progress"))
            );
            foreach (var token in tool.Input)
            {
                yield return Event("response.function_call_arguments.delta", at, 1, ("delta", token));
            }

            yield return Event(
                "response.function_call_arguments.done",
                at,
                0,
                ("name", tool.Name),
                ("arguments", tool.WholeInput)
            );
            yield return Event("response.output_item.done", [], 0, ("output_index", output), ("item", ToolItem(tool, i)));
        }

        yield return Event(
            answer.IsShort ? "response.incomplete" : "response.completed",
            [],
            0,
            ("response", Final(asked, answer))
        );

        Piece Event(string type, JsonObject at, long tokens, params (string Name, JsonNode? Value)[] fields)
        {
            var json = new JsonObject { ["type"] = type, ["sequence_number"] = number++ };
            foreach (var (name, value) in at.Select(m => (m.Key, m.Value?.DeepClone())).Concat(fields))
            {
                json[name] = value;
            }

            return Pieces.Event(json, tokens);
        }
    }

    private string TextId => $"msg_{id:N}";

    private string ToolId(int number) => $"fc_{id:N}{number}";

    private static bool HasText(Answer answer) => answer.Text.Count > 0 || answer.Tools.Count == 0;

    private JsonObject Final(Asked asked, Answer answer)
    {
        var output = new JsonArray();
        if (HasText(answer))
        {
            output.Add((JsonNode)TextItem(answer));
        }

        for (var i = 0; i < answer.Tools.Count; i++)
        {
            output.Add((JsonNode)ToolItem(answer.Tools[i], i));
        }

        return Response(asked, answer.IsShort ? "incomplete" : "completed", output, Usage(asked, answer));
    }

    private JsonObject Response(Asked asked, string status, JsonArray output, JsonObject? usage) =>
        new()
        {
            ["id"] = $"resp_{id:N}",
            ["object"] = "response",
            ["created_at"] = IdTime.Seconds(id),
            ["status"] = status,
            ["error"] = null,
            ["incomplete_details"] = status == "incomplete" ? new JsonObject { ["reason"] = "max_output_tokens" } : null,
            ["instructions"] = null,
            ["max_output_tokens"] = asked.Most,
            ["model"] = asked.Model,
            ["output"] = output,
            ["parallel_tool_calls"] = true,
            ["previous_response_id"] = null,
            ["store"] = false,
            ["temperature"] = 1,
            ["tool_choice"] = "auto",
            ["tools"] = new JsonArray(),
            ["top_p"] = 1,
            ["truncation"] = "disabled",
            ["usage"] = usage,
            ["metadata"] = new JsonObject(),
        };

    private JsonObject TextItem(Answer answer) =>
        Message(answer.IsShort ? "incomplete" : "completed", [(JsonNode)Part(answer.WholeText)]);

    private JsonObject Message(string status, JsonArray content) =>
        new()
        {
            ["id"] = TextId,
            ["type"] = "message",
            ["status"] = status,
            ["role"] = "assistant",
            ["content"] = content,
        };

    private static JsonObject Part(string text) =>
        new()
        {
            ["type"] = "output_text",
            ["text"] = text,
            ["annotations"] = new JsonArray(),
            ["logprobs"] = new JsonArray(),
        };

    private JsonObject ToolItem(ToolUse tool, int number, string? input = null, string status = "completed") =>
        new()
        {
            ["id"] = ToolId(number),
            ["type"] = "function_call",
            ["status"] = status,
            ["call_id"] = $"call_{id:N}{number}",
            ["name"] = tool.Name,
            ["arguments"] = input ?? tool.WholeInput,
        };

    private static JsonObject Usage(Asked asked, Answer answer) =>
        new()
        {
            ["input_tokens"] = asked.InputTokens,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = 0 },
            ["output_tokens"] = answer.Tokens,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
            ["total_tokens"] = asked.InputTokens + answer.Tokens,
        };
}
