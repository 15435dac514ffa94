using System.Text.Json.Nodes;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Edits;

/// <summary>
/// Rules added to a configuration and taken out of it. Two are the same where channel, peer, guild, team and roles are, and the account. One
/// without an account becomes one with, in its place, where its agent asks for the account.
/// </summary>
public static class BindingEdit
{
    /// <param name="root">The whole; changed.</param>
    public static BindingChanges Add(JsonObject root, string agent, IEnumerable<BindingSpec> specs)
    {
        var bindings = root["bindings"] as JsonArray ?? [];
        var done = new BindingChanges();
        foreach (var spec in specs)
        {
            var entry = spec.Entry(agent);
            var words = Describe(entry);
            var alike = bindings.OfType<JsonObject>().Where(b => Identity(b) == Identity(entry)).ToList();
            if (alike.Find(b => Account(b) == Account(entry)) is { } same)
            {
                (AgentOf(same) == agent ? done.Skipped : done.Conflicts).Add(
                    AgentOf(same) == agent ? words : $"{words} (agent={AgentOf(same)})"
                );
            }
            else if (spec.Account is not null && alike.Find(b => AgentOf(b) == agent && !HasAccount(b)) is { } open)
            {
                // It matched the default account alone.
                open["match"]!["accountId"] = spec.Account;
                done.Updated.Add(words);
            }
            else
            {
                bindings.Add((JsonNode)entry);
                done.Added.Add(words);
            }
        }

        if (done.Added.Count > 0)
        {
            root["bindings"] = bindings.Parent is null ? bindings : bindings.DeepClone();
        }

        return done;
    }

    /// <param name="specs">Null: all of the agent's.</param>
    public static BindingRemovals Remove(JsonObject root, string agent, IReadOnlyList<BindingSpec>? specs)
    {
        var done = new BindingRemovals();
        if (root["bindings"] is not JsonArray bindings)
        {
            done.Missing.AddRange((specs ?? []).Select(s => Describe(s.Entry(agent))));
            return done;
        }

        if (specs is null)
        {
            foreach (var own in bindings.OfType<JsonObject>().Where(b => AgentOf(b) == agent).ToList())
            {
                done.Removed.Add(Describe(own));
                bindings.Remove(own);
            }

            return done;
        }

        foreach (var spec in specs)
        {
            var entry = spec.Entry(agent);
            var same = bindings
                .OfType<JsonObject>()
                .FirstOrDefault(b => Identity(b) == Identity(entry) && Account(b) == Account(entry));
            var list =
                same is null ? done.Missing
                : AgentOf(same) == agent ? done.Removed
                : done.Conflicts;
            list.Add(Describe(entry));
            if (list == done.Removed)
            {
                bindings.Remove(same);
            }
        }

        return done;
    }

    /// <summary>In the words of OpenClaw's command line.</summary>
    public static string Describe(JsonObject binding)
    {
        var match = binding["match"] as JsonObject;
        var peer = match?["peer"] as JsonObject;
        return Text(match?["channel"])
            + (HasAccount(binding) ? $" accountId={Text(match?["accountId"])}" : "")
            + (peer is null ? "" : $" peer={Text(peer["kind"])}:{Text(peer["id"])}")
            + (match?["guildId"] is null ? "" : $" guild={Text(match["guildId"])}")
            + (match?["teamId"] is null ? "" : $" team={Text(match["teamId"])}");
    }

    public static string AgentOf(JsonObject binding) => RoutingText.Agent(Text(binding["agentId"]));

    private static string Identity(JsonObject binding)
    {
        var match = binding["match"] as JsonObject;
        var peer = match?["peer"] as JsonObject;
        var kind = Text(peer?["kind"]).ToLowerInvariant() is var word && word == "dm" ? "direct" : word;
        var roles = (match?["roles"] as JsonArray ?? []).Select(Text).Distinct().Order(StringComparer.Ordinal);
        return string.Join(
            '\n',
            [
                RoutingText.Channel(Text(match?["channel"])),
                kind,
                Text(peer?["id"]),
                Text(match?["guildId"]),
                Text(match?["teamId"]),
                .. roles,
            ]
        );
    }

    private static bool HasAccount(JsonObject binding) => Text((binding["match"] as JsonObject)?["accountId"]).Length > 0;

    private static string Account(JsonObject binding) =>
        Text((binding["match"] as JsonObject)?["accountId"]) is { Length: > 0 } text
            ? text == "*"
                ? text
                : RoutingText.Account(text)
            : RoutingText.DefaultAccount;

    private static string Text(JsonNode? node) =>
        node is JsonValue value ? (value.TryGetValue<string>(out var text) ? text.Trim() : value.ToJsonString()) : "";
}

/// <summary>What became of rules that were to be added, each in words.</summary>
public sealed record BindingChanges
{
    public List<string> Added { get; } = [];

    public List<string> Updated { get; } = [];

    /// <summary>There already.</summary>
    public List<string> Skipped { get; } = [];

    /// <summary>Another agent has it.</summary>
    public List<string> Conflicts { get; } = [];
}

public sealed record BindingRemovals
{
    public List<string> Removed { get; } = [];

    public List<string> Missing { get; } = [];

    /// <summary>Another agent has it.</summary>
    public List<string> Conflicts { get; } = [];
}
