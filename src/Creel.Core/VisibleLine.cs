using System.Globalization;
using System.Text;

namespace Creel.Core;

/// <summary>
/// A line of somebody else's file as it stands there, blanks and all. What would end it, turn its direction or hide is written out, as in
/// <c>\r</c> and <c>\u{200b}</c>.
/// </summary>
public static class VisibleLine
{
    /// <param name="most">UTF-16 code units that are shown; of a longer one it is said how many there are more.</param>
    public static string Of(string text, int most = int.MaxValue)
    {
        var line = new StringBuilder();
        // A mark at the beginning, or after what is written out, would stand on a sign of ours.
        var (at, marks) = (0, PlainLine.MostMarks);
        foreach (var rune in text.EnumerateRunes())
        {
            marks = PlainLine.IsMark(rune) ? marks + 1 : 0;
            var isSeen = marks <= PlainLine.MostMarks && (rune.Value is ' ' or '\t' || PlainLine.IsSeen(rune));
            var shown = isSeen ? rune.ToString() : Written(rune);
            marks = isSeen ? marks : PlainLine.MostMarks;
            if (shown.Length > most - line.Length)
            {
                return $"{line}… ({text.Length - at} more)";
            }

            line.Append(shown);
            at += rune.Utf16SequenceLength;
        }

        return line.ToString();
    }

    private static string Written(Rune rune) =>
        rune.Value == '\r' ? "\\r" : string.Create(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:x}}}");
}
