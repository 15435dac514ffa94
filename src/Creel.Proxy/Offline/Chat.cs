using System.Text.Json;

namespace Creel.Proxy.Offline;

/// <summary>Reads requests of OpenAI's chat completions.</summary>
internal static class Chat
{
    public static Asked Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var said = root.List("messages").Where(m => m.Word("role") is "user" or "tool").ToList();
        var last = said.LastOrDefault();
        return new Asked(
            root.Word("model") ?? "",
            root.Flag("stream"),
            Tokens.Of(body),
            root.Number("max_completion_tokens") ?? root.Number("max_tokens"),
            last.Below("content").Text(),
            last.Word("role") == "tool",
            said.Count(m => m.Word("role") == "user"),
            root.Tools("function"),
            (int)Math.Clamp(root.Number("n") ?? 1, 1, 128),
            root.Below("stream_options").Flag("include_usage")
        );
    }
}
