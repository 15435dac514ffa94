using System.Buffers;
using System.Text;
using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// An answer as it is made: pieces of bytes become text, and text is told a few times a second, since each telling holds all of it.
/// Output and events are two streams: an event that says after which byte of the output it happened waits until that has come.
/// </summary>
internal sealed class StreamedAnswer(Turn turn, TurnWatchers watchers, TimeProvider time) : IDisposable
{
    private const int MostText = 4 * 1024 * 1024;
    private const int LongestLine = 256 * 1024;
    private const int MostWaiting = 1000;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder text = new();
    private readonly List<byte> line = [];
    private readonly Queue<(long Offset, JsonElement Event)> waiting = [];

    /// <summary>The bytes of what may still be the answer, as far as they have come.</summary>
    private readonly ArrayBufferWriter<byte> bytes = new();
    private long position;
    private long toldAt;
    private int told;
    private ITimer? timer;
    private bool armed;
    private bool over;

    public void See(OutputChunk? chunk)
    {
        turn.Start(watchers);
        if (chunk is null)
        {
            return;
        }

        lock (gate)
        {
            if (over)
            {
                return;
            }

            if (chunk.Stream == "stdout")
            {
                Append(chunk.Data);
            }
            else if (chunk.Stream == "events")
            {
                Read(chunk.Data);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            over = true;
            timer?.Dispose();
        }
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        while (waiting.TryPeek(out var first) && first.Offset - position <= data.Length)
        {
            var before = (int)Math.Max(0, first.Offset - position);
            Take(data[..before]);
            data = data[before..];
            waiting.Dequeue();
            Happen(first.Event, first.Offset);
        }

        Take(data);
    }

    private void Take(ReadOnlySpan<byte> data)
    {
        position += data.Length;
        if (data.IsEmpty || text.Length > MostText)
        {
            return;
        }

        bytes.Write(data);
        var characters = new char[Encoding.UTF8.GetMaxCharCount(data.Length)];
        var piece = characters.AsSpan(0, decoder.GetChars(data, characters, flush: false));
        // The brain's own gap between what was no answer and what is one.
        text.Append(text.Length == 0 ? piece.TrimStart('\n') : piece);
        if (!watchers.Any || armed)
        {
            return;
        }

        var since = time.GetElapsedTime(toldAt);
        if (toldAt == 0 || since >= Gap)
        {
            Tell();
            return;
        }

        armed = true;
        timer ??= time.CreateTimer(_ => Due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(Gap - since, Timeout.InfiniteTimeSpan);
    }

    private void Due()
    {
        lock (gate)
        {
            armed = false;
            if (!over)
            {
                Tell();
            }
        }
    }

    private void Tell()
    {
        if (text.Length > told)
        {
            var all = text.ToString();
            turn.Say(watchers, all, all[told..]);
            told = all.Length;
        }

        toldAt = time.GetTimestamp();
    }

    private void Read(byte[] data)
    {
        foreach (var one in data)
        {
            if (one == (byte)'\n')
            {
                Line();
                line.Clear();
            }
            else if (line.Count < LongestLine)
            {
                line.Add(one);
            }
        }
    }

    private void Line()
    {
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            var happened = document.RootElement.Clone();
            var offset =
                happened.TryGetProperty("offset", out var at) && at.TryGetInt64(out var bytesBefore) ? bytesBefore : position;
            if (offset > position || waiting.Count > 0)
            {
                if (waiting.Count < MostWaiting)
                {
                    waiting.Enqueue((offset, happened));
                }
            }
            else
            {
                Happen(happened, offset);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A line that is none: the answer itself does not depend on it.
        }
    }

    private void Happen(JsonElement happened, long offset)
    {
        if (!happened.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String)
        {
            return;
        }

        if (type.ValueEquals("reset-text"u8))
        {
            // Whoever watches saw all of it, or it would end in the middle of a word.
            Tell();
            Begin(offset);
        }
        else if (type.ValueEquals("tool"u8))
        {
            // What was said before the tool is told before it.
            Tell();
            turn.Use(watchers, happened);
        }
    }

    /// <summary>What came before this byte was not the answer.</summary>
    private void Begin(long offset)
    {
        var kept = Math.Clamp(position - offset, 0, bytes.WrittenCount);
        var answer = bytes.WrittenSpan[^(int)kept..].ToArray();
        bytes.ResetWrittenCount();
        text.Clear();
        decoder.Reset();
        told = 0;
        turn.Say(watchers, "", "");
        position -= answer.Length;
        Take(answer);
    }
}
