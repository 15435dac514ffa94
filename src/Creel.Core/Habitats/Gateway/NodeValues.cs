using System.Globalization;
using Creel.Core.Habitats.Json5;
using Creel.Core.Routing;

namespace Creel.Core.Habitats.Gateway;

/// <summary>Values of a tree whose mistakes were told already: what has the wrong type is as good as nothing.</summary>
internal static class NodeValues
{
    public static Json5Object? Map(this Json5Object? node, string key) => node?.Value(key) as Json5Object;

    public static string? Word(this Json5Object? node, string key) => Word(node?.Value(key));

    public static bool? Flag(this Json5Object? node, string key) => (node?.Value(key) as Json5Bool)?.Value;

    public static double? Number(this Json5Object? node, string key) => (node?.Value(key) as Json5Number)?.Value;

    public static int? Whole(this Json5Object? node, string key) => Whole(node?.Value(key));

    /// <summary>A string, or a number in digits.</summary>
    public static string? Id(this Json5Object? node, string key) => Values.Id(node?.Value(key));

    public static IReadOnlyList<string>? Words(this Json5Object? node, string key) =>
        node?.Value(key) is Json5Array list ? [.. list.Items.Select(Word).OfType<string>()] : null;

    /// <summary>Strings, and numbers in digits.</summary>
    public static IReadOnlyList<string>? Ids(this Json5Object? node, string key) =>
        node?.Value(key) is Json5Array list ? [.. list.Items.Select(Values.Id).OfType<string>()] : null;

    public static string? Json(this Json5Object? node, string key) =>
        node?.Value(key) is Json5Object value ? Json5Text.Write(value) : null;

    public static IReadOnlyDictionary<string, T> Each<T>(this Json5Object? node, string key, Func<Json5Node, T?> read)
        where T : class => Pairs(node.Map(key), m => read(m.Value));

    public static IReadOnlyDictionary<string, T> Pairs<T>(Json5Object? node, Func<Json5Member, T?> read)
        where T : class
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var member in node?.Members ?? [])
        {
            if (member.Value is not Json5Null && read(member) is { } value)
            {
                all[member.Key] = value;
            }
        }

        return all;
    }

    public static string? Word(Json5Node? node) =>
        node is Json5String { Value: var text } && text.Trim().Length > 0 ? text : null;

    public static int? Whole(Json5Node? node) =>
        node is Json5Number { Value: >= int.MinValue and <= int.MaxValue } number && number.Value == Math.Floor(number.Value)
            ? (int)number.Value
            : null;

    /// <summary>One word of a few, else the one that is usual.</summary>
    public static T Choice<T>(this Json5Object? node, string key, T usual)
        where T : struct, Enum =>
        node.Word(key) is { } word && Enum.TryParse<T>(word.Replace("-", "", StringComparison.Ordinal), true, out var value)
            ? value
            : usual;

    /// <summary>A duration in OpenClaw's words: <c>90s</c>, <c>10m</c>, <c>1h30m</c>; a bare number counts in <paramref name="unit"/>.</summary>
    /// <returns>Null where it is none.</returns>
    public static TimeSpan? Time(Json5Node? node, char unit) =>
        node switch
        {
            Json5Number { Value: >= 0 } number => Durations.Parse(number.Value.ToString("R", CultureInfo.InvariantCulture), unit),
            Json5String text => Durations.Parse(text.Value, unit),
            _ => null,
        };
}
