using Creel.Adapters.Linux;

namespace Creel.Tests.Linux;

public class StartSettingsTests
{
    [Theory]
    [InlineData(null, null, "DOTNET_EnableDiagnostics=0 DOTNET_GCgen0size=0x200000")]
    [InlineData("0", null, "DOTNET_GCgen0size=0x200000")]
    [InlineData("1", "0x400000", "DOTNET_EnableDiagnostics=0")]
    [InlineData("0", "0x400000", "")]
    public void Each_is_wanted_by_itself(string? diagnostics, string? generation, string missing) =>
        string.Join(' ', StartSettings.Missing(name => name == "DOTNET_EnableDiagnostics" ? diagnostics : generation))
            .ShouldBe(missing);
}
