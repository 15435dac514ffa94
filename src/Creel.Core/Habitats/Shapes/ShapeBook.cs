using System.Globalization;
using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Shapes;

/// <summary>
/// The shapes by name, read from the texts beside this file. A shape is <c>"string"</c>, <c>"id"</c>, <c>"bool"</c>, <c>"any"</c>; <c>"int 1..5"</c>,
/// <c>"number >0"</c>; words after <c>=</c> with <c>|</c> between them; several of these with <c>or</c> between them; <c>"@name"</c>; an array of one
/// shape; an object of shapes, where <c>"*"</c> is any other key, <c>!</c> after a key says that it must be there, <c>$with</c> takes in the keys of
/// another shape, and <c>$or</c> lists what it may be instead.
/// </summary>
internal static class ShapeBook
{
    private static readonly Lazy<Dictionary<string, Json5Node>> Texts = new(Load);
    private static readonly Lazy<Dictionary<string, Shape>> Book = new(() =>
        Texts.Value.ToDictionary(t => t.Key, t => Read(t.Value))
    );

    public static Shape Get(string name) => Book.Value[name];

    public static bool Has(string name) => Book.Value.ContainsKey(name);

    /// <summary>The keys that an object of that shape may have.</summary>
    public static IEnumerable<string> Keys(string name) => ((Shape.Map)Get(name)).Keys.Keys;

    private static Dictionary<string, Json5Node> Load() =>
        new[] { AgentShapes.Text, ToolShapes.Text, SessionShapes.Text, GatewayShapes.Text, ChannelShapes.Text, RoomShapes.Text }
            .SelectMany(text => ((Json5Object)Json5Reader.Read("shapes", text).Root!).Members)
            .ToDictionary(m => m.Key, m => m.Value);

    private static Shape Read(Json5Node node) =>
        node switch
        {
            Json5String text => Words(text.Value),
            Json5Array list => new Shape.List(Read(list.Items[0])),
            Json5Object map when map.Find("$or")?.Value is Json5Array choices => new Shape.Either([
                .. choices.Items.Select(Read),
            ]),
            Json5Object map => Map(map),
            _ => throw new InvalidOperationException($"{node.At.Path} is no shape"),
        };

    private static Shape.Map Map(Json5Object map)
    {
        var keys = new Dictionary<string, (bool, Func<Shape>)>(StringComparer.Ordinal);
        Shape? others = null;
        foreach (var (key, value) in Members(map))
        {
            if (key == "*")
            {
                others = Read(value);
                continue;
            }

            // A name is looked up when it is needed: shapes may be in any order.
            var shape = value is Json5String { Value: ['@', ..] name } ? () => Get(name[1..]) : Always(Read(value));
            keys[key.TrimEnd('!')] = (key.EndsWith('!'), shape);
        }

        return new Shape.Map(keys, others);
    }

    private static Func<Shape> Always(Shape shape) => () => shape;

    private static IEnumerable<(string Key, Json5Node Value)> Members(Json5Object map) =>
        map.Members.SelectMany(m =>
            m is { Key: "$with", Value: Json5String { Value: ['@', ..] name } }
                ? Members((Json5Object)Texts.Value[name[1..]])
                : [(m.Key, m.Value)]
        );

    private static Shape Words(string text)
    {
        var parts = text.Split(" or ");
        return parts.Length > 1 ? new Shape.Either([.. parts.Select(One)]) : One(text);
    }

    private static Shape One(string text) =>
        text switch
        {
            "any" => Shape.Any,
            "string" => new Shape.Text(),
            "id" => new Shape.Id(),
            "bool" => new Shape.Flag(),
            ['@', ..] => Named(text[1..]),
            ['=', ..] => new Shape.Choice(text[1..].Split('|')),
            _ => Number(text),
        };

    /// <summary>In a list or beside other keys.</summary>
    private static Shape Named(string name) => Read(Texts.Value[name]);

    private static Shape.Number Number(string text)
    {
        var parts = text.Split(' ');
        var whole = parts[0] == "int";
        if (parts.Length == 1)
        {
            return new Shape.Number(whole, null, null, Above: false);
        }

        if (parts[1].StartsWith('>'))
        {
            return new Shape.Number(whole, Value(parts[1][1..]), null, Above: true);
        }

        var ends = parts[1].Split("..");
        return new Shape.Number(whole, Value(ends[0]), Value(ends[1]), Above: false);
    }

    private static double? Value(string text) => text.Length == 0 ? null : double.Parse(text, CultureInfo.InvariantCulture);
}
