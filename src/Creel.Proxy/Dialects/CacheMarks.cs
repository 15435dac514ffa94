using System.Text.Json;

namespace Creel.Proxy.Dialects;

/// <summary>
/// <c>cache_control</c>, Anthropic's word, which gateways in OpenAI's dialect hand on: asked for anywhere, caching may make any part of
/// the prompt dearer.
/// </summary>
internal static class CacheMarks
{
    public static bool AreIn(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .Any(p => (p.NameEquals("cache_control"u8) && p.Value.ValueKind != JsonValueKind.Null) || AreIn(p.Value)),
            JsonValueKind.Array => element.EnumerateArray().Any(AreIn),
            _ => false,
        };
}
