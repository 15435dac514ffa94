using System.Text.Json;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>What a finished run says.</summary>
/// <param name="Failed">All that it says is about an error.</param>
/// <param name="Meta">Model, session and use, as the gateway tells them.</param>
internal sealed record GatewayAnswer(string Text, bool Failed, JsonElement? Meta)
{
    /// <param name="payload">Of the final answer to <c>agent</c>.</param>
    public static GatewayAnswer Read(JsonElement payload)
    {
        var result = GatewayFrame.Field(payload, "result") ?? default;
        var said = GatewayFrame.Field(result, "payloads") is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(p => (Text: GatewayFrame.Text(p, "text"), Error: IsError(p))).ToList()
            : [];
        var texts = said.Select(p => p.Text).Where(text => !string.IsNullOrEmpty(text));
        return new GatewayAnswer(
            string.Join("\n\n", texts),
            said.Count > 0 && said.All(p => p.Error),
            GatewayFrame.Field(GatewayFrame.Field(result, "meta") ?? default, "agentMeta")
        );
    }

    public byte[] Write(string sessionKey) =>
        ResponseBody.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("text", Text);
            json.WriteString("sessionKey", sessionKey);
            if (Meta is { ValueKind: JsonValueKind.Object } meta)
            {
                json.WritePropertyName("raw");
                meta.WriteTo(json);
            }

            json.WriteEndObject();
        });

    private static bool IsError(JsonElement payload) =>
        GatewayFrame.Field(payload, "isError") is { ValueKind: JsonValueKind.True };
}
