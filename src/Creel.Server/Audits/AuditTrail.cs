using System.Threading.Channels;
using Creel.Core;
using Creel.Core.Audit;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Audits;

/// <summary>
/// The one way into the audit. It writes in order, behind the work that it tells of: whoever records waits for no disk, and who
/// has to know that it is written flushes. When the disk fails, entries wait until it is well; when too many wait, the work
/// does too.
/// </summary>
public sealed class AuditTrail : IAsyncDisposable
{
    private const int Batch = 512;

    // Entries that come close together share one commit, so that they don't get in the way of the tasks' own.
    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);

    private readonly Channel<AuditEntry> waiting = Channel.CreateBounded<AuditEntry>(
        new BoundedChannelOptions(65_536) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait }
    );
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim hurry = new(0);
    private readonly Repeats repeats = new();
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Task writing;
    private long recorded;
    private long written;
    private volatile string? failing;

    /// <param name="book">Where it is written.</param>
    public AuditTrail(IAuditLog book, TimeProvider time, ILogger log)
    {
        (Book, this.time, this.log) = (book, time, log);
        writing = Task.Run(WriteAsync);
    }

    /// <summary>For reading; flush first.</summary>
    public IAuditLog Book { get; }

    internal ValueTask RecordAsync(string actor, string action, string target, string outcome, string? detail = null) =>
        RecordAsync(new AuditEntry(time.GetUtcNow(), actor, action, target, outcome, detail));

    /// <summary>A refusal, of which whoever is refused could cause as many as he likes, whatever target he names.</summary>
    /// <param name="of">The target, where it is none that can be made up; so that no other one hides it.</param>
    internal ValueTask RefusedAsync(string actor, string action, string target, string? detail = null, string of = "") =>
        FoldAsync(new AuditEntry(time.GetUtcNow(), actor, action, target, "refused", detail), of);

    /// <summary>What one target can cause as often as it likes.</summary>
    internal ValueTask RepeatingAsync(string actor, string action, string target, string outcome, string? detail = null) =>
        FoldAsync(new AuditEntry(time.GetUtcNow(), actor, action, target, outcome, detail), of: target);

    /// <summary>Writes how often what repeats was repeated since the last time.</summary>
    internal ValueTask TellRepeatsAsync() => TellRepeatsAsync(all: false);

    private async ValueTask TellRepeatsAsync(bool all)
    {
        foreach (var entry in repeats.Take(time.GetUtcNow(), all))
        {
            await RecordAsync(entry);
        }
    }

    /// <summary>Everything that was recorded before is on the disk: so a reader sees what just happened.</summary>
    /// <exception cref="CreelException">It can't be written at the moment; it will be when the disk is well.</exception>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        var goal = Interlocked.Read(ref recorded);
        if (Interlocked.Read(ref written) < goal)
        {
            hurry.Release();
        }

        while (Interlocked.Read(ref written) < goal && !writing.IsCompleted)
        {
            if (failing is { } reason)
            {
                throw new CreelException(
                    Fault.Unavailable("audit", $"the audit can't be written: {reason}", "Make room on the disk, and do it again.")
                );
            }

            await Task.Delay(1, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Nobody counts on from here.
        await TellRepeatsAsync(all: true);
        waiting.Writer.TryComplete();
        await stopping.CancelAsync();
        await writing;
        stopping.Dispose();
    }

    private ValueTask FoldAsync(AuditEntry entry, string of) =>
        repeats.IsFirst(entry, of) ? RecordAsync(entry) : ValueTask.CompletedTask;

    private ValueTask RecordAsync(AuditEntry entry)
    {
        Interlocked.Increment(ref recorded);
        return waiting.Writer.TryWrite(entry) ? ValueTask.CompletedTask : waiting.Writer.WriteAsync(entry);
    }

    private async Task WriteAsync()
    {
        var batch = new List<AuditEntry>();
        while (await waiting.Reader.WaitToReadAsync())
        {
            await LingerAsync();
            while (batch.Count < Batch && waiting.Reader.TryRead(out var entry))
            {
                batch.Add(entry);
            }

            await AppendAsync(batch);
            Interlocked.Add(ref written, batch.Count);
            batch.Clear();
        }
    }

    /// <summary>Not while somebody waits for what was recorded.</summary>
    private async Task LingerAsync() =>
        await ((Task)hurry.WaitAsync(Linger, stopping.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private async ValueTask AppendAsync(List<AuditEntry> batch)
    {
        while (true)
        {
            try
            {
                await Book.AppendAsync(batch);
                failing = null;
                return;
            }
            catch (Exception e)
            {
                var reason = e is CreelException known ? known.Fault.Message : e.GetType().Name;
                failing = reason;
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
