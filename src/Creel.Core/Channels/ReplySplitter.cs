using System.Globalization;

namespace Creel.Core.Channels;

/// <summary>
/// Cuts a long answer into messages, where a reader would: between paragraphs, lines, sentences, words; never within a character. A
/// block of code that is cut is closed, and opened again.
/// </summary>
public static class ReplySplitter
{
    private const string Fence = "```";

    /// <summary>Below this nothing sensible can be done.</summary>
    public const int LeastLimit = 64;

    /// <summary>Each paragraph a message of its own; a block of code is one with what is in it.</summary>
    /// <param name="limit">As <see cref="Split"/>.</param>
    public static IReadOnlyList<string> Paragraphs(string text, int limit)
    {
        var (all, one, block) = (new List<string>(), new List<string>(), false);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.Trim().Length == 0 && !block)
            {
                all.Add(string.Join('\n', one));
                one.Clear();
                continue;
            }

            block ^= line.TrimStart().StartsWith(Fence, StringComparison.Ordinal);
            one.Add(line);
        }

        return [.. all.Append(string.Join('\n', one)).SelectMany(paragraph => Split(paragraph, limit))];
    }

    /// <param name="limit">UTF-16 code units of a message; at least <see cref="LeastLimit"/>.</param>
    /// <returns>None where there is nothing to say.</returns>
    public static IReadOnlyList<string> Split(string text, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, LeastLimit);
        var pieces = new List<string>();
        var rest = text.Trim('\n', '\r', ' ', '\t');
        var opening = "";
        while (rest.Length > 0)
        {
            var whole = opening + rest;
            if (whole.Length <= limit)
            {
                Add(pieces, whole);
                break;
            }

            // What closes a block needs room too.
            var cut = Cut(whole, opening.Length, limit - Fence.Length - 1);
            var head = whole[..cut];
            var block = OpenBlock(head);
            Add(pieces, block is null ? head.TrimEnd() : $"{head.TrimEnd('\n', '\r')}\n{Fence}");
            rest = block is null ? whole[cut..].TrimStart('\n', '\r', ' ', '\t') : whole[cut..].TrimStart('\n', '\r');
            opening = block is null ? "" : $"{block}\n";
        }

        return pieces;
    }

    private static void Add(List<string> pieces, string piece)
    {
        if (!string.IsNullOrWhiteSpace(piece))
        {
            pieces.Add(piece);
        }
    }

    /// <param name="least">What was put in front: a cut before its end would never come forward.</param>
    private static int Cut(string text, int least, int most)
    {
        var from = Math.Max(least + 1, most / 2);
        var window = text.AsSpan(from, most - from);
        foreach (var between in (string[])["\n\n", "\n"])
        {
            if (window.LastIndexOf(between) is var at and >= 0)
            {
                return from + at + between.Length;
            }
        }

        for (var i = most - 1; i >= from; i--)
        {
            if (text[i] is ' ' or '\t' && text[i - 1] is '.' or '!' or '?' or '…' or ':' or ';')
            {
                return i + 1;
            }

            if (text[i] is '。' or '！' or '？')
            {
                return i + 1;
            }
        }

        return window.LastIndexOfAny(' ', '\t') is var word and >= 0 ? from + word + 1 : BetweenCharacters(text, from, most);
    }

    /// <summary>A character may be many code units; one that is longer than half a message is cut between its parts.</summary>
    private static int BetweenCharacters(string text, int from, int most)
    {
        var at = char.IsLowSurrogate(text[from]) && char.IsHighSurrogate(text[from - 1]) ? from - 1 : from;
        var last = -1;
        for (var position = at; position < most; )
        {
            position += StringInfo.GetNextTextElementLength(text.AsSpan(position));
            last = position <= most ? position : last;
        }

        return last > 0 ? last
            : char.IsHighSurrogate(text[most - 1]) ? most - 1
            : most;
    }

    /// <summary>The line that opened the block in which the text ends; null: it ends in none.</summary>
    private static string? OpenBlock(string text)
    {
        string? open = null;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var start = line.TrimStart();
            if (start.StartsWith(Fence))
            {
                open = open is null ? Opening(start) : null;
            }
        }

        return open;
    }

    /// <summary>With its language, unless that is none.</summary>
    private static string Opening(ReadOnlySpan<char> line) => line.Length <= 24 ? line.TrimEnd().ToString() : Fence;
}
