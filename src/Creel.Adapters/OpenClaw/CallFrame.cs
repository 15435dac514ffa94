using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;

namespace Creel.Adapters.OpenClaw;

/// <summary>A call as it goes over a line.</summary>
internal static class CallFrame
{
    /// <param name="parameters">Null: an empty object.</param>
    /// <param name="most">Bytes that the gateway takes at once.</param>
    /// <exception cref="CreelException"><c>gateway-frame</c>: it is larger.</exception>
    public static byte[] Of(string id, string method, JsonObject? parameters, int most)
    {
        var json = new JsonObject
        {
            ["type"] = "req",
            ["id"] = id,
            ["method"] = method,
            ["params"] = parameters?.DeepClone() ?? new JsonObject(),
        };
        var frame = JsonSerializer.SerializeToUtf8Bytes<JsonNode>(json);
        return frame.Length <= most
            ? frame
            : throw new CreelException(
                new Fault(
                    FaultKind.TooLarge,
                    "gateway-frame",
                    $"{method}: {frame.Length} bytes are more than the {most} that the gateway takes at once"
                )
            );
    }
}
