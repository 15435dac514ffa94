namespace Creel.Core.Outbound;

/// <summary>A method and a path below an upstream's base.</summary>
/// <param name="Path">A segment <c>*</c> stands for any one segment; a last <c>**</c> for all that follows.</param>
public sealed record AllowedCall(string Method, string Path)
{
    /// <summary>Whether this is it.</summary>
    /// <param name="path">Without a query.</param>
    public bool Covers(string method, ReadOnlySpan<char> path)
    {
        if (method != Method)
        {
            return false;
        }

        var rule = Path.AsSpan();
        while (true)
        {
            var (want, moreWanted) = Segment(ref rule);
            if (want is "**")
            {
                return true;
            }

            var (have, moreGiven) = Segment(ref path);
            if (!(want is "*" ? have.Length > 0 : want.SequenceEqual(have)) || moreWanted != moreGiven)
            {
                return false;
            }

            if (!moreWanted)
            {
                return true;
            }
        }
    }

    private static SegmentOf Segment(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOf('/');
        var segment = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 1)..];
        return new SegmentOf(segment, end >= 0);
    }

    private readonly ref struct SegmentOf(ReadOnlySpan<char> text, bool more)
    {
        private readonly ReadOnlySpan<char> text = text;

        public void Deconstruct(out ReadOnlySpan<char> segment, out bool follows)
        {
            segment = text;
            follows = more;
        }
    }
}
