using System.Diagnostics;
using Creel.Core.Habitats;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

/// <summary>Files that include each other as they like.</summary>
public class IncludeFuzzTests
{
    private const int Files = 6;

    [Fact]
    public void Whatever_includes_whatever_it_is_read_to_an_end_and_a_circle_is_told() =>
        Prop.ForAll(
                Arb.From(Gen.Choose(0, Files - 1).SubListOf3().ArrayOf(Files)),
                graph =>
                {
                    string? Text(string path) =>
                        int.TryParse(path.AsSpan(1, path.Length - 2), out var n) && n < Files
                            ? $"{{ hooks: {{ k{n}: [{n}] }}, $include: [{string.Join(", ", graph[n].Select(to => $"'f{to}j'"))}] }}"
                            : null;
                    var clock = Stopwatch.StartNew();
                    var reading = Habitat.Read("{ $include: 'f0j' }", include: Text);
                    var errors = reading.Problems.Where(p => p.Severity == Severity.Error).ToList();
                    return clock.Elapsed < TimeSpan.FromSeconds(10)
                        && (
                            IsCircular(graph, 0, [])
                                ? errors.Exists(e => e.Message.Contains("includes itself"))
                                : errors.Count == 0
                        );
                }
            )
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("{ __proto__: 1 }")]
    [InlineData("{ hooks: [{ a: { constructor: {} } }] }")]
    public void What_is_no_key_in_an_included_file_is_told(string text) =>
        Habitat.Read("{ $include: 'x' }", include: _ => text).Issues.ShouldContain(i => i.Code == "blocked_key");

    private static bool IsCircular(IReadOnlyList<int>[] graph, int at, HashSet<int> open)
    {
        if (!open.Add(at))
        {
            return true;
        }

        var found = graph[at].Any(to => IsCircular(graph, to, open));
        open.Remove(at);
        return found;
    }
}

internal static class Lists
{
    /// <summary>None to three of them.</summary>
    public static Gen<IReadOnlyList<int>> SubListOf3(this Gen<int> gen) =>
        from count in Gen.Choose(0, 2)
        from items in gen.ArrayOf(count)
        select (IReadOnlyList<int>)items.Distinct().ToList();
}
