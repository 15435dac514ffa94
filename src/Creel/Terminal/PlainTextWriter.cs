using System.Text;

namespace Creel.Terminal;

/// <summary>Bytes that a cell printed, in pieces, written as plain text.</summary>
internal sealed class PlainTextWriter(TextWriter output)
{
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly PlainTextFilter filter = new();
    private readonly StringBuilder ready = new();

    /// <summary>The last thing written was a line's end, or nothing was.</summary>
    public bool AtLineStart { get; private set; } = true;

    public void Write(ReadOnlySpan<byte> bytes) => Pass(bytes, flush: false);

    /// <summary>No more bytes come.</summary>
    public void Finish()
    {
        Pass([], flush: true);
        filter.Finish(ready);
        Flush();
    }

    private void Pass(ReadOnlySpan<byte> bytes, bool flush)
    {
        var chars = new char[decoder.GetCharCount(bytes, flush)];
        filter.Append(chars.AsSpan(0, decoder.GetChars(bytes, chars, flush)), ready);
        Flush();
    }

    private void Flush()
    {
        if (ready.Length > 0)
        {
            AtLineStart = ready[^1] == '\n';
            output.Write(ready);
            output.Flush();
            ready.Clear();
        }
    }
}
