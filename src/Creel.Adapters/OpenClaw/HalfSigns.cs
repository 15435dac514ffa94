using System.Globalization;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// Half of a sign of two halves, as who cuts a text in JavaScript leaves one. JSON may hold it and .NET can't read it: it becomes the sign
/// for what can't be read.
/// </summary>
internal static class HalfSigns
{
    private const int Escape = 6;

    /// <param name="json">UTF-8; changed in its place, since both are of one length.</param>
    public static void Mend(Span<byte> json)
    {
        for (var at = 0; json[at..].IndexOf((byte)'\\') is var next and >= 0; )
        {
            at += next;
            if (Half(json, at) is not { } half)
            {
                // What is escaped is no beginning of another one.
                at = Math.Min(at + 2, json.Length);
            }
            else if (char.IsHighSurrogate(half) && Half(json, at + Escape) is { } other && char.IsLowSurrogate(other))
            {
                at += 2 * Escape;
            }
            else
            {
                "fffd"u8.CopyTo(json[(at + 2)..]);
                at += Escape;
            }
        }
    }

    /// <summary>What <c>\ud800</c> to <c>\udfff</c> stands for; null: it is no such thing.</summary>
    private static char? Half(ReadOnlySpan<byte> json, int at) =>
        at + Escape <= json.Length
        && json[at] == '\\'
        && json[at + 1] == 'u'
        && ushort.TryParse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
        && char.IsSurrogate((char)unit)
            ? (char)unit
            : null;
}
