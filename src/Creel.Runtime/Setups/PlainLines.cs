using System.Text;

namespace Creel.Runtime.Setups;

/// <summary>What a program prints, line by line as plain text: without what would move a terminal's cursor or change its colours. The last few are kept.</summary>
internal sealed class PlainLines(Action<string> line)
{
    private const int MostKept = 6;
    private const int LongestLine = 200;
    private const char Escape = '\u001b';
    private const char Bell = '\a';

    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder text = new();
    private readonly Queue<string> last = new();
    private Sequence within;

    private enum Sequence
    {
        None,

        /// <summary>After the escape.</summary>
        Begun,

        /// <summary>Parameters, until a letter.</summary>
        Control,

        /// <summary>A title or a link, until the bell or another escape.</summary>
        Text,
    }

    public IReadOnlyCollection<string> Last => last;

    public void Append(ReadOnlyMemory<byte> bytes)
    {
        var characters = new char[decoder.GetCharCount(bytes.Span, flush: false)];
        decoder.GetChars(bytes.Span, characters, flush: false);
        foreach (var character in characters)
        {
            Take(character);
        }
    }

    /// <summary>At most so much of a text, and no half of a character at its end.</summary>
    public static string Cut(string text, int most) =>
        text.Length <= most ? text
        : char.IsHighSurrogate(text[most - 1]) ? text[..(most - 1)] + "…"
        : text[..most] + "…";

    /// <summary>There is no more.</summary>
    public void End() => Break();

    private void Take(char character)
    {
        switch (within)
        {
            case Sequence.Begun:
                within = character switch
                {
                    '[' => Sequence.Control,
                    ']' or 'P' or '^' or '_' => Sequence.Text,
                    _ => Sequence.None,
                };
                return;
            case Sequence.Control:
                within = character is >= '@' and <= '~' ? Sequence.None : Sequence.Control;
                return;
            case Sequence.Text when character == Bell:
                within = Sequence.None;
                return;
            case Sequence.Text when character != Escape:
                return;
        }

        if (character == Escape)
        {
            within = Sequence.Begun;
        }
        else if (character is '\n' or '\r')
        {
            Break();
        }
        else if (!char.IsControl(character) && text.Length <= LongestLine)
        {
            text.Append(character);
        }
    }

    private void Break()
    {
        var whole = Cut(text.ToString().Trim(), LongestLine);
        text.Clear();
        if (whole.Length == 0)
        {
            return;
        }

        last.Enqueue(whole);
        if (last.Count > MostKept)
        {
            last.Dequeue();
        }

        line(whole);
    }
}
