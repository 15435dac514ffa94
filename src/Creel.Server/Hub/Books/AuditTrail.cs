using System.Threading.Channels;
using Creel.Core;
using Creel.Core.Audit;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Hub.Books;

/// <summary>
/// Writes the audit in order, behind the work that it tells of: whoever records waits for no disk. When the disk fails, entries
/// wait until it is well; when too many wait, the work does too.
/// </summary>
internal sealed class AuditTrail(IAuditLog audit, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private const int Batch = 512;

    // Entries that come close together share one commit, so that they don't get in the way of the tasks' own.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Channel<AuditEntry> waiting = Channel.CreateBounded<AuditEntry>(
        new BoundedChannelOptions(65_536) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );
    private readonly CancellationTokenSource stopping = new();
    private Task? writing;
    private readonly Repeats repeats = new();
    private long recorded;
    private long written;

    public void Start() => writing = Task.Run(WriteAsync);

    public ValueTask RecordAsync(string actor, string action, string target, string outcome, string? detail = null) =>
        RecordAsync(new AuditEntry(time.GetUtcNow(), actor, action, target, outcome, detail));

    /// <summary>A refusal, of which whoever is refused could cause as many as he likes.</summary>
    public ValueTask RefusedAsync(string actor, string action, string target, string? detail = null)
    {
        var entry = new AuditEntry(time.GetUtcNow(), actor, action, target, "refused", detail);
        return repeats.IsFirst(entry) ? RecordAsync(entry) : ValueTask.CompletedTask;
    }

    /// <summary>Writes how often refusals were repeated since the last time.</summary>
    public async ValueTask TellRepeatsAsync()
    {
        foreach (var entry in repeats.Take())
        {
            await RecordAsync(entry);
        }
    }

    private ValueTask RecordAsync(AuditEntry entry)
    {
        Interlocked.Increment(ref recorded);
        return waiting.Writer.TryWrite(entry) ? ValueTask.CompletedTask : waiting.Writer.WriteAsync(entry);
    }

    /// <summary>Everything that was recorded before is written: so a reader of the book sees what just happened.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        var goal = Interlocked.Read(ref recorded);
        while (Interlocked.Read(ref written) < goal && writing is { IsCompleted: false })
        {
            await Task.Delay(2, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await TellRepeatsAsync();
        waiting.Writer.TryComplete();
        await stopping.CancelAsync();
        if (writing is not null)
        {
            await writing;
        }

        stopping.Dispose();
    }

    private async Task WriteAsync()
    {
        var batch = new List<AuditEntry>();
        while (await waiting.Reader.WaitToReadAsync())
        {
            await Task.Delay(Linger, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (batch.Count < Batch && waiting.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            await AppendAsync(batch);
            Interlocked.Add(ref written, batch.Count);
            batch.Clear();
        }
    }

    private async ValueTask AppendAsync(List<AuditEntry> batch)
    {
        while (true)
        {
            try
            {
                await audit.AppendAsync(batch);
                return;
            }
            catch (Exception e)
            {
                var reason = e is CreelException known ? known.Fault.Message : e.GetType().Name;
                log.LogError("{Count} audit entries can't be written: {Reason}", batch.Count, reason);
                if (stopping.IsCancellationRequested)
                {
                    return;
                }

                await Task.Delay(Retry, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
