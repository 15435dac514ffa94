using System.Globalization;
using System.Text;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>Writes the variables of one habitat, in the older parser's order.</summary>
internal sealed class LegacyEnvironment(Json5Object habitat, Json5Object library, LegacyFlavor flavor, StringBuilder stderr)
{
    private static readonly Json5Place Nowhere = Json5Place.Root("");
    private static readonly Json5Node Empty = new Json5String(Nowhere, "");
    private static readonly Json5Object None = new(Nowhere, []);
    private static readonly string[] Levels = ["none", "session", "container", "droplet"];
    private static readonly string[] Networks = ["host", "internal", "none"];

    private readonly StringBuilder env = new();
    private readonly List<string> deprecations = [];
    private readonly SortedSet<string> groups = new(StringComparer.Ordinal);
    private string isolation = "none";

    public string Text => env.ToString();

    /// <exception cref="PythonError">
    /// The older parser would have stopped here with a stack trace, or with this message.
    /// </exception>
    public LegacyParse Write()
    {
        var platform = Platforms();
        Council();
        Bind();
        foreach (var key in (string[])["Identity", "Boot", "Bootstrap", "Soul", "Agents", "User", "Tools"])
        {
            Line($"GLOBAL_{key.ToUpperInvariant()}_B64", Base64(Get(habitat, $"global{key}")));
        }

        Isolation();
        var agents = habitat.Value("agents") is Json5Array list ? list.Items : [];
        env.Append(CultureInfo.InvariantCulture, $"AGENT_COUNT={agents.Count}\n");
        for (var i = 0; i < agents.Count; i++)
        {
            var agent = agents[i] as Json5Object ?? new Json5Object(Nowhere, [new Json5Member("agent", Nowhere, agents[i])]);
            Agent(string.Create(CultureInfo.InvariantCulture, $"AGENT{i + 1}"), agent);
        }

        Line("ISOLATION_GROUPS", string.Join(',', groups));
        stderr.Append(string.Concat(deprecations.Select(d => d + "\n")));
        var version =
            flavor == LegacyFlavor.V5
                ? PythonText.Str(habitat.Value("hatcheryVersion") ?? new Json5String(Nowhere, "main"))
                : null;
        var branch = version is null or "main" ? "" : $" [branch: {version}]";
        var name = PythonText.Str(Get(habitat, "name"));
        var count = agents.Count.ToString(CultureInfo.InvariantCulture);
        return new LegacyParse(
            0,
            $"Parsed habitat '{name}' with {count} agents (platform: {PythonText.Str(platform)}){branch}\n",
            stderr.ToString(),
            Text,
            version
        );
    }

    private Json5Node Platforms()
    {
        Both("HABITAT_NAME", Get(habitat, "name"));
        var minutes = PythonText.Str(habitat.Find("destructMinutes")?.Value ?? new Json5Number(Nowhere, 0, "0"));
        Line("DESTRUCT_MINS", minutes);
        Line("DESTRUCT_MINS_B64", Base64(minutes));
        Line("BG_COLOR", PythonText.Str(Get(habitat, "bgColor", "2D3748")));
        var platform = Get(habitat, "platform", "telegram");
        Both("PLATFORM", platform);
        var discord = Platform("discord");
        Both("DISCORD_GUILD_ID", Get(discord, "serverId"));
        Both("DISCORD_OWNER_ID", Get(discord, "ownerId"));
        var owner = Get(Platform("telegram"), "ownerId");
        Both("TELEGRAM_OWNER_ID", owner);
        Line("TELEGRAM_USER_ID_B64", Base64(owner));
        return platform;
    }

    private Json5Object Platform(string name)
    {
        if (habitat.Find("platforms")?.Value is { } value && AsObject(value, "platforms").Find(name) is { } platform)
        {
            return AsObject(platform.Value, $"platforms.{name}");
        }

        if (habitat.Find(name) is not { } old)
        {
            return None;
        }

        deprecations.Add($"DEPRECATION: Top-level '{name}' is v1 schema. Use 'platforms.{name}' instead. See issue #112.");
        return AsObject(old.Value, name);
    }

    private void Council()
    {
        var council = habitat.Find("council")?.Value is { } value ? AsObject(value, "council") : None;
        var telegram = council.Find("telegram")?.Value is { } nested ? AsObject(nested, "council.telegram") : None;
        var group = telegram.Find("groupId") ?? council.Find("groupId") ?? habitat.Find("councilGroupId");
        Line("COUNCIL_GROUP_ID", PythonText.Str(group?.Value ?? Empty));
        Line("COUNCIL_GROUP_NAME", PythonText.Str(Get(council, "groupName")));
        Line("COUNCIL_JUDGE", PythonText.Str(Get(council, "judge")));
        Line("HABITAT_DOMAIN", PythonText.Str(Get(habitat, "domain")));
    }

    private void Bind()
    {
        var open = habitat.Value("remoteApi") is Json5Bool { Value: true };
        Line("API_BIND_ADDRESS", PythonText.Str(Get(habitat, "apiBindAddress", open ? "0.0.0.0" : "127.0.0.1")));
    }

