using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Patching;

/// <summary>
/// A merge patch, as OpenClaw's gateway takes it: null takes a key out, objects are merged, an array whose items all have an id is merged by
/// it and loses nothing, any other value takes the place of what was there.
/// </summary>
public static class MergePatch
{
    /// <summary>Keys that no configuration may have: to a JavaScript that reads it they are something else.</summary>
    public static readonly IReadOnlyList<string> Blocked = ["__proto__", "prototype", "constructor"];

    public static Json5Object Apply(Json5Object target, Json5Object patch)
    {
        var members = new List<Json5Member>(target.Members);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < members.Count; index++)
        {
            places[members[index].Key] = index;
        }

        var removed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var change in patch.Members.Where(m => !Blocked.Contains(m.Key)))
        {
            var old = places.TryGetValue(change.Key, out var at) ? members[at].Value : null;
            if (change.Value is Json5Null)
            {
                removed.Add(change.Key);
                continue;
            }

            removed.Remove(change.Key);
            var value = change.Value switch
            {
                Json5Object map => Apply(old as Json5Object ?? map with { Members = [] }, map),
                Json5Array list when old is Json5Array known && known.Items.All(HasId) => ById(known, list),
                _ => change.Value,
            };
            if (old is null)
            {
                places[change.Key] = members.Count;
                members.Add(change with { Value = value });
            }
            else
            {
                members[at] = members[at] with { Value = value };
            }
        }

        return target with
        {
            Members = removed.Count == 0 ? members : [.. members.Where(m => !removed.Contains(m.Key))],
        };
    }

    /// <returns>Null where it has none.</returns>
    internal static string? IdOf(Json5Node? node) =>
        node is Json5Object o && o.Find("id")?.Value is Json5String { Value.Length: > 0 } id ? id.Value : null;

    private static bool HasId(Json5Node node) => IdOf(node) is not null;

    private static Json5Array ById(Json5Array target, Json5Array patch)
    {
        var items = new List<Json5Node>(target.Items);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var index = 0; index < items.Count; index++)
        {
            places[IdOf(items[index])!] = index;
        }

        foreach (var item in patch.Items)
        {
            if (IdOf(item) is not { } id)
            {
                items.Add(item);
            }
            else if (places.TryGetValue(id, out var at) && items[at] is Json5Object known)
            {
                items[at] = Apply(known, (Json5Object)item);
            }
            else
            {
                places[id] = items.Count;
                // Nulls in it mean that a key is not there.
                items.Add(Apply((Json5Object)item with { Members = [] }, (Json5Object)item));
            }
        }

        return target with
        {
            Items = items,
        };
    }
}
