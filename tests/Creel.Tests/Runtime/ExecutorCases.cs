using System.Text.Json;

namespace Creel.Tests.Runtime;

/// <summary>The recorded cases of the older runtime.</summary>
internal static class ExecutorCases
{
    public static string? File
    {
        get
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !System.IO.File.Exists(Path.Combine(root.FullName, "Creel.slnx")))
            {
                root = root.Parent;
            }

            var folder =
                Environment.GetEnvironmentVariable("CREEL_CONFORMANCE")
                ?? Path.Combine(root!.FullName, "..", "shared", "conformance");
            var file = Path.Combine(folder, "hub", "executor.json");
            return System.IO.File.Exists(file) ? file : null;
        }
    }

    public static JsonElement[] Read() => [.. JsonDocument.Parse(System.IO.File.ReadAllText(File!)).RootElement.EnumerateArray()];
}

/// <summary>Skipped without the recorded cases; a failure where CREEL_REQUIRE asks for conformance.</summary>
public sealed class ExecutorFactAttribute : FactAttribute
{
    public ExecutorFactAttribute()
    {
        var required = Environment.GetEnvironmentVariable("CREEL_REQUIRE")?.Contains("conformance") == true;
        if (ExecutorCases.File is null && !required)
        {
            Skip = "the recorded executor cases are not on this machine";
        }
    }
}
