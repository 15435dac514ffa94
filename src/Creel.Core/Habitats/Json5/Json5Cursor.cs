using System.Globalization;
using System.Text;

namespace Creel.Core.Habitats.Json5;

/// <summary>Walks over a text, character by character, and keeps count of lines and columns.</summary>
internal sealed class Json5Cursor(string text)
{
    public const char End = '\0';

    public int Position { get; private set; }

    public int Line { get; private set; } = 1;

    public int Column { get; private set; } = 1;

    public bool AtEnd => Position >= text.Length;

    /// <summary>The character here, or <see cref="End"/>; a NUL in the text is told apart by <see cref="AtEnd"/>.</summary>
    public char Here => Peek(0);

    public char Peek(int offset) => Position + offset < text.Length ? text[Position + offset] : End;

    public string Since(int start) => text[start..Position];

    public void Advance(int count = 1)
    {
        for (; count > 0 && Position < text.Length; count--)
        {
            var c = text[Position++];
            if (c == '\n' || (c == '\r' && Here != '\n'))
            {
                Line++;
                Column = 1;
            }
            else if (c != '\r' && !(char.IsLowSurrogate(c) && Position > 1 && char.IsHighSurrogate(text[Position - 2])))
            {
                Column++;
            }
        }
    }

    /// <summary>
    /// Skips white space and comments; false at a block comment that never ends, with the cursor at its start's end.
    /// </summary>
    public bool SkipSpace()
    {
        while (!AtEnd)
        {
            if (IsSpace(Here))
            {
                Advance();
            }
            else if (Here == '/' && Peek(1) == '/')
            {
                while (!AtEnd && !IsLineEnd(Here))
                {
                    Advance();
                }
            }
            else if (Here == '/' && Peek(1) == '*')
            {
                var close = text.IndexOf("*/", Position + 2, StringComparison.Ordinal);
                if (close < 0)
                {
                    return false;
                }

                Advance(close + 2 - Position);
            }
            else
            {
                return true;
            }
        }

        return true;
    }

    public void SkipToEnd() => Advance(text.Length - Position);

    /// <summary>
    /// The whole code point here, for identifiers beyond the basic plane; the character itself where it is half of a pair.
    /// </summary>
    public int CodePoint(out int length)
    {
        if (char.IsHighSurrogate(Here) && char.IsLowSurrogate(Peek(1)))
        {
            length = 2;
            return char.ConvertToUtf32(Here, Peek(1));
        }

        length = 1;
        return Here;
    }

    public static bool IsLineEnd(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';

    public static bool IsSpace(char c) =>
        c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f' or '\u00a0' or '\ufeff' or '\u2028' or '\u2029'
        || (c > '\x7f' && char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator);

    public static bool IsNameStart(int c) =>
        c is '$' or '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z')
        || (
            c > 0x7f
            && Category(c)
                is UnicodeCategory.UppercaseLetter
                    or UnicodeCategory.LowercaseLetter
                    or UnicodeCategory.TitlecaseLetter
                    or UnicodeCategory.ModifierLetter
                    or UnicodeCategory.OtherLetter
                    or UnicodeCategory.LetterNumber
        );

    public static bool IsNamePart(int c) =>
        IsNameStart(c)
        || c is (>= '0' and <= '9') or 0x200c or 0x200d
        || (
            c > 0x7f
            && Category(c)
                is UnicodeCategory.NonSpacingMark
                    or UnicodeCategory.SpacingCombiningMark
                    or UnicodeCategory.DecimalDigitNumber
                    or UnicodeCategory.ConnectorPunctuation
        );

    private static UnicodeCategory Category(int c) =>
        Rune.IsValid(c) ? Rune.GetUnicodeCategory(new Rune(c)) : UnicodeCategory.Surrogate;
}
