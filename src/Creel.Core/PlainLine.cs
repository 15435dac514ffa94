using System.Globalization;
using System.Text;

namespace Creel.Core;

/// <summary>
/// A name that somebody chose himself, such as a person's, a file's or a room's, where it stands among words of ours: in a prompt, in a table. It
/// can't end a line or a bracket, turn the direction, or hide anything.
/// </summary>
public static class PlainLine
{
    /// <summary>Of a name.</summary>
    public const int Usual = 64;

    /// <summary>Marks on one sign: more of them draw over the lines above and below.</summary>
    internal const int MostMarks = 3;

    /// <param name="most">UTF-16 code units of the result, at most.</param>
    /// <returns>One line of visible signs, with single spaces between words; empty where there is nothing to be seen.</returns>
    public static string Of(string? text, int most = Usual)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        var line = new StringBuilder(Math.Min(text.Length, most));
        var (gap, marks) = (false, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsGap(rune))
            {
                (gap, marks) = (line.Length > 0, 0);
                continue;
            }

            // What is hidden is as if it were not there: marks before and after it are on one sign.
            if (IsHidden(rune))
            {
                continue;
            }

            marks = IsMark(rune) ? marks + 1 : 0;
            if (marks > MostMarks)
            {
                continue;
            }

            var shown = rune.Value switch
            {
                '[' => new Rune('('),
                ']' => new Rune(')'),
                _ => rune,
            };
            if (line.Length + shown.Utf16SequenceLength + (gap ? 1 : 0) > most)
            {
                break;
            }

            line.Append(gap ? " " : "").Append(shown);
            gap = false;
        }

        return line.ToString();
    }

    /// <summary>Whether each sign of it is seen, and where it stands; blanks are.</summary>
    public static bool IsSeen(string text) => text.EnumerateRunes().All(r => r.Value == ' ' || IsSeen(r));

    /// <summary>Blanks are not.</summary>
    internal static bool IsSeen(Rune rune) => !(IsGap(rune) || IsHidden(rune));

    /// <returns>Null where there is nothing to be seen.</returns>
    public static string? OrNull(string? text, int most = Usual) => Of(text, most) is { Length: > 0 } line ? line : null;

    private static bool IsGap(Rune rune) =>
        Rune.IsWhiteSpace(rune)
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Control
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
        || rune.Value is 0x2800 or 0x115f or 0x1160 or 0x3164 or 0xffa0;

    private static bool IsHidden(Rune rune) =>
        rune == Rune.ReplacementChar
        || Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
        || rune.Value
            is 0x034f
                or 0x17b4
                or 0x17b5
                or (>= 0x180b and <= 0x180f)
                or (>= 0xfe00 and <= 0xfe0f)
                or (>= 0xe0000 and <= 0xe0fff);

    internal static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
}
