using System.Globalization;
using System.Text.Json;
using Creel.Terminal;

namespace Creel.Commands.Views;

/// <summary>Figures out of a health report, which is the runtime's own and may lack any of them.</summary>
internal static class HealthWords
{
    public static string Cpu(JsonElement? health) => Percent(Number(health, "cpu"), "0.#");

    /// <summary>The part in use, as older runtimes report it.</summary>
    public static string MemoryPercent(JsonElement? health) => Percent(Number(health, "memory", "usagePercent"), "0.0");

    /// <summary>What is in use, reported in megabytes.</summary>
    public static string Memory(JsonElement? health) =>
        Number(health, "memory", "used") is { } used ? Words.Bytes(used * (1 << 20)) : "";

    /// <summary>What makes the cell ready; nothing where that is done, or there is nothing to do.</summary>
    public static string Setup(JsonElement? health) =>
        health is { ValueKind: JsonValueKind.Object } report && report.TryGetProperty("setup", out var setup)
            ? setup.Deserialize<SetupView>(JsonSerializerOptions.Web) switch
            {
                { Done: false, Reason.Length: > 0 } view => $"{view.State}: {PlainText.Line(view.Reason)}",
                { Done: false } view => PlainText.Line(view.State ?? ""),
                _ => "",
            }
            : "";

    public static string Disk(JsonElement? health) => Percent(Number(health, "disk", "usagePercent"), "0.0");

    /// <summary>Seconds that the runtime has been up.</summary>
    public static double? Uptime(JsonElement? health) => Number(health, "uptime");

    public static double? Number(JsonElement? health, params ReadOnlySpan<string> path)
    {
        var at = health ?? default;
        foreach (var name in path)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
            {
                return null;
            }
        }

        return at.ValueKind == JsonValueKind.Number ? at.GetDouble() : null;
    }

    private static string Percent(double? value, string format) =>
        value is { } v ? v.ToString(format, CultureInfo.InvariantCulture) + "%" : "";
}
