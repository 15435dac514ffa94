using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Core.Routing;

namespace Creel.Core.Channels;

/// <summary>
/// Reads what a habitat says about messages. What the account says counts, else what the channel says, else <c>channels.defaults</c>:
/// really, and for every field, where OpenClaw 2026.2.26 lets a channel's policies not reach its accounts.
/// </summary>
public static class RulesReader
{
    private static readonly string[] NoChannel = ["defaults", "modelByChannel"];

    /// <summary>Of the channel alone: a token is one login's.</summary>
    private static readonly string[] OfTheLogin = ["botToken", "tokenFile", "token", "name", "webhookUrl", "webhookSecret"];

    /// <param name="lookup">A variable's value; null: it is not set.</param>
    public static GatewayRules Read(HabitatModel habitat, Func<string, string?> lookup)
    {
        var warnings = new List<string>();
        var channels = Section(habitat, "channels", lookup, warnings);
        return new GatewayRules
        {
            Routing = RoutingReader.Read(habitat, RoutingManner.Creel).Model,
            Accounts = Accounts(channels, warnings),
            Unwritten = Unwritten(channels),
            Broadcast = Broadcast(Section(habitat, "broadcast", lookup, warnings)),
            Mentions = Patterns(habitat, lookup, warnings),
            Owners = Texts(Section(habitat, "commands", lookup, warnings), "ownerAllowFrom"),
            Warnings = warnings,
        };
    }

    /// <summary>The accounts of a section <c>channels</c>.</summary>
    public static IReadOnlyList<AccountModel> Accounts(JsonElement channels, ICollection<string> warnings)
    {
        var found = new List<AccountModel>();
        var defaults = Object(channels, "defaults");
        foreach (var channel in Members(channels).Where(c => !NoChannel.Contains(c.Name)))
        {
            if (channel.Value.ValueKind != JsonValueKind.Object)
            {
                warnings.Add($"channels.{channel.Name} is no object, and is passed over");
                continue;
            }

            var accounts = Members(Object(channel.Value, "accounts")).ToList();
            var name = RoutingText.Channel(channel.Name);
            if (accounts.Count == 0 || (OfTheLogin[..3].Any(key => channel.Value.TryGetProperty(key, out _)) && !Names(accounts)))
            {
                found.Add(Account(name, RoutingText.DefaultAccount, $"channels.{channel.Name}", [channel.Value, defaults], true));
            }

            foreach (var account in accounts)
            {
                var id = RoutingText.Account(account.Name);
                var place = $"channels.{channel.Name}.accounts.{account.Name}";
                if (found.Any(a => a.Id == new ChannelAccount(name, id)))
                {
                    warnings.Add($"{place} is an account that there is already ({id}), and is passed over");
                    continue;
                }

                var whole = id == RoutingText.DefaultAccount;
                found.Add(Account(name, id, place, [account.Value, channel.Value, defaults], whole));
            }
        }

        return found;
    }

    private static Dictionary<string, AccountModel> Unwritten(JsonElement channels)
    {
        var found = new Dictionary<string, AccountModel>(StringComparer.Ordinal);
        foreach (var channel in Members(channels).Where(c => !NoChannel.Contains(c.Name)))
        {
            var name = RoutingText.Channel(channel.Name);
            found[name] = Account(name, "", "", [default, channel.Value, Object(channels, "defaults")], whole: false);
        }

        return found;
    }

    private static bool Names(List<JsonProperty> accounts) =>
        accounts.Any(a => RoutingText.Account(a.Name) == RoutingText.DefaultAccount);

    /// <param name="from">The nearest first.</param>
    /// <param name="whole">The default account: what is the login's at the channel is its own.</param>
    private static AccountModel Account(string channel, string id, string place, JsonElement[] from, bool whole)
    {
        var merged = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        for (var i = 0; i < from.Length; i++)
        {
            foreach (var member in Members(from[i]))
            {
                var taken =
                    member.Name != "accounts"
                    && (whole || i == 0 || !OfTheLogin.Contains(member.Name))
                    && member.Value.ValueKind != JsonValueKind.Null;
                if (taken)
                {
                    merged.TryAdd(member.Name, member.Value);
                }
            }
        }

        var all = Whole(merged);
        return new AccountModel(new ChannelAccount(channel, id))
        {
            Enabled = from.All(f => f.ValueKind != JsonValueKind.Object || Flag(f, "enabled") != false),
            Name = Text(all, "name"),
            DmPolicy = Word(all, "dmPolicy", DmPolicy.Pairing),
            GroupPolicy = Word(all, "groupPolicy", GroupPolicy.Allowlist),
            AllowFrom = Texts(all, "allowFrom") ?? [],
            GroupAllowFrom = Texts(all, "groupAllowFrom"),
            Groups = Groups(Object(all, "groups")),
            TextLimit = Number(all, "textChunkLimit"),
            Place = place,
            Settings = all,
        };
    }

