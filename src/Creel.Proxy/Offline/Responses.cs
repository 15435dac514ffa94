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
        return new Asked(
            root.Word("model") ?? "",
            root.Flag("stream"),
            Tokens.Of(body),
            root.Number("max_output_tokens"),
            Lately.Of(
                input.ValueKind == JsonValueKind.String
                    ? [new Said(Speaker.User, input.GetString()!)]
                    : [.. input.Items().SelectMany(Parts)]
            ),
            root.Tools()
        );
    }

    private static IEnumerable<Said> Parts(JsonElement item) =>
        (item.Word("role"), item.Word("type")) switch
        {
            ("user", _) => [new Said(Speaker.User, item.Below("content").Text())],
            (_, "function_call_output" or "custom_tool_call_output") => [new Said(Speaker.Tool, item.Below("output").Text())],
            ("assistant", _) or (_, "function_call" or "custom_tool_call") => [new Said(Speaker.Model, "")],
            _ => [],
        };
}
