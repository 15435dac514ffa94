using Creel.Core.Habitats;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Routing;

/// <summary>Reads what decides about routes from a configuration: <c>agents</c>, <c>bindings</c>, <c>session</c>, <c>channels</c>.</summary>
public static class RoutingReader
{
    /// <param name="config">A habitat or an <c>openclaw.json</c>, as text.</param>
    /// <exception cref="CreelException">It is no object.</exception>
    public static RoutingReading Read(string file, string config, RoutingManner manner)
    {
        var reading = Json5Reader.Read(file, config);
        return reading.Root is Json5Object root
            ? Read(root, manner)
            : throw new CreelException(
                Fault.Invalid(
                    "routing-config",
                    reading.Problems.Count > 0 ? reading.Problems[0].ToString() : $"{file}: a configuration is an object"
                )
            );
    }

    /// <summary>The channels that a message of that habitat may come from.</summary>
    public static IReadOnlySet<string> ChannelsOf(HabitatModel habitat) =>
        KnownChannels.With(Section(habitat, "channels") as Json5Object);

    /// <returns>What to write in the place of a channel that is none; null where nothing is like it.</returns>
    public static string? Meant(string channel, IEnumerable<string> known) =>
        KnownChannels.Meant(channel, known) is { } meant ? $"Write {meant}." : null;

    /// <summary>What a habitat says; agents are those of its model.</summary>
    public static RoutingReading Read(HabitatModel habitat, RoutingManner manner)
    {
        var findings = new Findings(lenient: true);
        return Finish(
            [.. habitat.Agents.Select(a => a.Id.Value)],
            habitat.DefaultNamed || !manner.FailsClosed ? habitat.Agents.FirstOrDefault(a => a.Default)?.Id.Value : null,
            name => Section(habitat, name),
            manner,
            findings
        );
    }

    internal static RoutingReading Read(Json5Object config, RoutingManner manner)
    {
        var findings = new Findings(lenient: true);
        var entries = (config.Value("agents") as Json5Object)?.Value("list") is Json5Array list
            ? list.Items.OfType<Json5Object>().ToList()
            : [];
        string[] agents = [.. entries.Select(e => RoutingText.Agent(Values.Text(e.Value("id")))).Distinct()];
        var flagged = entries.Find(e => Values.Truthy(e.Value("default")));
        var first = entries.Count == 1 || !manner.FailsClosed ? entries.FirstOrDefault() : null;
        var chosen =
            entries.Count == 0 ? RoutingText.MainAgent
            : (flagged ?? first) is { } entry ? RoutingText.Agent(Values.Text(entry.Value("id")))
            : null;
        if (entries.Count == 0 && manner.FailsClosed)
        {
            // A configuration without a roster has one agent.
            agents = [RoutingText.MainAgent];
        }

        return Finish(agents, chosen, config.Value, manner, findings);
    }

    private static RoutingReading Finish(
        IReadOnlyList<string> agents,
        string? chosen,
        Func<string, Json5Node?> section,
        RoutingManner manner,
        Findings findings
    )
    {
        var model = new RoutingModel
        {
            Manner = manner,
            Agents = agents,
            DefaultAgent = chosen,
            Bindings = new BindingReader(findings).Read(section("bindings")),
            Session = SessionReader.Read(section("session"), findings),
            Channels = manner.FailsClosed ? KnownChannels.With(section("channels") as Json5Object) : null,
        };
        return new RoutingReading(model, findings.Sorted());
    }

    private static Json5Node? Section(HabitatModel habitat, string name) =>
        habitat.Sections.TryGetValue(name, out var text) ? Json5Reader.Read(name, text).Root : null;
}
