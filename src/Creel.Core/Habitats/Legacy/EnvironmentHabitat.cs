using System.Globalization;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>
/// Brings the variables <c>AGENT_COUNT</c>, <c>AGENT1_NAME</c>, … <c>ISOLATION_DEFAULT</c> into the shape of an older habitat.
/// An empty
/// variable is as good as none.
/// </summary>
internal sealed class EnvironmentHabitat(string file, IReadOnlyDictionary<string, Json5String> variables, Findings findings)
{
    private const int MaxAgents = AgentRoster.MaxAgents;

    private readonly Json5Place root = Json5Place.Named(file, "");

    public Json5Object? Read()
    {
        if (Count() is not { } count)
        {
            return null;
        }

        var agents = Enumerable.Range(1, count).Select(Agent).ToList();
        return Tree.Object(
            root,
            ("name", Text("HABITAT_NAME") ?? Tree.Text(root, "default")),
            ("platform", Text("PLATFORM")),
            ("isolation", Text("ISOLATION_DEFAULT")),
            ("sharedPaths", List("ISOLATION_SHARED_PATHS")),
            (
                "platforms",
                Tree.Object(
                    root,
                    ("telegram", Tree.Object(root, ("ownerId", Text("TELEGRAM_OWNER_ID")))),
                    ("discord", Tree.Object(root, ("ownerId", Text("DISCORD_OWNER_ID")), ("serverId", Text("DISCORD_GUILD_ID"))))
                )
            ),
            ("council", Tree.Object(root, ("groupId", Text("COUNCIL_GROUP_ID")))),
            ("agents", Tree.Array(root, agents))
        );
    }

    private int? Count()
    {
        if (Text("AGENT_COUNT") is not { } text)
        {
            findings.Error(At("AGENT_COUNT"), "is missing or empty: set it to the number of agents");
            return null;
        }

        if (
            int.TryParse(text.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count is > 0 and <= MaxAgents
        )
        {
            return count;
        }

        findings.Error(
            text.At,
            $"{Slug.Quote(text.Value)} is not a positive integer up to {MaxAgents.ToString(CultureInfo.InvariantCulture)}"
        );
        return null;
    }

    private Json5Object Agent(int number)
    {
        var n = number.ToString(CultureInfo.InvariantCulture);
        var at = At($"AGENT{n}_NAME");
        return Tree.Object(
            at,
            ("agent", Text($"AGENT{n}_NAME") ?? Tree.Text(at, $"Agent{n}")),
            ("model", Text($"AGENT{n}_MODEL")),
            ("isolation", Text($"AGENT{n}_ISOLATION")),
            ("isolationGroup", Text($"AGENT{n}_ISOLATION_GROUP")),
            ("network", Network(n)),
            ("capabilities", Text($"AGENT{n}_CAPABILITIES")),
            (
                "resources",
                Tree.Object(at, ("memory", Text($"AGENT{n}_RESOURCES_MEMORY")), ("cpu", Text($"AGENT{n}_RESOURCES_CPU")))
            ),
            (
                "tokens",
                Tree.Object(
                    at,
                    ("telegram", Text($"AGENT{n}_TELEGRAM_BOT_TOKEN") ?? Text($"AGENT{n}_BOT_TOKEN")),
                    ("discord", Text($"AGENT{n}_DISCORD_BOT_TOKEN"))
                )
            )
        );
    }

    /// <summary>
    /// The older parser always wrote <c>host</c> and the older session generator never looked at it: there it is nobody's wish.
    /// </summary>
    private Json5String? Network(string n)
    {
        var level = Text($"AGENT{n}_ISOLATION") ?? Text("ISOLATION_DEFAULT");
        var network = Text($"AGENT{n}_NETWORK");
        return network?.Value == "host" && level?.Value != "container" ? null : network;
    }

    private Json5Array? List(string name) =>
        Text(name) is { } text
            ? Tree.Array(text.At, text.Value.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => Tree.Text(text.At, p)))
            : null;

    private Json5String? Text(string name) => variables.TryGetValue(name, out var text) && text.Value.Length > 0 ? text : null;

    /// <summary>Where it is written, or would be.</summary>
    private Json5Place At(string name) => variables.GetValueOrDefault(name)?.At ?? Json5Place.Named(file, name);
}
