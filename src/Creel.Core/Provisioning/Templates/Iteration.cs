namespace Creel.Core.Provisioning.Templates;

/// <summary>What is in a value, one after the other.</summary>
internal static class Iteration
{
    /// <summary>It is walked from its first to its last, which is counted here.</summary>
    /// <exception cref="TemplateStop">There is nothing in such a value.</exception>
    public static IReadOnlyList<TemplateValue> Over(TemplateValue value, Meter meter, Mark at)
    {
        switch (value)
        {
            case TemplateValue.Items items:
                meter.Walk(items.All.Count, at);
                return items.All;
            case TemplateValue.Map map:
                meter.Gather(map.Members.Count, at);
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

    /// <returns>Null where there are not so many.</returns>
    public static string? Character(string text, long number)
    {
        for (var i = 0; number >= 0 && i < text.Length; i++)
        {
            var length = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 2 : 1;
            if (number-- == 0)
            {
                return text.Substring(i, length);
            }

            i += length - 1;
        }

        return null;
    }

    /// <summary>From the last character to the first.</summary>
    public static string Reversed(string text)
    {
        var turned = text.ToCharArray();
        Array.Reverse(turned);
        for (var i = 0; i + 1 < turned.Length; i++)
        {
            if (char.IsSurrogatePair(turned[i + 1], turned[i]))
            {
                (turned[i], turned[i + 1]) = (turned[i + 1], turned[i]);
                i++;
            }
        }

        return new string(turned);
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
