using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.RepresentationModel;

namespace Creel.Conformance.Generators;

/// <summary>Recorded runs of the older generators: the same variables in; the same exit code, files and fields out.</summary>
public class GeneratorCases
{
    private const string Mark = "@OUT@";

    /// <summary>Where the older generators wrote broken or misplaced files, so that ours exit 1 and write nothing.</summary>
    private static readonly Dictionary<string, string> Refused = new()
    {
        ["session/056"] = "H1: a double quote in a name broke the JSON",
        ["session/057"] = "H1: a backslash in a name broke the JSON",
        ["session/059"] = "H1: a line break in a name broke the JSON",
        ["session/064"] = "H1: a quote in a model added a key to the JSON",
        ["session/065"] = "H5: a group '../evil' made a folder outside",
        ["session/066"] = "H5: a group 'a/b' is a path",
        ["session/067"] = "H5: a group with a space is no unit",
        ["session/068"] = "H6: 'a, b' lost b silently",
        ["session/069"] = "H6: 'g,g' gave two ports and one file",
        ["session/072"] = "H5: an empty group is a unit without a name",
        ["session/130"] = "H5: a group that is a space",
        ["session/131"] = "H5: a group that is a star",
        ["compose/045"] = "H2: a space after the comma made a map of the volume",
        ["compose/052"] = "H2: an empty path made a map of the volume",
        ["compose/088"] = "H2: a colon and a space in a name made a map of the variable",
        ["compose/089"] = "H2: a line break in a name broke the YAML",
        ["compose/095"] = "H5: a group '../evil' is a path",
        ["compose/096"] = "H5: a group 'a/b' is a path",
        ["compose/097"] = "H5: a group with a space",
        ["compose/098"] = "H6: 'a, b' lost b silently",
        ["compose/099"] = "H6: 'g,g' is one key twice",
        ["compose/102"] = "H5: an empty group",
        ["compose/107"] = "H2: the groups yes, 123 and null are no text to YAML",
    };

    [RecordedFact("generators")]
    public Task Session_services_are_as_recorded() => CheckAsync("session", "generate-session-services", "SESSION_OUTPUT_DIR");

    [RecordedFact("generators")]
    public Task Compose_files_are_as_recorded() => CheckAsync("compose", "generate-docker-compose", "COMPOSE_OUTPUT_DIR");

    private static async Task CheckAsync(string kind, string generator, string folderVariable)
    {
        var files = Directory
            .GetFiles(RecordedFactAttribute.Folder("generators"), "*.json")
            .Order(StringComparer.Ordinal)
            .ToList();
        files.ShouldNotBeEmpty();
        var differences = new List<string>();
        foreach (var file in files)
        {
            var recorded = JsonNode.Parse(await File.ReadAllTextAsync(file))!;
            var id = Path.GetFileNameWithoutExtension(file);
            var folder = Directory.CreateTempSubdirectory("creel-generator-");
            try
            {
                var variables = recorded["env"]!.AsObject().ToDictionary(e => e.Key, e => e.Value!.GetValue<string>());
                variables[folderVariable] = $"{folder.FullName}/out";
                variables["DRY_RUN"] = "1";
                var run = await GeneratorRun.OfAsync(generator, variables);
                var expected = recorded["expected"]!["contract"]!.AsObject();
                var found = Refused.ContainsKey($"{kind}/{id}")
                    ? NotRefused(run, folder.FullName)
                    : Differences(expected, kind, run, $"{folder.FullName}/out");
                differences.AddRange(found.Select(d => $"{kind}/{id} {recorded["case"]!["description"]}: {d}"));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }

        differences.ShouldBeEmpty();
    }

    private static IEnumerable<string> NotRefused(GeneratorRun run, string folder)
    {
        if (run.ExitCode != 1 || run.Error.Length == 0)
        {
            yield return $"exit {run.ExitCode} and not refused";
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
        {
            yield return $"wrote {entry}";
        }
    }

    private static IEnumerable<string> Differences(JsonObject expected, string kind, GeneratorRun run, string folder)
    {
        var code = expected[$"{kind}/exit_code"]!.GetValue<string>().Trim();
        if (run.ExitCode.ToString() != code)
        {
            yield return $"exit {run.ExitCode} instead of {code}: {run.Error}";
        }

        var prefix = $"{kind}/files/";
        var wanted = expected
            .Where(e => e.Key.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(e => e.Key[prefix.Length..], e => e.Value!.GetValue<string>());
        var there = Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(f => Path.GetRelativePath(folder, f), File.ReadAllText)
            : [];
        foreach (var name in wanted.Keys.Union(there.Keys))
        {
            var (want, got) = (wanted.GetValueOrDefault(name), there.GetValueOrDefault(name));
            if (want is null || got is null)
            {
                yield return $"{name} is {(got is null ? "missing" : "too much")}";
            }
            else if (Fields(name, want.Replace(Mark, folder, StringComparison.Ordinal)) != Fields(name, got))
            {
                yield return $"{name} is\n{got}\ninstead of\n{want}";
            }
        }

        var modes = JsonNode.Parse(expected[$"{kind}/modes.json"]!.GetValue<string>())!.AsObject();
        foreach (var (path, mode) in modes)
        {
            var real = Convert.ToString((int)File.GetUnixFileMode(Path.Combine(folder, path)), 8);
            if (real != mode!.GetValue<string>())
            {
                yield return $"{path} has the mode {real} instead of {mode}";
            }
        }

        if (code == "0" && run.Output != expected[$"{kind}/stdout"]!.GetValue<string>().Replace(Mark, folder))
        {
            yield return $"it says {run.Output}";
        }
    }

    /// <summary>What a file says, without its layout; of a unit, all of it.</summary>
    private static string Fields(string name, string text) =>
        Path.GetExtension(name) switch
        {
            ".json" => JsonNode.Parse(text)!.ToJsonString(),
            ".yaml" => Yaml(text),
            _ => text,
        };

    private static string Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return Node(stream.Documents.Single().RootNode);
    }

    private static string Node(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => $"{{{string.Join(',', map.Children.Select(c => $"{Node(c.Key)}:{Node(c.Value)}"))}}}",
            YamlSequenceNode list => $"[{string.Join(',', list.Children.Select(Node))}]",
            YamlScalarNode scalar => JsonSerializer.Serialize(scalar.Value),
            _ => throw new NotSupportedException(node.NodeType.ToString()),
        };
}
