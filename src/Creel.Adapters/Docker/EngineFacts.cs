using System.Text.Json.Nodes;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>What the engine's <c>/info</c> says of itself.</summary>
/// <param name="Version">Of the engine, for people.</param>
/// <param name="Remaps">Users in containers are others on the host.</param>
/// <param name="HasInit">It has a small init to reap what is orphaned.</param>
/// <param name="Runtimes">The names that may stand below a container.</param>
internal sealed record EngineFacts(
    string Version,
    EnforcedLimits Limits,
    bool Remaps,
    bool HasInit,
    IReadOnlyCollection<string> Runtimes
)
{
    public static EngineFacts Of(JsonNode info) =>
        new(
            Text(info["ServerVersion"]),
            new EnforcedLimits(Says(info, "MemoryLimit"), Says(info, "CpuCfsQuota"), Says(info, "PidsLimit")),
            (info["SecurityOptions"] as JsonArray ?? [])
                .Select(Text)
                .Any(o => o.Contains("name=userns") || o.Contains("name=rootless")),
            Text(info["InitBinary"]).Length > 0,
            [.. (info["Runtimes"] as JsonObject ?? []).Select(runtime => runtime.Key)]
        );

    private static bool Says(JsonNode info, string name) => info[name]?.GetValue<bool>() == true;

    private static string Text(JsonNode? node) => node?.GetValue<string>() ?? "";
}
