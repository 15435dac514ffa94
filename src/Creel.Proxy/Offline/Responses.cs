using System.Text.Json;

namespace Creel.Proxy.Offline;

/// <summary>Reads requests of OpenAI's responses.</summary>
internal static class Responses
{
    public static Asked Read(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        var input = root.Below("input");
        var said = input.Items().Where(item => IsUser(item) || IsTool(item)).ToList();
        var last = said.LastOrDefault();
        return new Asked(
            root.Word("model") ?? "",
            root.Flag("stream"),
            Tokens.Of(body),
            root.Number("max_output_tokens"),
            input.ValueKind == JsonValueKind.String ? input.GetString()!
                : IsTool(last) ? last.Below("output").Text()
                : last.Below("content").Text(),
            IsTool(last),
            input.ValueKind == JsonValueKind.String ? 1 : said.Count(IsUser),
            root.Tools()
        );
    }

    private static bool IsUser(JsonElement item) => item.Word("role") == "user";

    private static bool IsTool(JsonElement item) => item.Word("type") is "function_call_output" or "custom_tool_call_output";
}