    private void Isolation()
    {
        isolation = PythonText.Str(Get(habitat, "isolation", "none"));
        if (!Levels.Contains(isolation))
        {
            stderr.Append($"WARN: Invalid isolation level '{isolation}', defaulting to 'none'\n");
            isolation = "none";
        }

        RefuseDroplet(isolation);
        Line("ISOLATION_DEFAULT", isolation);
        Line("ISOLATION_SHARED_PATHS", Joined(habitat, "sharedPaths"));
    }

    private void Agent(string prefix, Json5Object agent)
    {
        var name = PythonText.Str(Get(agent, "agent"));
        var entry = library.Find(name) is { } found ? AsObject(found.Value, $"AGENT_LIB_B64 of {name}") : None;
        var own = Get(agent, "model");
        var telegram = Token(agent, name, "telegram", ["telegramBotToken", "botToken"]);
        var discord = Token(agent, name, "discord", ["discordBotToken"]);
        Line($"{prefix}_NAME", name);
        Line($"{prefix}_NAME_B64", Base64(name));
        Both($"{prefix}_BOT_TOKEN", telegram);
        Both($"{prefix}_TELEGRAM_BOT_TOKEN", telegram);
        Both($"{prefix}_DISCORD_BOT_TOKEN", discord);
        Line($"{prefix}_MODEL", PythonText.Str(PythonText.IsTrue(own) ? own : Get(entry, "model", LegacyHabitat.DefaultModel)));
        foreach (var key in (string[])["identity", "soul", "agents", "boot", "bootstrap", "user"])
        {
            Line($"{prefix}_{key.ToUpperInvariant()}_B64", Base64(Get(entry, key)));
        }

        var group = LegacyGroupName.Of(agent.Value("isolationGroup"), name, stderr);
        Line($"{prefix}_ISOLATION_GROUP", group);
        var level = Level(agent, name);
        Line($"{prefix}_ISOLATION", level);
        Line($"{prefix}_NETWORK", Network(agent, name, level.Length > 0 ? level : isolation));
        Line($"{prefix}_CAPABILITIES", Joined(agent, "capabilities"));
        var resources = agent.Value("resources") as Json5Object ?? None;
        Line($"{prefix}_RESOURCES_MEMORY", PythonText.Str(Get(resources, "memory")));
        Line($"{prefix}_RESOURCES_CPU", PythonText.Str(Get(resources, "cpu")));
        if (flavor == LegacyFlavor.Contract || (level.Length > 0 ? level : isolation) != "none")
        {
            groups.Add(group);
        }
    }

    private string Level(Json5Object agent, string name)
    {
        var level = agent.Value("isolation") is { } given ? PythonText.Str(given) : "";
        if (level.Length > 0 && !Levels.Contains(level))
        {
            stderr.Append($"WARN: Agent '{name}' has invalid isolation level '{level}', ignoring\n");
            return "";
        }

        RefuseDroplet(level);
        return level;
    }

    private string Network(Json5Object agent, string name, string level)
    {
        var network = PythonText.Str(Get(agent, "network", "host"));
        if (!Networks.Contains(network))
        {
            stderr.Append($"WARN: Agent '{name}' has invalid network '{network}', defaulting to 'host'\n");
            return "host";
        }

        if (network != "host" && level != "container")
        {
            stderr.Append(
                $"WARN: Agent '{name}' has network='{network}' but isolation='{level}' (network only applies to container/droplet)\n"
            );
        }

        return network;
    }

    private Json5Node Token(Json5Object agent, string name, string platform, string[] older)
    {
        if ((agent.Value("tokens") as Json5Object)?.Find(platform) is { } token)
        {
            return PythonText.IsTrue(token.Value) ? token.Value : Empty;
        }

        if (older.Select(agent.Find).FirstOrDefault(m => m is not null) is not { } found)
        {
            return Empty;
        }

        deprecations.Add(
            $"DEPRECATION: Agent '{name}' uses '{found.Key}' (v1 schema). Use 'tokens.{platform}' instead. See issue #112."
        );
        return found.Value;
    }

    private static void RefuseDroplet(string level)
    {
        if (level == "droplet")
        {
            throw new PythonError("droplet isolation mode is not yet supported");
        }
    }

    private static string Joined(Json5Object node, string key) =>
        node.Value(key) is Json5Array list ? string.Join(',', list.Items.Select(PythonText.Str)) : "";

    /// <summary>A missing key gives the fallback, a null gives null: it is printed as the word None.</summary>
    private static Json5Node Get(Json5Object node, string key, string fallback = "") =>
        node.Find(key)?.Value ?? (fallback.Length == 0 ? Empty : new Json5String(Nowhere, fallback));

    private static Json5Object AsObject(Json5Node value, string what) =>
        value as Json5Object ?? throw new PythonError($"'{what}' must be an object, got {PythonText.TypeName(value)}");

    private void Both(string key, Json5Node value)
    {
        Line(key, PythonText.Str(value));
        Line($"{key}_B64", Base64(value));
    }

    private void Line(string key, string value) => env.Append(key).Append("=\"").Append(value).Append("\"\n");

    private static string Base64(Json5Node value) =>
        !PythonText.IsTrue(value) ? ""
        : value is Json5String text ? Base64(text.Value)
        : throw new PythonError($"expected a string to encode, got {PythonText.TypeName(value)}");

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
