using System.Globalization;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Legacy;

/// <summary>Builds nodes that nobody wrote, at the place of what they stand for.</summary>
internal static class Tree
{
    public static Json5String Text(Json5Place at, string value) => new(at, value);

    public static Json5Object Object(Json5Place at, params ReadOnlySpan<(string Key, Json5Node? Value)> members)
    {
        var list = new List<Json5Member>();
        foreach (var (key, value) in members)
        {
            if (value is not null)
            {
                list.Add(new Json5Member(key, value.At, value));
            }
        }

        return new Json5Object(at, list);
    }

    public static Json5Object Object(Json5Place at, IEnumerable<(string Key, Json5Node Value)> members) =>
        new(at, [.. members.Select(m => new Json5Member(m.Key, m.Value.At, m.Value))]);

    public static Json5Array Array(Json5Place at, IEnumerable<Json5Node> items) => new(at, [.. items]);

    public static Json5Number Number(Json5Place at, int value) => new(at, value, value.ToString(CultureInfo.InvariantCulture));

    public static Json5Bool True(Json5Place at) => new(at, true);
}
