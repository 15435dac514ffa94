using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Legacy;
using Creel.Core.Isolation;

namespace Creel.Conformance.Habitats;

/// <summary>The recorded habitats as Creel brings them up: as closed as it can be, or as open as their generators had it.</summary>
public class LegacyProfileCases
{
    [RecordedFact("habitats")]
    public void Hardened_no_recorded_habitat_gets_a_container_or_a_session_on_the_hosts_network()
    {
        var seen = 0;
        foreach (var (name, text, _) in Cases())
        {
            if (Read(text, HabitatProfile.Hardened) is not { } habitat)
            {
                continue;
            }

            seen++;
            habitat
                .Groups.Where(g => g.Level != IsolationLevel.None && g.Network is NetworkMode.Host or NetworkMode.Bridge)
                .ShouldBeEmpty(name);
            habitat.SharedPaths.ShouldAllBe(p => !p.Writable);
        }

        seen.ShouldBeGreaterThan(10);
    }

    /// <summary>As the generators took it: of a container group the first member's that is not empty, which the parser had made the host's.</summary>
    [RecordedFact("habitats")]
    public void By_contract_each_container_group_has_the_network_that_its_generator_wrote()
    {
        var seen = 0;
        foreach (var (name, text, variables) in Cases())
        {
            if (Read(text, HabitatProfile.Contract) is not { } habitat)
            {
                continue;
            }

            for (var n = 1; variables.GetValueOrDefault($"AGENT{n}_NAME") is { } agent; n++)
            {
                var group = habitat.Groups.FirstOrDefault(g =>
                    g.Agents.Count == 1 && habitat.Find(g.Agents[0])!.Name == agent && g.Level == IsolationLevel.Container
                );
                if (group is null)
                {
                    continue;
                }

                seen++;
                // The older parser took its own later word 'isolated' for the host; that was a fault of it, and stays closed.
                var written = variables[$"AGENT{n}_NETWORK"];
                if (!(group.Network == NetworkMode.Internal && written == "host"))
                {
                    group.Network.ToString().ToLowerInvariant().ShouldBe(written, $"{name}: {agent}");
                }
            }
        }

        seen.ShouldBeGreaterThan(5);
    }

    private static HabitatModel? Read(string text, HabitatProfile profile) =>
        HabitatReader
            .Read(
                new HabitatInput
                {
                    Main = new HabitatSource("habitat.json", text),
                    Profile = profile,
                    HomeFolder = "/home/ann",
                }
            )
            .Model;

    private static IEnumerable<(string Name, string Text, IReadOnlyDictionary<string, string> Variables)> Cases()
    {
        foreach (var file in Directory.GetFiles(RecordedFactAttribute.Folder("habitats"), "*.json").Order(StringComparer.Ordinal))
        {
            using var document = JsonDocument.Parse(File.ReadAllText(file));
            var text = document.RootElement.GetProperty("files").GetProperty("input.json").GetString()!;
            var parsed = LegacyHabitatParser.Parse(text, null, LegacyFlavor.Contract);
            yield return (Path.GetFileName(file), text, Variables(parsed.Environment ?? ""));
        }
    }

    private static Dictionary<string, string> Variables(string environment) =>
        environment
            .Split('\n')
            .Select(line => line.Split('=', 2))
            .Where(parts => parts.Length == 2)
            .GroupBy(parts => parts[0])
            .ToDictionary(same => same.Key, same => same.Last()[1].Trim('"', '\''));
}
