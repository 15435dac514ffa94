using System.Text;

namespace Creel.Adapters.Compose;

/// <summary>Writes a document, two spaces a level.</summary>
internal static class YamlText
{
    public static string Write(YamlNode.Map root)
    {
        var text = new StringBuilder();
        Entries(text, root, "");
        return text.ToString();
    }

    private static void Entries(StringBuilder text, YamlNode.Map map, string indent)
    {
        foreach (var (key, value) in map.Entries)
        {
            text.Append(indent).Append(YamlScalar.Write(key)).Append(':');
            Value(text, value, indent + "  ");
        }
    }

    private static void Value(StringBuilder text, YamlNode value, string indent)
    {
        switch (value)
        {
            case YamlNode.Map { Entries.Count: > 0 } map:
                text.Append('\n');
                Entries(text, map, indent);
                break;
            case YamlNode.Sequence { Items.Count: > 0 } sequence:
                text.Append('\n');
                Items(text, sequence, indent);
                break;
            default:
                text.Append(' ').Append(Scalar(value)).Append('\n');
                break;
        }
    }

    private static void Items(StringBuilder text, YamlNode.Sequence sequence, string indent)
    {
        foreach (var item in sequence.Items)
        {
            text.Append(indent).Append("- ");
            if (item is YamlNode.Map { Entries.Count: > 0 } map)
            {
                // The first entry stands behind the dash, the others below it.
                var inner = new StringBuilder();
                Entries(inner, map, indent + "  ");
                text.Append(inner.ToString().AsSpan(indent.Length + 2));
            }
            else
            {
                text.Append(Scalar(item)).Append('\n');
            }
        }
    }

    private static string Scalar(YamlNode node) =>
        node switch
        {
            YamlNode.Text text => YamlScalar.Write(text.Value),
            YamlNode.Bare bare => YamlScalar.WriteBare(bare.Value, number: false),
            YamlNode.Literal literal => literal.Value,
            YamlNode.Map => "{}",
            YamlNode.Sequence => "[]",
            _ => throw new ArgumentOutOfRangeException(nameof(node)),
        };
}