    private static Dictionary<string, GroupModel> Groups(JsonElement groups)
    {
        var found = new Dictionary<string, GroupModel>(StringComparer.Ordinal);
        foreach (var group in Members(groups))
        {
            found[RoutingText.Trim(group.Name)] = new GroupModel
            {
                Enabled = Flag(group.Value, "enabled"),
                RequireMention = Flag(group.Value, "requireMention"),
                Policy = OptionalWord<GroupPolicy>(group.Value, "groupPolicy"),
                AllowFrom = Texts(group.Value, "allowFrom"),
                Topics = Groups(Object(group.Value, "topics")),
            };
        }

        return found;
    }

    private static BroadcastModel Broadcast(JsonElement section) =>
        new(
            Text(section, "strategy") == "sequential",
            Members(section)
                .Where(m => m.Value.ValueKind == JsonValueKind.Array)
                .ToDictionary(
                    m => RoutingText.Trim(m.Name),
                    m => (IReadOnlyList<string>)[.. Items(m.Value).Select(RoutingText.Agent)],
                    StringComparer.Ordinal
                )
        );

    private static Dictionary<string, MentionPatterns> Patterns(
        HabitatModel habitat,
        Func<string, string?> lookup,
        List<string> warnings
    )
    {
        var messages = Texts(Object(Section(habitat, "messages", lookup, warnings), "groupChat"), "mentionPatterns");
        var agents = Section(habitat, "agents", lookup, warnings);
        var entries = Items(agents, "list")
            .DistinctBy(e => RoutingText.Agent(Text(e, "id")))
            .ToDictionary(e => RoutingText.Agent(Text(e, "id")), StringComparer.Ordinal);
        var found = new Dictionary<string, MentionPatterns>(StringComparer.Ordinal);
        foreach (var agent in habitat.Agents)
        {
            var entry = entries.GetValueOrDefault(agent.Id.Value);
            var identity = Object(entry, "identity");
            var patterns = new MentionPatterns(
                Texts(Object(entry, "groupChat"), "mentionPatterns")
                    ?? messages
                    ?? MentionPatterns.Derived(Text(identity, "name") ?? agent.Name, Text(identity, "emoji"))
            );
            warnings.AddRange(patterns.Odd.Select(odd => $"mention pattern {Slug.Quote(odd)} of agent {agent.Id} is no pattern"));
            found[agent.Id.Value] = patterns;
        }

        return found;
    }

    private static JsonElement Section(
        HabitatModel habitat,
        string name,
        Func<string, string?> lookup,
        List<string> warnings
    )
    {
        if (!habitat.Sections.TryGetValue(name, out var text))
        {
            return default;
        }

        try
        {
            // What is missing is missed by whoever needs it, and takes nothing from the others.
            var expanded = SectionText.Expand(text, variable => lookup(variable) is { Length: > 0 } v ? v : Unset(variable));
            using var json = JsonDocument.Parse(expanded);
            return json.RootElement.Clone();
        }
        catch (Exception e) when (e is CreelException or JsonException)
        {
            warnings.Add($"{name} can't be read: {e.Message}");
            return default;
        }
    }

    /// <summary>Stands where a variable is not set; no token looks like it.</summary>
    private static string Unset(string variable) => $"(not set: {variable})";

    /// <returns>The variable that a setting waits for; null: it waits for none.</returns>
    public static string? UnsetIn(string value) =>
        value.IndexOf("(not set: ", StringComparison.Ordinal) is var at and >= 0
        && value.IndexOf(')', at) is var end and > 0
            ? value[(at + 10)..end]
            : null;

    private static JsonElement Whole(Dictionary<string, JsonElement> members)
    {
        var text = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach (var (name, value) in members)
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        using var document = JsonDocument.Parse(text.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static IEnumerable<JsonProperty> Members(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object ? json.EnumerateObject() : [];

    private static JsonElement Object(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Object
            ? value
            : default;

    private static IEnumerable<JsonElement> Items(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];

    /// <summary>Strings, and numbers in their digits.</summary>
    private static IEnumerable<string> Items(JsonElement array) =>
        from item in array.EnumerateArray()
        where item.ValueKind is JsonValueKind.String or JsonValueKind.Number
        select item.ToString();

    private static IReadOnlyList<string>? Texts(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Array
            ? [.. Items(value)]
            : null;

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool? Flag(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value)
            ? value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            }
            : null;

    private static int? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;

    private static T? OptionalWord<T>(JsonElement json, string name)
        where T : struct, Enum =>
        Text(json, name) is { } text && Enum.TryParse<T>(text, ignoreCase: true, out var word) && !char.IsAsciiDigit(text[0])
            ? word
            : null;

    private static T Word<T>(JsonElement json, string name, T otherwise)
        where T : struct, Enum => OptionalWord<T>(json, name) ?? otherwise;
}
