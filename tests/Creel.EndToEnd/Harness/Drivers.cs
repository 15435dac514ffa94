using System.Diagnostics;
using System.Text.Json;

namespace Creel.EndToEnd.Harness;

/// <summary>Which drivers work on this machine.</summary>
internal static class Drivers
{
    /// <summary>What <c>creel driver list</c> says of it; null: it works.</summary>
    public static string? WhyNot(string driver)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Published.Creel, ["driver", "list", "--offline", "--json"]) { RedirectStandardOutput = true }
        )!;
        using var drivers = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        var found = drivers
            .RootElement.GetProperty("drivers")
            .EnumerateArray()
            .First(d => d.GetProperty("driver").GetString() == driver);
        return found.GetProperty("works").GetBoolean() ? null : found.GetProperty("sentence").GetString();
    }
}
