using System.Diagnostics;
using Creel.EndToEnd.Harness;

namespace Creel.EndToEnd;

/// <summary>A test that needs the published executables and a working bubblewrap; <c>CREEL_REQUIRE=bubblewrap</c> turns a skip into a failure.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PublishedFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(Find);

    public PublishedFactAttribute(bool root = false)
    {
        var obstacle = Obstacle.Value ?? (root && !Environment.IsPrivilegedProcess ? "only root can do this" : null);
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',').Contains("bubblewrap");
        if (obstacle is not null && !required)
        {
            Skip = obstacle;
        }
    }

    private static string? Find()
    {
        if (!File.Exists(Published.Creel) || !File.Exists(Published.Runtime))
        {
            return $"nothing is published in {Published.Folder}: run ./do publish";
        }

        using var process = Process.Start(
            new ProcessStartInfo(Published.Creel, ["driver", "list", "--offline", "--json"]) { RedirectStandardOutput = true }
        )!;
        var json = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        using var drivers = System.Text.Json.JsonDocument.Parse(json);
        var bubblewrap = drivers
            .RootElement.GetProperty("drivers")
            .EnumerateArray()
            .First(d => d.GetProperty("driver").GetString() == "bubblewrap");
        return bubblewrap.GetProperty("works").GetBoolean() ? null : bubblewrap.GetProperty("sentence").GetString();
    }
}
