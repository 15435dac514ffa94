using System.Text.Json;
using Creel.Core.Habitats.Legacy;

namespace Creel.Conformance.Habitats;

/// <summary>Recorded runs of the older parser: the same text in, the same bytes out.</summary>
public class LegacyParserCases
{
    [RecordedFact("habitats")]
    public void Every_recorded_case_comes_out_byte_for_byte()
    {
        var files = Directory.GetFiles(RecordedFactAttribute.Folder("habitats"), "*.json");
        files.ShouldNotBeEmpty();
        files.Order(StringComparer.Ordinal).SelectMany(Differences).ShouldBeEmpty();
    }

    private static IEnumerable<string> Differences(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        var files = document
            .RootElement.GetProperty("files")
            .EnumerateObject()
            .ToDictionary(p => p.Name, p => p.Value.GetString()!);
        foreach (var (folder, flavor) in new[] { ("contract", LegacyFlavor.Contract), ("v5", LegacyFlavor.V5) })
        {
            var actual = LegacyHabitatParser.Parse(files["input.json"], files.GetValueOrDefault("agent-lib.json"), flavor);
            foreach (
                var (name, text) in new (string, string?)[]
                {
                    ("exit_code", $"{actual.ExitCode}\n"),
                    ("stdout", actual.Stdout),
                    ("stderr", actual.Stderr),
                    ("habitat-parsed.env", actual.Environment),
                    ("hatchery-version", actual.Version),
                }
            )
            {
                var expected = files.GetValueOrDefault($"expected/{folder}/{name}");
                if (expected != text)
                {
                    yield return $"{Path.GetFileName(file)} {folder}/{name}: expected {Shown(expected)}, got {Shown(text)}";
                }
            }
        }
    }

    private static string Shown(string? text) => text is null ? "no file" : JsonSerializer.Serialize(text);
}
