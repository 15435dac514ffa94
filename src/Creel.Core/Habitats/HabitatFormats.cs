using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats;

/// <summary>Tells the formats apart.</summary>
internal static class HabitatFormats
{
    /// <summary>Keys that only the older format has, for a file without agents.</summary>
    private static readonly string[] LegacyKeys =
    [
        "platform",
        "platforms",
        "destructMinutes",
        "bgColor",
        "remoteApi",
        "hatcheryVersion",
        "council",
    ];

    /// <summary>Agents are an object (<c>agents.list</c>) in Creel's and OpenClaw's format, an array in the older one.</summary>
    public static HabitatFormat Of(Json5Object root) =>
        root.Find("agents")?.Value switch
        {
            Json5Object => HabitatFormat.Creel,
            Json5Array => HabitatFormat.Legacy,
            _ => root.Members.Any(m => LegacyKeys.Contains(m.Key)) ? HabitatFormat.Legacy : HabitatFormat.Creel,
        };
}
