using System.Text.Json;

namespace Creel.Tests.Runtime.OpenClaw;

/// <summary>What went to and fro between a client and a real gateway.</summary>
internal static class RecordedFrames
{
    public static string Folder { get; } =
        Path.Combine(
            Environment.GetEnvironmentVariable("CREEL_CONFORMANCE") ?? Path.Combine(Root(), "..", "shared", "conformance"),
            "gateway"
        );

    public static IEnumerable<string> Received(string file) => Read(file, "<");

    public static IEnumerable<string> Sent(string file) => Read(file, ">");

    private static IEnumerable<string> Read(string file, string direction) =>
        File.ReadLines(Path.Combine(Folder, file))
            .Where(line => JsonDocument.Parse(line).RootElement.GetProperty("d").GetString() == direction);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Creel.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("Creel.slnx is in no folder above this program");
    }
}

[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordedFramesFactAttribute : FactAttribute
{
    public RecordedFramesFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',').Contains("conformance");
        if (!Directory.Exists(RecordedFrames.Folder) && !required)
        {
            Skip = $"no recorded frames in {RecordedFrames.Folder}: set CREEL_CONFORMANCE";
        }
    }
}
