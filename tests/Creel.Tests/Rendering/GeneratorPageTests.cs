using System.Reflection;
using System.Text.RegularExpressions;
using Creel.Tests.Architecture;

namespace Creel.Tests.Rendering;

public partial class GeneratorPageTests
{
    [Fact]
    public void Every_defect_has_a_row_and_every_proof_in_it_is_a_test()
    {
        var rows = File.ReadAllLines(Path.Combine(SourceTree.Root, "docs/generators.md"))
            .Where(line => line.StartsWith("| H", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split(" | "))
            .ToList();
        rows.Select(row => row[0].Trim()).ShouldBe(Enumerable.Range(1, 32).Select(n => $"H{n}"));

        var types = Assembly.GetExecutingAssembly().GetTypes();
        var tests = types.SelectMany(t => t.GetMethods()).Select(m => m.Name).Concat(types.Select(t => t.Name)).ToHashSet();
        foreach (var row in rows)
        {
            var names = Name().Matches(row[^1]).Select(m => m.Groups[1].Value).ToList();
            (names.Count > 0 || row[^1].Contains("a sentence", StringComparison.Ordinal)).ShouldBeTrue(row[0]);
            names.ShouldAllBe(name => tests.Contains(name), row[0]);
        }
    }

    [Theory]
    [InlineData("generate-session-services")]
    [InlineData("generate-docker-compose")]
    public void Compat_scripts_hand_over_and_source_nothing(string name)
    {
        var script = File.ReadAllLines(Path.Combine(SourceTree.Root, $"compat/{name}.sh"));

        script.Count(line => line.TrimStart().StartsWith("exec ", StringComparison.Ordinal)).ShouldBe(2);
        script.ShouldContain($"        exec \"$creel\" compat {name}");
        script.ShouldNotContain(line => Sources().IsMatch(line));
    }

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\s*(source|\.|eval)\s")]
    private static partial Regex Sources();
}
