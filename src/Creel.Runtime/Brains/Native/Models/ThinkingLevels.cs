namespace Creel.Runtime.Brains.Native.Models;

/// <summary>How much a model thinks before it speaks, by OpenClaw's words.</summary>
internal static class ThinkingLevels
{
    private static readonly string[] All = ["off", "minimal", "low", "medium", "high", "xhigh"];

    /// <summary>Null: it is no level.</summary>
    public static string? Known(string? level) =>
        level?.Trim().ToLowerInvariant() is { } word && All.Contains(word) ? word : null;

    public static bool On(string? level) => level is not (null or "off");

    /// <summary>Tokens, for models that are told a number.</summary>
    public static int Budget(string level) =>
        level switch
        {
            "minimal" => 1024,
            "low" => 2048,
            "medium" => 8192,
            "high" => 16_384,
            _ => 24_576,
        };

    /// <summary>The word of providers that know no <c>minimal</c> and <c>xhigh</c>.</summary>
    public static string Effort(string level) =>
        level switch
        {
            "minimal" or "low" => "low",
            "medium" => "medium",
            _ => "high",
        };
}
