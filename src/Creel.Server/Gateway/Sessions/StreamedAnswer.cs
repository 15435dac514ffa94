using System.Text;
using System.Text.Json;
using Creel.Core.Link;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// An answer as it is made: pieces of bytes become text, and text is told a few times a second, since each telling holds all of it.
/// </summary>
internal sealed class StreamedAnswer(Turn turn, TurnWatchers watchers, TimeProvider time) : IDisposable
{
    private const int MostText = 4 * 1024 * 1024;
    private const int LongestLine = 256 * 1024;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder text = new();
    private readonly List<byte> line = [];
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

    private void Append(byte[] data)
    {
        if (text.Length > MostText)
        {
            return;
        }

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
            var happened = document.RootElement;
            if (happened.ValueKind != JsonValueKind.Object || !happened.TryGetProperty("type", out var type))
            {
                return;
            }

            if (type.ValueEquals("reset-text"u8))
            {
                text.Clear();
                told = 0;
                turn.Say(watchers, "", "");
            }
            else if (type.ValueEquals("tool"u8))
            {
                // What was said before the tool is told before it.
                Tell();
                turn.Use(watchers, happened.Clone());
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A line that is none: the answer itself does not depend on it.
        }
    }
}
