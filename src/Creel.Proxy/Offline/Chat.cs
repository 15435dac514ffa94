using System.Text.Json;

namespace Creel.Proxy.Offline;

/// <summary>Reads requests of OpenAI's chat completions.</summary>
internal static class Chat
{
    public static Asked Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return new Asked(
            root.Word("model") ?? "",
            root.Flag("stream"),
            Tokens.Of(body),
            root.Number("max_completion_tokens") ?? root.Number("max_tokens"),
            Lately.Of([.. root.List("messages").SelectMany(Parts)]),
            root.Tools("function"),
            (int)Math.Clamp(root.Number("n") ?? 1, 1, 128),
            root.Below("stream_options").Flag("include_usage")
        );
    }

    private static IEnumerable<Said> Parts(JsonElement message) =>
        message.Word("role") switch
        {
            "user" => [new Said(Speaker.User, message.Below("content").Text())],
            "tool" => [new Said(Speaker.Tool, message.Below("content").Text())],
            "assistant" => [new Said(Speaker.Model, "")],
            _ => [],
        };
}
