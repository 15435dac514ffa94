using Creel.Conformance.Habitats;

namespace Creel.Conformance.Generators;

/// <summary>
/// A test over the recorded generators in <c>$CREEL_CONFORMANCE/generators</c>; skipped where they are not, unless
/// <c>CREEL_REQUIRE</c> names <c>conformance</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GeneratorCasesFactAttribute : FactAttribute
{
    public GeneratorCasesFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("conformance");
        if (!Directory.Exists(Folder) && !required)
        {
            Skip = $"there are no recorded generators in {Folder}: set CREEL_CONFORMANCE";
        }
    }

    public static string Folder { get; } = Path.Combine(Path.GetDirectoryName(HabitatCasesFactAttribute.Folder)!, "generators");
}
