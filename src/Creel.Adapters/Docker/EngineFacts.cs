using System.Text.Json.Nodes;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>What the engine's <c>/info</c> says of itself.</summary>
internal static class EngineFacts
{
    public static EnforcedLimits Limits(JsonNode info) =>
        new(Says(info, "MemoryLimit"), Says(info, "CpuCfsQuota"), Says(info, "PidsLimit"));

    /// <summary>Users in containers are others on the host.</summary>
    public static bool Remaps(JsonNode info) =>
        (info["SecurityOptions"] as JsonArray ?? []).Any(option =>
            option!.GetValue<string>() is var text && (text.Contains("name=userns") || text.Contains("name=rootless"))
        );

    public static bool HasRuntime(JsonNode info, string name) => (info["Runtimes"] as JsonObject)?.ContainsKey(name) == true;

    public static bool HasInit(JsonNode info) => info["InitBinary"]?.GetValue<string>() is { Length: > 0 };

    private static bool Says(JsonNode info, string name) => info[name]?.GetValue<bool>() == true;
}
