namespace Creel.Tests.Cli;

/// <summary>
/// A test over the recorded runs of the old container scripts in <c>$CREEL_CONFORMANCE/containers</c>; skipped where they are not,
/// unless <c>CREEL_REQUIRE</c> names <c>conformance</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordedContainersFactAttribute : FactAttribute
{
    public RecordedContainersFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("conformance");
        if (!System.IO.File.Exists(File) && !required)
        {
            Skip = $"there are no recorded runs in {File}: set CREEL_CONFORMANCE";
        }
    }

    public static string File { get; } =
        Path.Combine(Path.GetDirectoryName(Hub.RecordedHubFactAttribute.Folder)!, "containers", "commands.json");
}
