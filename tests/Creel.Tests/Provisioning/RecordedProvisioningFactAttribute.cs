using System.Text.Json.Nodes;

namespace Creel.Tests.Provisioning;

/// <summary>
/// A test over the recorded cases in <c>$CREEL_CONFORMANCE/provisioning</c>; skipped where they are not, unless <c>CREEL_REQUIRE</c>
/// names <c>conformance</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RecordedProvisioningFactAttribute : FactAttribute
{
    public RecordedProvisioningFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("conformance");
        if (!File.Exists(Place) && !required)
        {
            Skip = $"there are no recorded cases in {Place}: set CREEL_CONFORMANCE";
        }
    }

    public static JsonObject Cases => JsonNode.Parse(File.ReadAllText(Place))!.AsObject();

    private static string Place { get; } =
        Path.Combine(Environment.GetEnvironmentVariable("CREEL_CONFORMANCE") ?? Beside(), "provisioning", "cases.json");

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
