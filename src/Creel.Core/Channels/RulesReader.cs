using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>Makes a habitat's rules about messages ready to decide by.</summary>
public static class RulesReader
{
    public static GatewayRules Read(HabitatModel habitat)
    {
        var warnings = new List<string>();
        var sections = habitat.Gateway;
        var mentions = new Dictionary<string, MentionPatterns>(StringComparer.Ordinal);
        foreach (var agent in habitat.Agents)
        {
            var rules = sections.Agents.GetValueOrDefault(agent.Id);
            var patterns = new MentionPatterns(
                rules?.MentionPatterns
                    ?? sections.Messages.MentionPatterns
                    ?? MentionPatterns.Derived(rules?.Identity.Name ?? agent.Name, rules?.Identity.Emoji)
            );
            warnings.AddRange(patterns.Odd.Select(odd => $"the mention pattern {Slug.Quote(odd)} of agent {agent.Id} is none"));
            mentions[agent.Id.Value] = patterns;
        }

        return new GatewayRules
        {
            Routing = RoutingReader.Read(habitat, RoutingManner.Creel).Model,
            Broadcast = sections.Broadcast,
            Session = sections.Session,
            Mentions = mentions,
            Owners = Owners(habitat),
            Commanders = Commanders(habitat),
            TextCommands = (Commands(habitat)?.Value("text") as Json5Bool)?.Value ?? true,
            Warnings = warnings,
        };
    }

    private static IReadOnlyList<string>? Owners(HabitatModel habitat) =>
        Commands(habitat)?.Value("ownerAllowFrom") is Json5Array list ? Ids(list) : null;

    private static Dictionary<string, IReadOnlyList<string>>? Commanders(HabitatModel habitat) =>
        Commands(habitat)?.Value("allowFrom") is Json5Object lists
            ? lists
                .Members.DistinctBy(m => m.Key == AllowList.Everyone ? m.Key : RoutingText.Channel(m.Key))
                .ToDictionary(
                    m => m.Key == AllowList.Everyone ? m.Key : RoutingText.Channel(m.Key),
                    m => m.Value is Json5Array list ? Ids(list) : [],
                    StringComparer.Ordinal
                )
            : null;

    private static Json5Object? Commands(HabitatModel habitat) =>
        habitat.Sections.TryGetValue("commands", out var text) ? Json5Reader.Read("commands", text).Root as Json5Object : null;

    private static IReadOnlyList<string> Ids(Json5Array list) => [.. list.Items.Select(Values.Id).OfType<string>()];
}
