using System.Text.Json;
using Creel.Core.Habitats;

namespace Creel.Conformance.Habitats;

/// <summary>What OpenClaw's gateway said of configurations that it was given.</summary>
public sealed class RecordedIssues
{
    /// <summary>Taken there, and refused here on purpose.</summary>
    private static readonly Dictionary<string, string> Stricter = new()
    {
        ["two defaults"] = "there the first wins; here it is known which agent gets what names nobody, or nothing is applied",
        ["env ref missing"] = "there it is found out when it is read; here before anything is applied",
    };

    /// <summary>Refused there, and taken here on purpose.</summary>
    private static readonly Dictionary<string, string> Newer = new()
    {
        ["setupCommand array"] = "lines in a list say what one text with line ends says",
        ["binding type route (newer)"] = "later versions write it, and it says what is meant anyway",
    };

    [RecordedFact("config")]
    public void Every_recorded_configuration_is_taken_or_refused_at_the_same_path()
    {
        var wrong = new List<string>();
        foreach (var one in Cases())
        {
            var name = one.GetProperty("name").GetString()!;
            var reading = Read(one.GetProperty("config").GetRawText());
            var got = reading.Issues.Select(i => $"{i.Path} {i.Code}").Distinct().Order().ToList();
            if (Stricter.ContainsKey(name))
            {
                one.GetProperty("valid").GetBoolean().ShouldBeTrue(name);
                got.ShouldNotBeEmpty(name);
                continue;
            }

            var expected = Newer.ContainsKey(name) || one.GetProperty("valid").GetBoolean() ? [] : Expected(one);
            if (!got.SequenceEqual(expected))
            {
                wrong.Add($"{name}: expected [{string.Join("; ", expected)}], got [{string.Join("; ", got)}]");
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [RecordedFact("config")]
    public void Every_issue_has_a_place_in_the_text_and_a_sentence()
    {
        foreach (var one in Cases().Where(c => !c.GetProperty("valid").GetBoolean()))
        {
            foreach (var problem in Read(one.GetProperty("config").GetRawText()).Problems)
            {
                problem.Line.ShouldBeGreaterThan(0);
                problem.Message.ShouldNotBeNullOrWhiteSpace();
            }
        }
    }

    private static List<string> Expected(JsonElement one) =>
        [
            .. one.GetProperty("issues")
                .EnumerateArray()
                .Select(i => $"{i.GetProperty("path").GetString()} {i.GetProperty("code").GetString()}")
                .Distinct()
                .Order(),
        ];

    private static HabitatReading Read(string text) =>
        HabitatReader.Read(
            new HabitatInput
            {
                Main = new HabitatSource("openclaw.json", text),
                BaseFolder = "/home/ann/.openclaw",
                HomeFolder = "/home/ann",
                StateFolder = "/home/ann/.openclaw",
            }
        );

    private static IEnumerable<JsonElement> Cases()
    {
        var text = File.ReadAllText(Path.Combine(RecordedFactAttribute.Folder("config"), "validation.json"));
        return JsonDocument.Parse(text).RootElement.GetProperty("cases").EnumerateArray();
    }
}
