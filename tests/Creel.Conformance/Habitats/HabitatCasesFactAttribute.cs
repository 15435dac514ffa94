namespace Creel.Conformance.Habitats;

/// <summary>
/// A test over the recorded habitats in <c>$CREEL_CONFORMANCE/habitats</c>; skipped where they are not, unless
/// <c>CREEL_REQUIRE</c> names <c>conformance</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class HabitatCasesFactAttribute : FactAttribute
{
    public HabitatCasesFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("conformance");
        if (!Directory.Exists(Folder) && !required)
        {
            Skip = $"there are no recorded habitats in {Folder}: set CREEL_CONFORMANCE";
        }
    }

    public static string Folder { get; } =
        Path.Combine(Environment.GetEnvironmentVariable("CREEL_CONFORMANCE") ?? Beside(), "habitats");

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
