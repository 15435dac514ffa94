using System.Text.RegularExpressions;

namespace Creel.Tests.Architecture;

/// <summary>What is said on a line to a gateway elsewhere is known to its adapter; the server knows what it wants of it.</summary>
public partial class GatewayWireTests
{
    [GeneratedRegex(@"\.CallAsync\(\s*""([a-z.]+)""")]
    private static partial Regex Call();

    [Fact]
    public void No_room_of_the_server_calls_on_a_line() =>
        Server("src/Creel.Server/")
            .Where(f => f.Text.Contains(".CallAsync(", StringComparison.Ordinal))
            .Select(f => f.Path)
            .ShouldBeEmpty();

    [Fact]
    public void No_method_of_the_wire_is_named_where_agents_elsewhere_are_provisioned()
    {
        var methods = SourceTree
            .Product.Where(f => f.Path.StartsWith("src/Creel.Adapters/OpenClaw/", StringComparison.Ordinal))
            .SelectMany(f => Call().Matches(f.Text).Select(m => m.Groups[1].Value))
            .Where(m => m.Contains('.', StringComparison.Ordinal))
            .ToHashSet();
        methods.ShouldContain("agent.wait");
        methods.Count.ShouldBeGreaterThan(10);

        Server("src/Creel.Server/Provisioning/")
            .SelectMany(f =>
                methods.Where(m => f.Text.Contains($"\"{m}\"", StringComparison.Ordinal)).Select(m => $"{f.Path}: {m}")
            )
            .ShouldBeEmpty();
    }

    private static IEnumerable<SourceFile> Server(string folder) =>
        SourceTree.Product.Where(f => f.Path.StartsWith(folder, StringComparison.Ordinal));
}
