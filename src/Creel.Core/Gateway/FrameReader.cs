using System.Text.Json;

namespace Creel.Core.Gateway;

/// <summary>Reads a client's frames; takes nothing that isn't exactly a call.</summary>
public static class FrameReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    private static readonly ParamShape Call = new(
        ParamRule.Text("type") with
        {
            OneOf = ["req"],
        },
        ParamRule.Text("id", least: 1),
        ParamRule.Text("method", least: 1),
        ParamRule.Any("params").Optional()
    );

    /// <param name="frame">UTF-8.</param>
    public static FrameReading Read(ReadOnlyMemory<byte> frame)
    {
        JsonElement root;
        try
        {
            root = JsonElement.Parse(frame.Span, Strict);
        }
        catch (JsonException)
        {
            return new FrameReading(null, null, "it is no JSON, or has a key twice");
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return new FrameReading(null, null, "must be object");
        }

        try
        {
            var id = TextOf(root, "id");
            return Call.Check(root, GatewayLimits.HighestProtocol) is { } wrong
                ? new FrameReading(null, string.IsNullOrEmpty(id) ? null : id, wrong)
                : new FrameReading(new RequestFrame(id!, TextOf(root, "method")!, ParamsOf(root)), id, null);
        }
        catch (InvalidOperationException)
        {
            // A text with half a character in it, which JSON allows and nobody can send back.
            return new FrameReading(null, null, "it has a text that is no text");
        }
    }

    private static string? TextOf(JsonElement frame, string key) =>
        frame.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement ParamsOf(JsonElement frame) => frame.TryGetProperty("params", out var found) ? found : default;
}
