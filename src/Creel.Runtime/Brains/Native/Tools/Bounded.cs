using System.Text;

namespace Creel.Runtime.Brains.Native.Tools;

/// <summary>What a tool says is read by a model and paid for: of what is too long, the beginning and the end.</summary>
internal static class Bounded
{
    public const int Most = 48_000;

    public static string Text(string text, int most = Most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var tail = most / 2;
        var head = most - tail;
        return $"{text[..Even(text, head)]}\n\n[… {text.Length - most} characters are left out here …]\n\n{text[Even(text, text.Length - tail)..]}";
    }

    /// <summary>Never between the two halves of a character.</summary>
    private static int Even(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}

/// <summary>A program's output: its first bytes and its last, however much there is.</summary>
internal sealed class BoundedOutput(int half)
{
    private readonly MemoryStream head = new();
    private readonly Queue<byte[]> tail = new();
    private readonly Lock gate = new();
    private long tailLength;
    private long dropped;

    public void Append(ReadOnlyMemory<byte> piece)
    {
        lock (gate)
        {
            var first = (int)Math.Min(piece.Length, half - head.Length);
            head.Write(piece.Span[..first]);
            if (first == piece.Length)
            {
                return;
            }

            tail.Enqueue(piece[first..].ToArray());
            tailLength += piece.Length - first;
            while (tailLength - tail.Peek().Length >= half)
            {
                dropped += tail.Peek().Length;
                tailLength -= tail.Dequeue().Length;
            }
        }
    }

    /// <summary>As text; what is no UTF-8 becomes U+FFFD.</summary>
    public override string ToString()
    {
        lock (gate)
        {
            var all = new MemoryStream();
            all.Write(head.GetBuffer().AsSpan(0, (int)head.Length));
            if (dropped > 0)
            {
                all.Write(Encoding.UTF8.GetBytes($"\n\n[… {dropped} bytes are left out here …]\n\n"));
            }

            foreach (var piece in tail)
            {
                all.Write(piece);
            }

            return Encoding.UTF8.GetString(all.GetBuffer().AsSpan(0, (int)all.Length));
        }
    }
}
