using System.Text.Json;
using System.Text.Json.Nodes;

namespace Creel.Proxy.Offline;

/// <summary>Reads requests of Anthropic's Messages API.</summary>
internal static class Messages
{
    public static Asked Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return new Asked(
            root.Word("model") ?? "",
            root.Flag("stream"),
            Tokens.Of(body),
            root.Number("max_tokens"),
            Lately.Of([.. root.List("messages").SelectMany(Parts)]),
            root.Tools()
        );
    }

    public static byte[] Count(ReadOnlyMemory<byte> body) => Pieces.Json(new JsonObject { ["input_tokens"] = Tokens.Of(body) });

    /// <summary>What tools answered comes in the user's messages.</summary>
    private static IEnumerable<Said> Parts(JsonElement message)
    {
        var content = message.Below("content");
        if (message.Word("role") != "user")
        {
            return message.Word("role") == "assistant" ? [new Said(Speaker.Model, "")] : [];
        }

        var results = content
            .Items()
            .Where(block => block.Word("type") == "tool_result")
            .Select(result => new Said(Speaker.Tool, result.Below("content").Text()))
            .ToList();
        var text = content.Text();
        return results.Count > 0 && text.Length == 0 ? results : results.Append(new Said(Speaker.User, text));
    }
}
