using System.Text.Json.Nodes;

namespace Creel.Proxy.Offline;

/// <summary>Writes answers of Anthropic's Messages API.</summary>
internal sealed class MessagesVoice(Guid id) : IVoice
{
    public byte[] Whole(Asked asked, Answer answer)
    {
        var content = new JsonArray();
        if (HasText(answer))
        {
            content.Add((JsonNode)TextBlock(answer.WholeText));
        }

        for (var i = 0; i < answer.Tools.Count; i++)
        {
            content.Add((JsonNode)ToolBlock(answer.Tools[i], i, JsonNode.Parse(answer.Tools[i].WholeInput)!));
        }

        return Pieces.Json(Message(asked, content, Reason(answer), Usage(asked, answer.Tokens)));
    }

    public IEnumerable<Piece> Events(Asked asked, Answer answer)
    {
        yield return Pieces.Event(
            new JsonObject
            {
                ["type"] = "message_start",
                ["message"] = Message(asked, [], null, Usage(asked, Math.Min(answer.Tokens, 1))),
            }
        );
        var index = 0;
        if (HasText(answer))
        {
            yield return Start(index, TextBlock(""));
            yield return Pieces.Event(new JsonObject { ["type"] = "ping" });
            foreach (var token in answer.Text)
            {
                yield return Delta(index, new JsonObject { ["type"] = "text_delta", ["text"] = token }, 1);
            }

            yield return Stop(index++);
        }

        for (var i = 0; i < answer.Tools.Count; i++)
        {
            var tool = answer.Tools[i];
            yield return Start(index, ToolBlock(tool, i, new JsonObject()), tool.Tokens - tool.Input.Count);
            foreach (var token in tool.Input)
            {
                yield return Delta(index, new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = token }, 1);
            }

            yield return Stop(index++);
        }

        yield return Pieces.Event(
            new JsonObject
            {
                ["type"] = "message_delta",
                ["delta"] = new JsonObject { ["stop_reason"] = Reason(answer), ["stop_sequence"] = null },
                ["usage"] = Usage(asked, answer.Tokens),
            }
        );
        yield return Pieces.Event(new JsonObject { ["type"] = "message_stop" });
    }

    /// <summary>An answer without a tool has a text, be it an empty one.</summary>
    private static bool HasText(Answer answer) => answer.Text.Count > 0 || answer.Tools.Count == 0;

    private static string Reason(Answer answer) =>
        answer.IsShort ? "max_tokens"
        : answer.Tools.Count > 0 ? "tool_use"
        : "end_turn";

    private static Piece Start(int index, JsonObject block, long tokens = 0) =>
        Pieces.Event(
            new JsonObject
            {
                ["type"] = "content_block_start",
                ["index"] = index,
                ["content_block"] = block,
            },
            tokens
        );

    private static Piece Delta(int index, JsonObject delta, long tokens) =>
        Pieces.Event(
            new JsonObject
            {
                ["type"] = "content_block_delta",
                ["index"] = index,
                ["delta"] = delta,
            },
            tokens
        );

    private static Piece Stop(int index) => Pieces.Event(new JsonObject { ["type"] = "content_block_stop", ["index"] = index });

    private static JsonObject TextBlock(string text) => new() { ["type"] = "text", ["text"] = text };

    private JsonObject ToolBlock(ToolUse tool, int number, JsonNode input) =>
        new()
        {
            ["type"] = "tool_use",
            ["id"] = $"toolu_{id:N}{number}",
            ["name"] = tool.Name,
            ["input"] = input,
        };

    private JsonObject Message(Asked asked, JsonArray content, string? reason, JsonObject usage) =>
        new()
        {
            ["id"] = $"msg_{id:N}",
            ["type"] = "message",
            ["role"] = "assistant",
            ["model"] = asked.Model,
            ["content"] = content,
            ["stop_reason"] = reason,
            ["stop_sequence"] = null,
            ["usage"] = usage,
        };

    private static JsonObject Usage(Asked asked, long output) =>
        new()
        {
            ["input_tokens"] = asked.InputTokens,
            ["cache_creation_input_tokens"] = 0,
            ["cache_read_input_tokens"] = 0,
            ["output_tokens"] = output,
            ["service_tier"] = "standard",
        };
}
