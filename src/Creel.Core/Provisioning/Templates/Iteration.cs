namespace Creel.Core.Provisioning.Templates;

/// <summary>What is in a value, one after the other.</summary>
internal static class Iteration
{
    /// <exception cref="TemplateStop">There is nothing in such a value.</exception>
    public static IReadOnlyList<TemplateValue> Over(TemplateValue value, Meter meter, Mark at)
    {
        switch (value)
        {
            case TemplateValue.Items items:
                return items.All;
            case TemplateValue.Map map:
                return [.. map.Members.Select(m => TemplateValue.Of(m.Key))];
            case TemplateValue.Text text:
                meter.Gather(text.Value.Length, at);
                return [.. Characters(text.Value).Select(TemplateValue.Of)];
            case TemplateValue.Undefined missing:
                throw Wording.NotThere(missing, at);
            default:
                throw new TemplateStop(TemplateTrouble.Value, at, $"'{Wording.TypeName(value)}' object is not iterable");
        }
    }

    /// <summary>As Python counts them: code points.</summary>
    public static int Length(string text) => text.Length - text.AsSpan().Pairs();

    /// <summary>Half characters stay as they are.</summary>
    public static IEnumerable<string> Characters(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var pair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            yield return pair ? text.Substring(i++, 2) : text[i].ToString();
        }
    }

    private static int Pairs(this ReadOnlySpan<char> text)
    {
        var pairs = 0;
        for (var i = 0; i + 1 < text.Length; i++)
        {
            pairs += char.IsSurrogatePair(text[i], text[i + 1]) ? 1 : 0;
        }

        return pairs;
    }
}
