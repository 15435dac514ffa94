namespace Creel.Tests.Hub;

/// <summary>
/// A test over the recorded hub in <c>$CREEL_CONFORMANCE/hub</c>; skipped where it is not, unless <c>CREEL_REQUIRE</c> names
/// <c>conformance</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordedHubFactAttribute : FactAttribute
{
    public RecordedHubFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("conformance");
        if (!Directory.Exists(Folder) && !required)
        {
            Skip = $"there is no recorded hub in {Folder}: set CREEL_CONFORMANCE";
        }
    }

    public static string Folder { get; } =
        Path.Combine(Environment.GetEnvironmentVariable("CREEL_CONFORMANCE") ?? Beside(), "hub");

    private static string Beside()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Creel.slnx")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.Parent?.FullName ?? "/", "shared", "conformance");
    }
}
