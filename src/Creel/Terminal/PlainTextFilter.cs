using System.Text;

namespace Creel.Terminal;

/// <summary>
/// Strips control sequences from text that comes in pieces: what a cell prints must not move the cursor, set a title or forge
/// a line above. A line's end always ends a sequence, so nothing can hide the lines after it.
/// </summary>
internal sealed class PlainTextFilter
{
    private enum Mode
    {
        Text,

        /// <summary>After ESC.</summary>
        Escape,

        /// <summary>After ESC and an intermediate: one final character follows.</summary>
        Designate,

        /// <summary>In a CSI: parameters, then one final character from @ to ~.</summary>
        Control,

        /// <summary>In an OSC, DCS, SOS, PM or APC: ends at BEL, ST or a line's end.</summary>
        Payload,
        PayloadEscape,
    }

    private Mode mode;
    private bool afterReturn;
    private char highSurrogate;

    /// <summary>Adds to <paramref name="output"/> what is left of <paramref name="piece"/>: text, <c>\n</c> and <c>\t</c>.</summary>
    public void Append(ReadOnlySpan<char> piece, StringBuilder output)
    {
        foreach (var c in piece)
        {
            Next(c, output);
        }
    }

    /// <summary>The text is over: half a character becomes U+FFFD.</summary>
    public void Finish(StringBuilder output)
    {
        DropSurrogate(output);
        mode = Mode.Text;
        afterReturn = false;
    }

    private void Next(char c, StringBuilder output)
    {
        if (c is '\n' or '\r')
        {
            NewLine(c, output);
            return;
        }

        afterReturn = false;
        if (mode == Mode.Text)
        {
            Text(c, output);
        }
        else if (c == '\x1b')
        {
            mode = mode is Mode.Payload or Mode.PayloadEscape ? Mode.PayloadEscape : Mode.Escape;
        }
        else
        {
            mode = Inside(c);
        }
    }

    private void NewLine(char c, StringBuilder output)
    {
        DropSurrogate(output);
        mode = Mode.Text;
        if (!(afterReturn && c == '\n'))
        {
            output.Append('\n');
        }

        afterReturn = c == '\r';
    }

    private Mode Inside(char c) =>
        mode switch
        {
            Mode.Escape => c switch
            {
                '[' => Mode.Control,
                ']' or 'P' or 'X' or '^' or '_' => Mode.Payload,
                >= ' ' and <= '/' => Mode.Designate,
                _ => Mode.Text,
            },
            Mode.Designate => c is >= ' ' and <= '/' ? Mode.Designate : Mode.Text,
            Mode.Control => c is >= '@' and <= '~' ? Mode.Text : Mode.Control,
            Mode.PayloadEscape => c == '\\' ? Mode.Text : Mode.Payload,
            _ => c is '\a' or '\x9c' ? Mode.Text : Mode.Payload,
        };

    private void Text(char c, StringBuilder output)
    {
        if (char.IsLowSurrogate(c) && highSurrogate != 0)
        {
            output.Append(highSurrogate).Append(c);
            highSurrogate = '\0';
            return;
        }

        DropSurrogate(output);
        switch (c)
        {
            case '\x1b':
                mode = Mode.Escape;
                break;
            case '\x9b':
                mode = Mode.Control;
                break;
            case '\x90' or '\x98' or '\x9d' or '\x9e' or '\x9f':
                mode = Mode.Payload;
                break;
            case '\t':
                output.Append(c);
                break;
            case var _ when char.IsHighSurrogate(c):
                highSurrogate = c;
                break;
            case var _ when char.IsLowSurrogate(c):
                output.Append('\ufffd');
                break;
            case var _ when !Forbidden(c):
                output.Append(c);
                break;
        }
    }

    /// <summary>Controls, and what reorders or breaks lines without being one: bidirectional marks and Unicode's own separators.</summary>
    private static bool Forbidden(char c) =>
        char.IsControl(c)
        || c
            is (>= '\u202a' and <= '\u202e')
                or (>= '\u2066' and <= '\u2069')
                or '\u200e'
                or '\u200f'
                or '\u061c'
                or '\u2028'
                or '\u2029';

    private void DropSurrogate(StringBuilder output)
    {
        if (highSurrogate != 0)
        {
            output.Append('\ufffd');
            highSurrogate = '\0';
        }
    }
}
