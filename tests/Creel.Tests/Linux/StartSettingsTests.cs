using Creel.Adapters.Linux;
using Creel.Tests.Runtime;

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

    [Fact]
    public void Only_ones_own_debug_sockets_are_removed_and_a_folder_that_is_not_there_is_no_fault()
    {
        using var folder = new TestFolder();
        var own = folder[$"dotnet-diagnostic-{Environment.ProcessId}-7-socket"];
        var other = folder[$"dotnet-diagnostic-{Environment.ProcessId}1-7-socket"];
        File.WriteAllText(own, "");
        File.WriteAllText(other, "");

        StartSettings.RemoveDebugSockets(folder.Path);
        StartSettings.RemoveDebugSockets(folder["nowhere"]);

        (File.Exists(own), File.Exists(other)).ShouldBe((false, true));
    }
}
