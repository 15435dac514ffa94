using Creel.Core.Habitats.Json5;
using Creel.Core.Habitats.Shapes;

namespace Creel.Core.Habitats;

/// <summary>Keys of OpenClaw that are right where they stand, and by which nothing here goes.</summary>
public static class IdleKeys
{
    private const string Nothing = "Creel has nothing of the kind: leave it out";

    /// <summary>What is the same at more than one place.</summary>
    private static readonly (string Place, string As)[] Twins =
    [
        ("agents.entries.*", "agents.list.*"),
        ("channels.telegram.accounts.*", "channels.telegram"),
    ];

    private static readonly Lazy<Dictionary<string, HashSet<string>>> Read = new(() =>
        Lines(ReadKeys.Text)
            .GroupBy(line => line.Place, line => line.Said.Split(' '))
            .ToDictionary(group => group.Key, group => group.SelectMany(keys => keys).ToHashSet(StringComparer.Ordinal))
    );

    private static readonly Lazy<Dictionary<string, string>> Instead = new(() =>
        Lines(ReadKeys.Instead).ToDictionary(line => line.Place, line => line.Said)
    );

    /// <summary>The places of which something is to be said.</summary>
    public static IEnumerable<string> Places => Instead.Value.Keys;

    /// <summary>All of them in a habitat, in the order of its lines.</summary>
    public static IReadOnlyList<IdleKey> Of(Json5Object habitat)
    {
        var found = new List<IdleKey>();
        Walk(habitat, "", found);
        return [.. found.OrderBy(k => k.At.Line).ThenBy(k => k.At.Column)];
    }

    private static void Walk(Json5Node node, string place, List<IdleKey> found)
    {
        switch (node)
        {
            case Json5Array list:
                foreach (var item in list.Items)
                {
                    Walk(item, $"{place}.*", found);
                }

                break;
            case Json5Object map when Read.Value.TryGetValue(place, out var read):
                foreach (var member in map.Members.Where(m => m.Value is not (Json5Null or Json5Object { Members.Count: 0 })))
                {
                    var below = place.Length == 0 ? member.Key : $"{place}.{member.Key}";
                    if (read.Contains(member.Key) || (read.Contains("*") && !Instead.Value.ContainsKey(below)))
                    {
                        Walk(member.Value, below, found);
                    }
                    else
                    {
                        found.Add(new IdleKey(member.KeyAt, Why(below)));
                    }
                }

                break;
            case Json5Object map when AnyKey(place):
                foreach (var member in map.Members)
                {
                    Walk(member.Value, Same($"{place}.*"), found);
                }

                break;
        }
    }

    /// <summary>Of a place whose keys are names, such as groups.</summary>
    private static bool AnyKey(string place) =>
        Read.Value.ContainsKey(Same($"{place}.*"))
        || Read.Value.Keys.Any(k => k.StartsWith($"{place}.*.", StringComparison.Ordinal));

    private static string Same(string place)
    {
        foreach (var (twin, same) in Twins)
        {
            if (place == twin)
            {
                return same;
            }
        }

        return place;
    }

    /// <summary>Of the key, else of what it is in.</summary>
    private static string Why(string place)
    {
        for (var at = place; at.Length > 0; at = at[..Math.Max(at.LastIndexOf('.'), 0)])
        {
            if (Instead.Value.TryGetValue(at, out var instead))
            {
                return instead;
            }
        }

        return Nothing;
    }

    private static IEnumerable<(string Place, string Said)> Lines(string text) =>
        text.Split('\n')
            .Select(line => line.Trim())
            .Where(line => line.Length > 0)
            .Select(line =>
                line.IndexOf(": ", StringComparison.Ordinal) is var colon ? (line[..colon], line[(colon + 2)..]) : default
            );
}

/// <param name="At">Where it stands.</param>
/// <param name="Instead">What to write, or what holds.</param>
public sealed record IdleKey(Json5Place At, string Instead);
