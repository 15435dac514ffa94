using System.Diagnostics;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>
/// A test that needs the published executables and working drivers: bubblewrap, and what it names.
/// <c>CREEL_REQUIRE=bubblewrap,docker</c> turns a skip for want of one into a failure.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishedFactAttribute : FactAttribute
{
    private static readonly Lazy<IReadOnlyDictionary<string, string?>> Obstacles = new(Find);

    public PublishedFactAttribute(bool root = false, string? driver = null)
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',');
        string[] drivers = driver is null ? ["bubblewrap"] : ["bubblewrap", driver];
        Skip =
            drivers.Where(d => !required.Contains(d)).Select(Obstacle).FirstOrDefault(o => o is not null)
            ?? (root && !Environment.IsPrivilegedProcess && !required.Contains("bubblewrap") ? "only root can do this" : null);
    }

    private static string? Obstacle(string driver) =>
        !File.Exists(Published.Creel) || !File.Exists(Published.Runtime)
            ? $"nothing is published in {Published.Folder}: run ./do publish"
            : Obstacles.Value[driver];

    /// <summary>By driver why it does not work here; null where it does.</summary>
    private static IReadOnlyDictionary<string, string?> Find()
    {
        using var process = Process.Start(
            new ProcessStartInfo(Published.Creel, ["driver", "list", "--offline", "--json"]) { RedirectStandardOutput = true }
        )!;
        var json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        using var drivers = System.Text.Json.JsonDocument.Parse(json);
        return drivers
            .RootElement.GetProperty("drivers")
            .EnumerateArray()
            .ToDictionary(
                d => d.GetProperty("driver").GetString()!,
                d => d.GetProperty("works").GetBoolean() ? null : d.GetProperty("sentence").GetString()
            );
    }
}
