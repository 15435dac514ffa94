using Creel.Adapters.Linux;

namespace Creel.Tests;

/// <summary>A test that only root can do; CREEL_REQUIRE=root lets it fail instead of being skipped.</summary>
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        var required = (Environment.GetEnvironmentVariable("CREEL_REQUIRE") ?? "").Split(',', ' ').Contains("root");
        Skip = UnixUser.IsRoot || required ? null! : "only root can take on other users";
    }
}
