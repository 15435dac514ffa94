using Creel.Core.Habitats.Json5;
using Creel.Core.Outbound;

namespace Creel.Core.Habitats.Local;

/// <summary>The text of the local file, always written as a whole and in the same way.</summary>
public static class LocalText
{
    private const string Header = """
        // Written by Creel: what commands and APIs changed, on top of the habitat file beside it. A key in both is an error, but for egress and bindings.
        // It may be edited; comments are lost at the next change.

        """;

    /// <summary>The text after a change.</summary>
    /// <param name="file">The local file's name, for messages.</param>
    /// <param name="text">The text so far; null where there is none.</param>
    /// <exception cref="CreelException">
    /// The text or a value of the change is not JSON5, or the agent is there already.
    /// </exception>
    public static string Apply(string file, string? text, HabitatChange change)
    {
        var root = text is null ? Empty(file) : Parse(file, text) as Json5Object ?? throw NotAnObject(file);
        return change switch
        {
            HabitatChange.Laid laid => Text(Parse(file, laid.Text) as Json5Object ?? throw NotAnObject(file)),
            HabitatChange.Whole whole => Text(WithAll(root, whole.Keys)),
            HabitatChange.Place { Shared: { } group, Keys: var keys } => Text(Group(root, group, g => WithAll(g, keys), file)),
            HabitatChange.Rule { Shared: { } group } rule => Text(Group(root, group, g => WithRule(g, rule), file)),
            _ => Text(Agents(root, change, file)),
        };
    }

    private static Json5Object Agents(Json5Object root, HabitatChange change, string file)
    {
        var agents = root.Value("agents") as Json5Object ?? Empty(file);
        var list = (agents.Value("list") as Json5Array)?.Items.ToList() ?? [];
        var index = list.FindIndex(i => i is Json5Object o && o.Value("id") is Json5String id && id.Value == change.Agent.Value);
        var entry = index < 0 ? null : (Json5Object)list[index];
        var changed = Change(entry, change, file);
        if (changed is null && index >= 0)
        {
            list.RemoveAt(index);
        }
        else if (changed is not null && index >= 0)
        {
            list[index] = changed;
        }
        else if (changed is not null)
        {
            list.Add(changed);
        }

        agents = With(agents, "list", list.Count == 0 ? null : new Json5Array(agents.At, list));
        return With(root, "agents", agents.Members.Count == 0 ? null : agents);
    }

    private static Json5Object Group(Json5Object root, GroupId group, Func<Json5Object, Json5Object> change, string file)
    {
        var groups = root.Value("groups") as Json5Object ?? Empty(file);
        var changed = change(groups.Value(group.Value) as Json5Object ?? Empty(file));
        var all = With(groups, group.Value, changed.Members.Count == 0 ? null : changed);
        return With(root, "groups", all.Members.Count == 0 ? null : all);
    }

    private static Json5Object WithRule(Json5Object node, HabitatChange.Rule rule)
    {
        var items = (node.Value("egress") as Json5Array)?.Items ?? [];
        List<Json5Node> kept = [.. items.Where(i => i is not Json5String { Value: var said } || !IsRule(said, rule.Text))];
        if (rule.Allow)
        {
            kept.Add(new Json5String(node.At, rule.Text));
        }

        return With(node, "egress", kept.Count == 0 ? null : new Json5Array(node.At, kept));
    }

    private static bool IsRule(string said, string rule) =>
        EgressRule.TryParse(said, out var parsed) && parsed.ToString() == rule;

    private static string Text(Json5Object root) =>
        Header.ReplaceLineEndings("\n") + Json5Text.Write(root, indented: true) + "\n";

    /// <returns>The agent's entry; null where none is left.</returns>
    private static Json5Object? Change(Json5Object? entry, HabitatChange change, string file)
    {
        var id = new Json5String(Json5Place.Root(file), change.Agent.Value);
        switch (change)
        {
            case HabitatChange.Set { Key: "id" } or HabitatChange.Unset { Key: "id" }:
            case HabitatChange.Add { Keys: var keys } when keys.ContainsKey("id"):
                throw new CreelException(
                    Fault.Invalid("agent-id", $"the id of the agent '{change.Agent}' can't be set: it is the agent")
                );
            case HabitatChange.Add when entry is not null:
                throw new CreelException(
                    Fault.Conflict("agent-exists", $"the agent '{change.Agent}' is declared in {entry.At} already")
                );
            case HabitatChange.Add add:
                var added = With(Empty(file), "id", id);
                foreach (var (key, value) in add.Keys.OrderBy(k => k.Key, StringComparer.Ordinal))
                {
                    added = With(added, key, Parse(key, value));
                }

                return added;
            case HabitatChange.Remove:
                return null;
            case HabitatChange.Set set:
                return With(entry ?? With(Empty(file), "id", id), set.Key, Parse(set.Key, set.Value));
            case HabitatChange.Place place:
                return WithAll(entry ?? With(Empty(file), "id", id), place.Keys);
            case HabitatChange.Rule rule:
                return WithRule(entry ?? With(Empty(file), "id", id), rule);
            case HabitatChange.Unset unset:
                return entry is null ? null : With(entry, unset.Key, null);
            default:
                return entry;
        }
    }

    private static Json5Object WithAll(Json5Object node, IReadOnlyDictionary<string, string?> keys) =>
        keys.OrderBy(k => k.Key, StringComparer.Ordinal)
            .Aggregate(node, (now, key) => With(now, key.Key, key.Value is null ? null : Parse(key.Key, key.Value)));

    private static Json5Object With(Json5Object node, string key, Json5Node? value)
    {
        var members = node.Members.Where(m => m.Key != key || value is not null).ToList();
        var index = members.FindIndex(m => m.Key == key);
        if (value is not null && index >= 0)
        {
            members[index] = members[index] with { Value = value };
        }
        else if (value is not null)
        {
            members.Add(new Json5Member(key, node.At, value));
        }

        return node with
        {
            Members = members,
        };
    }

    private static Json5Object Empty(string file) => new(Json5Place.Root(file), []);

    private static Json5Node Parse(string file, string text)
    {
        var reading = Json5Reader.Read(file, text);
        return reading.Problems.Count == 0 && reading.Root is not null
            ? reading.Root
            : throw new CreelException(Fault.Invalid("habitat-json5", string.Join('\n', reading.Problems)));
    }

    private static CreelException NotAnObject(string file) => new(Fault.Invalid("habitat-json5", $"{file} is not an object"));
}
