using Creel.Core.Habitats.Json5;

namespace Creel.Core.Habitats.Shapes;

/// <summary>Holds a value against its shape, and tells what is wrong at its place and in the words of OpenClaw's issues.</summary>
internal sealed class ShapeCheck(Findings findings)
{
    /// <param name="own">More keys that an object of the outermost shape may have.</param>
    public void Check(Json5Node node, Shape shape, IReadOnlyCollection<string>? own = null)
    {
        switch (shape)
        {
            case Shape.Either either:
                Check(node, Best(node, either), own);
                break;
            case Shape.Choice choice when choice.Fits(node):
                CheckWord(node, choice);
                break;
            case var _ when !shape.Fits(node):
                findings.Issue(node.At, CodeOf(node, shape), $"must be {shape.Words}, got {node.Kind}");
                break;
            case Shape.Number number when !number.Holds(((Json5Number)node).Value):
                var value = (Json5Number)node;
                var small = number.Least is { } least && value.Value < least + (number.Above ? double.Epsilon : 0);
                findings.Issue(node.At, small ? "too_small" : "too_big", $"must be {number.Words}, got {value.Text}");
                break;
            case Shape.List list:
                foreach (var item in ((Json5Array)node).Items)
                {
                    Check(item, list.Item);
                }

                break;
            case Shape.Map map:
                CheckMap((Json5Object)node, map, own ?? []);
                break;
        }
    }

    private static string CodeOf(Json5Node node, Shape shape) =>
        (shape, node) switch
        {
            (Shape.Id, Json5Number) => "discord_id_must_be_string",
            (Shape.Choice, _) => "invalid_enum",
            _ => "wrong_type",
        };

    /// <summary>What it was meant to be: the first that it could be; an object before others, since more can be said of it.</summary>
    private static Shape Best(Json5Node node, Shape.Either either) =>
        either.Of.FirstOrDefault(s => s is not Shape.Choice && s.Fits(node))
        ?? either.Of.FirstOrDefault(s => s.Fits(node))
        ?? (either.Of.All(s => s is not (Shape.Map or Shape.List)) ? new Wrong(either.Words) : either.Of[0]);

    private void CheckWord(Json5Node node, Shape.Choice choice)
    {
        if (node is Json5String text && !choice.Values.Contains(text.Value))
        {
            findings.Issue(
                node.At,
                "invalid_enum",
                $"{Slug.Quote(text.Value)} is none of: {string.Join(", ", choice.Values)}{Spelling.Hint(text.Value, choice.Values)}"
            );
        }
    }

    private void CheckMap(Json5Object node, Shape.Map map, IReadOnlyCollection<string> own)
    {
        foreach (var (key, (required, _)) in map.Keys)
        {
            if (required && node.Value(key) is null)
            {
                findings.Issue(node.At, "required", $"needs '{key}'", key);
            }
        }

        foreach (var member in node.Members)
        {
            if (map.Keys.TryGetValue(member.Key, out var known))
            {
                CheckValue(member.Value, known.Shape());
            }
            else if (map.Others is { } others)
            {
                CheckValue(member.Value, others);
            }
            else if (!own.Contains(member.Key))
            {
                var hint = Spelling.Hint(member.Key, map.Keys.Keys.Concat(own));
                findings.UnknownKey(member, node, $"{Slug.Quote(member.Key)} is no key here{hint}");
            }
        }
    }

    private void CheckValue(Json5Node node, Shape shape)
    {
        if (node is not Json5Null)
        {
            Check(node, shape);
        }
    }

    private sealed record Wrong(string Said) : Shape
    {
        public override string Words => Said;

        public override bool Fits(Json5Node node) => false;
    }
}
