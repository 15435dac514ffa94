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
        var users = root.List("messages").Where(m => m.Word("role") == "user").Select(m => m.Below("content")).ToList();
        var last = users.LastOrDefault();
        var results = Results(last).ToList();
        return new Asked(
            root.Word("model") ?? "",
            root.Flag("stream"),
            Tokens.Of(body),
            root.Number("max_tokens"),
            results.Count > 0
                ? string.Join('\n', results.Select(result => result.Below("content").Text()).Append(last.Text())).Trim('\n')
                : last.Text(),
            results.Count > 0,
            users.Count(content => !Results(content).Any()),
            root.Tools()
        );
    }

    public static byte[] Count(ReadOnlyMemory<byte> body) => Pieces.Json(new JsonObject { ["input_tokens"] = Tokens.Of(body) });

    private static IEnumerable<JsonElement> Results(JsonElement content) =>
        content.Items().Where(block => block.Word("type") == "tool_result");
}
