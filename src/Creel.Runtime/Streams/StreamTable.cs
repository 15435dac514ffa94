using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Runtime.Link;
using Creel.Runtime.Processes;

namespace Creel.Runtime.Streams;

/// <summary>The streams that are open over this connection. Frames of streams that are not are for nobody and ignored.</summary>
internal sealed class StreamTable(Outbox outbox, StreamTargets targets, RuntimeLog log)
{
    private const int Most = 256;
    private readonly Lock gate = new();
    private readonly Dictionary<uint, LinkStream> open = [];

    public void Take(StreamFrame frame)
    {
        LinkStream? stream;
        lock (gate)
        {
            open.TryGetValue(frame.Stream, out stream);
        }

        if (frame.Kind == StreamFrameKind.Open)
        {
            Open(frame, stream);
        }
        else if (frame.Kind == StreamFrameKind.End)
        {
            Remove(stream);
        }
        else if (stream?.Take(frame) is { } problem)
        {
            Remove(stream);
            _ = stream.EndAsync(new StreamEnd(Error: problem)).AsTask();
        }
    }

    public void CloseAll()
    {
        List<LinkStream> all;
        lock (gate)
        {
            all = [.. open.Values];
            open.Clear();
        }

        all.ForEach(stream => stream.Close());
    }

    private void Open(StreamFrame frame, LinkStream? existing)
    {
        if (existing is not null)
        {
            Remove(existing);
            _ = existing.EndAsync(new StreamEnd(Error: "a stream of this id was open")).AsTask();
            return;
        }

        var stream = new LinkStream(frame.Stream, outbox);
        lock (gate)
        {
            if (open.Count >= Most)
            {
                _ = stream.EndAsync(new StreamEnd(Error: $"This cell has {Most} streams open already")).AsTask();
                return;
            }

            open[frame.Stream] = stream;
        }

        var body = frame.Body.ToArray();
        _ = Task.Run(() => ServeAsync(stream, body));
    }

    private async Task ServeAsync(LinkStream stream, byte[] body)
    {
        StreamEnd end;
        try
        {
            end = JsonSerializer.Deserialize(body, LinkJson.Default.StreamOpen) is { Kind: not null, Agent: not null } order
                ? await targets.ServeAsync(stream, order).ConfigureAwait(false)
                : new StreamEnd(Error: "The stream's opening says nothing");
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (JsonException)
        {
            end = new StreamEnd(Error: "The stream's opening is not JSON of the right shape");
        }
        catch (CreelException e)
        {
            end = new StreamEnd(ProgramFile.ExitCode(e.Fault), e.Fault.ToString());
        }
        catch (Exception e)
        {
            log.Write($"bug: stream {stream.Id}: {e}");
            end = new StreamEnd(Error: $"The runtime failed ({e.GetType().Name}); its log says more");
        }

        if (Remove(stream))
        {
            await stream.EndAsync(end).ConfigureAwait(false);
        }
    }

    private bool Remove(LinkStream? stream)
    {
        if (stream is null)
        {
            return false;
        }

        bool was;
        lock (gate)
        {
            was = open.TryGetValue(stream.Id, out var current) && current == stream && open.Remove(stream.Id);
        }

        stream.Close();
        return was;
    }
}
