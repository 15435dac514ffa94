using System.Text.Json;
using Creel.Terminal;

namespace Creel.Commands.Tasks;

/// <summary>A running task's output, put together from its pieces: what comes twice is shown once, and a gap is told.</summary>
internal sealed class WatchedOutput(Call call)
{
    private readonly Stream[] streams = [new("stdout", call.Io.Out), new("stderr", call.Io.Error)];

    public bool Any { get; private set; }

    public void Take(JsonElement piece)
    {
        if (
            piece.TryGetProperty("stream", out var name)
            && streams.FirstOrDefault(stream => stream.Name == name.ToString()) is { } into
            && piece.TryGetProperty("data", out var data)
            && data.ValueKind == JsonValueKind.String
            && data.TryGetBytesFromBase64(out var bytes)
        )
        {
            Any = true;
            var offset = piece.TryGetProperty("offset", out var at) && at.TryGetInt64(out var said) ? said : into.Next;
            if (offset > into.Next)
            {
                call.Note($"({offset - into.Next} bytes of {into.Name} did not come through)");
            }

            var known = (int)Math.Clamp(into.Next - offset, 0, bytes.Length);
            into.Writer.Write(bytes.AsSpan(known));
            into.Next = Math.Max(into.Next, offset + bytes.Length);
        }
    }

    /// <summary>The task has ended: what follows starts on a line of its own.</summary>
    public void Finish()
    {
        foreach (var stream in streams)
        {
            stream.Writer.Finish();
        }

        if (!streams[0].Writer.AtLineStart)
        {
            call.Io.Out.WriteLine();
        }
    }

    private sealed class Stream(string name, TextWriter output)
    {
        public string Name => name;

        public PlainTextWriter Writer { get; } = new(output);

        /// <summary>How many bytes of it are shown.</summary>
        public long Next { get; set; }
    }
}
