using System.Text.Json;
using Creel.Core.Routing;

namespace Creel.Conformance.Routing;

/// <summary>Answers that OpenClaw's own resolver gave, in two of its versions.</summary>
public sealed class RecordedRoutes
{
    [RecordedFact("routing")]
    public void Every_named_case_is_answered_as_the_older_version_does() => Agree(Named(), RoutingManner.Of20260226, 91);

    [RecordedFact("routing")]
    public void Every_named_case_is_answered_as_the_middle_version_does() => Agree(Named(), RoutingManner.Of20260302, 91);

    [RecordedFact("routing")]
    public void Every_random_case_is_answered_as_the_older_version_does() => Agree(Random(), RoutingManner.Of20260226, 1000);

    [RecordedFact("routing")]
    public void Every_random_case_is_answered_as_the_middle_version_does() => Agree(Random(), RoutingManner.Of20260302, 1000);

    /// <summary>The tier by tier explanation is another program than the index, and must come to the same end.</summary>
    [RecordedFact("routing")]
    public void Every_explanation_names_the_rule_that_decided()
    {
        foreach (var line in Named().Concat(Random()))
        {
            var one = RouteCaseReader.Read("recorded", 1, line, RoutingManner.Of20260226);
            var explained = new RouteExplainer(one.Routing!).Explain(one.Source);
            var found = explained.Outcome.ShouldBeOfType<RouteOutcome.Found>().Route;
            var winner = explained.Tiers.SingleOrDefault(t => t.Winner is not null);
            (winner?.Tier ?? RouteTier.Default).ShouldBe(found.MatchedBy, one.Id);
            winner?.Winner.ShouldBe(found.Binding, one.Id);
        }
    }

    private static void Agree(IEnumerable<string> lines, RoutingManner manner, int count)
    {
        var wrong = new List<string>();
        var seen = 0;
        foreach (var line in lines)
        {
            var one = RouteCaseReader.Read("recorded", ++seen, line, manner);
            var outcome = new Router(one.Routing!).Resolve(one.Source);
            wrong.AddRange(one.Expected.Against(outcome).Select(d => $"{one.Id} {d.What}: {d.Expected}, got {d.Got}"));
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong.Take(20)));
        seen.ShouldBe(count);
    }

    private static IEnumerable<string> Named()
    {
        var text = File.ReadAllText(Path.Combine(RecordedFactAttribute.Folder("routing"), "named.json"));
        return JsonDocument.Parse(text).RootElement.GetProperty("cases").EnumerateArray().Select(c => c.GetRawText());
    }

    private static IEnumerable<string> Random() =>
        File.ReadLines(Path.Combine(RecordedFactAttribute.Folder("routing"), "random.jsonl")).Where(line => line.Length > 0);
}
