namespace Creel.Conformance;

/// <summary>
/// A test over recorded cases in a folder of <c>$CREEL_CONFORMANCE</c>; skipped where they are not, unless <c>CREEL_REQUIRE</c>
/// names <c>conformance</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordedFactAttribute : FactAttribute
{
    public RecordedFactAttribute(string what)
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("conformance");
        if (!Directory.Exists(Folder(what)) && !required)
        {
            Skip = $"there are no recorded cases in {Folder(what)}: set CREEL_CONFORMANCE";
        }
    }

    /// <returns>A path, whether it is there or not.</returns>
    public static string Folder(string what) =>
        Path.Combine(Environment.GetEnvironmentVariable("CREEL_CONFORMANCE") ?? Beside(), what);

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
