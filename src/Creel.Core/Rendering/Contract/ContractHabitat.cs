using System.Globalization;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Legacy;

namespace Creel.Core.Rendering.Contract;

/// <summary>
/// A habitat as the older generators would have been told of it: an older file goes through the older parser, mistakes included;
/// one of today says the same in their variables.
/// </summary>
public static class ContractHabitat
{
    /// <param name="model">The habitat as it is read today; needed for today's format alone.</param>
    /// <exception cref="CreelException">The older parser refuses it, or there is no model.</exception>
    public static ContractVariables Of(HabitatSource source, ContractGenerator generator, HabitatModel? model)
    {
        if (source.File.EndsWith(EnvironmentText.Extension, StringComparison.Ordinal))
        {
            var findings = new Findings(lenient: false);
            var variables = EnvironmentText.Read(source, findings);
            return findings.HasErrors
                ? throw new CreelException(Fault.Invalid("habitat", string.Join("; ", findings.Sorted())))
                : ContractVariables.Read(name => variables.GetValueOrDefault(name)?.Value);
        }

        if (
            Json5Reader.Read(source.File, source.Text).Root is Json5Object root
            && HabitatFormats.Of(root) == HabitatFormat.Legacy
        )
        {
            var parsed = LegacyHabitatParser.Parse(source.Text, null, LegacyFlavor.Contract);
            return parsed is { ExitCode: 0, Environment: { } text }
                ? ContractVariables.Read(Variables(text).GetValueOrDefault)
                : throw new CreelException(
                    Fault.Invalid("habitat", $"the older parser refuses {source.File}: {parsed.Stderr.Trim()}")
                );
        }

        return model is null
            ? throw new CreelException(Fault.Invalid("habitat", $"{source.File} is no habitat"))
            : Of(model, generator);
    }

    private static ContractVariables Of(HabitatModel habitat, ContractGenerator generator) =>
        new()
        {
            Count = habitat.Agents.Count.ToString(CultureInfo.InvariantCulture),
            Isolation = generator == ContractGenerator.Session ? "session" : "container",
            Groups = string.Join(',', habitat.Groups.Select(g => g.Id.Value)),
            Habitat = habitat.Name,
            Platform = Platform(habitat),
            SharedPaths = string.Join(',', habitat.SharedPaths.Select(p => p.Path)),
            Agents =
            [
                .. habitat.Agents.Select(
                    (agent, index) =>
                    {
                        var group = habitat.GroupOf(agent);
                        return new ContractAgent(
                            index + 1,
                            agent.Name,
                            agent.Model ?? ContractVariables.DefaultModel,
                            group.Id.Value,
                            group.Level.ToString().ToLowerInvariant(),
                            group.Network.ToString().ToLowerInvariant(),
                            group.Limits.Memory is { Written: true } memory
                                ? memory.Value.ToString("0", CultureInfo.InvariantCulture)
                                : "",
                            group.Limits.Cpu is { Written: true } cpu ? cpu.Value.ToString(CultureInfo.InvariantCulture) : ""
                        );
                    }
                ),
            ],
        };

    private static string Platform(HabitatModel habitat)
    {
        var channels =
            habitat.Sections.TryGetValue("channels", out var text) && Json5Reader.Read("channels", text).Root is Json5Object found
                ? found.Members.Select(m => m.Key).ToList()
                : [];
        return (channels.Contains("telegram"), channels.Contains("discord")) switch
        {
            (true, true) => "both",
            (false, true) => "discord",
            (false, false) => "none",
            _ => "telegram",
        };
    }

    /// <summary>
    /// The older parser's file, a variable a line, its value in double quotes that nothing escapes; a line that starts no variable
    /// goes on with the value before.
    /// </summary>
    private static Dictionary<string, string> Variables(string text)
    {
        var variables = new Dictionary<string, string>();
        var last = "";
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            var cut = line.IndexOf('=', StringComparison.Ordinal);
            if (cut > 0 && line.AsSpan(0, cut).IndexOfAnyExceptInRange('0', '_') < 0)
            {
                variables[last = line[..cut]] = line[(cut + 1)..];
            }
            else
            {
                variables[last] = $"{variables.GetValueOrDefault(last)}\n{line}";
            }
        }

        return variables.ToDictionary(v => v.Key, v => v.Value is ['"', .. var inner, '"'] ? inner : v.Value);
    }
}
