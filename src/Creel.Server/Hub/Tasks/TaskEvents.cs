using System.Threading.Channels;
using Creel.Core.Link;
using Creel.Core.Work;

namespace Creel.Server.Hub.Tasks;

/// <summary>What one watcher of a task has still to be shown. Bounded: a slow watcher misses pieces, and gets them again later.</summary>
internal sealed class TaskEvents
{
    private const int MostWaiting = 1024 * 1024;

    /// <summary>Of single bytes a megabyte would be a million pieces.</summary>
    private const int MostPieces = 4096;

    private readonly Lock gate = new();
    private readonly Queue<TaskEvent> waiting = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly Dictionary<string, long> shown = new(StringComparer.Ordinal);
    private long bytes;

    /// <summary>Pieces were left out since they were last asked for.</summary>
    public bool Missed { get; private set; }

    public void Output(OutputChunk chunk)
    {
        lock (gate)
        {
            if (chunk.Stream is not ("stdout" or "stderr" or "events") || chunk.Offset < 0)
            {
                return;
            }

            // A runtime that starts again for another watcher sends what this one has seen.
            var next = shown.GetValueOrDefault(chunk.Stream);
            if (chunk.Offset > next || bytes > MostWaiting || waiting.Count > MostPieces)
            {
                Missed |= chunk.Offset + chunk.Data.Length > next;
                return;
            }

            var skip = next - chunk.Offset;
            if (skip >= chunk.Data.Length)
            {
                return;
            }

            shown[chunk.Stream] = chunk.Offset + chunk.Data.Length;
            bytes += chunk.Data.Length - skip;
            waiting.Enqueue(new TaskEvent(new OutputChunk(chunk.TaskId, chunk.Stream, next, chunk.Data[(int)skip..]), null));
        }

        signal.Writer.TryWrite(true);
    }

    public void Changed()
    {
        lock (gate)
        {
            if (waiting.Count < 2 * MostPieces)
            {
                waiting.Enqueue(default);
            }
        }

        signal.Writer.TryWrite(true);
    }

    public void Ended(TaskRecord record)
    {
        lock (gate)
        {
            waiting.Enqueue(new TaskEvent(null, record));
        }

        signal.Writer.TryWrite(true);
    }

    public bool TryTake(out TaskEvent next)
    {
        lock (gate)
        {
            var any = waiting.TryDequeue(out next);
            bytes -= next.Output?.Data.Length ?? 0;
            return any;
        }
    }

    /// <summary>True once after pieces were missed: they are to be asked for again.</summary>
    public bool TakeMissed()
    {
        lock (gate)
        {
            var missed = Missed && waiting.Count == 0;
            Missed &= !missed;
            return missed;
        }
    }

    /// <summary>How far a stream was shown, in bytes.</summary>
    public long Shown(string stream)
    {
        lock (gate)
        {
            return shown.GetValueOrDefault(stream);
        }
    }

    public ValueTask<bool> WaitAsync(CancellationToken cancel) => signal.Reader.ReadAsync(cancel);
}

/// <summary>A piece of output, the end, or (neither) a change of state.</summary>
internal readonly record struct TaskEvent(OutputChunk? Output, TaskRecord? End);
