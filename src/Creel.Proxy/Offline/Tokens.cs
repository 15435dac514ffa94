using System.Text;

namespace Creel.Proxy.Offline;

/// <summary>
/// How the stand-in counts: a token is four bytes of UTF-8, fewer at the end, or more where a character would be cut in two. No
/// model counts so; it is a rule that can be checked.
/// </summary>
internal static class Tokens
{
    private const int Bytes = 4;

    public static IReadOnlyList<string> Of(string text)
    {
        var tokens = new List<string>();
        var (start, at, size) = (0, 0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            at += rune.Utf16SequenceLength;
            size += rune.Utf8SequenceLength;
            if (size >= Bytes)
            {
                tokens.Add(text[start..at]);
                (start, size) = (at, 0);
            }
        }

        if (start < text.Length)
        {
            tokens.Add(text[start..]);
        }

        return tokens;
    }

    /// <summary>Of a prompt: it is what the whole request has in bytes.</summary>
    public static long Of(ReadOnlyMemory<byte> body) => (body.Length + Bytes - 1) / Bytes;
}
