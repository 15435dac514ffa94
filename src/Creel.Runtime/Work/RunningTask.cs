using Creel.Core;
using Creel.Runtime.Link;

namespace Creel.Runtime.Work;

/// <summary>A task that has started, until its outcome is known; and who follows its output meanwhile.</summary>
internal sealed class RunningTask(TaskRun run, Lane lane, RuntimeLog log) : IDisposable
{
    /// <summary>For a watcher to get the last of the output before the response says that there is no more.</summary>
    private static readonly TimeSpan WatchGrace = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private OutputWatch? watch;
    private bool over;

    public string Id => run.Order.Id;

    public Lane Lane { get; } = lane;

    /// <summary>Completes when its response is kept and sent.</summary>
    public Task Finished { get; set; } = Task.CompletedTask;

    public void Stop(StopReason why) => run.Stop.Ask(why);

    /// <summary>From the output's beginning; whoever watched before no longer does.</summary>
    public void Watch(Outbox outbox)
    {
        lock (gate)
        {
            if (!over)
            {
                watch?.Dispose();
                watch = new OutputWatch(Id, outbox, ("stdout", run.Output), ("stderr", run.Errors), ("events", run.Events));
            }
        }
    }

    public void Unwatch()
    {
        lock (gate)
        {
            watch?.Dispose();
            watch = null;
        }
    }

    /// <summary>Never faults: what goes wrong is the outcome.</summary>
    public async Task<(TaskOutcome Outcome, TimeSpan Duration)> CarryOutAsync(
        Func<TaskRun, Task<TaskOutcome>> executor,
        TimeSpan timeout
    )
    {
        var time = run.Surroundings.Time;
        var started = time.GetTimestamp();
        TaskOutcome outcome;
        await using (time.CreateTimer(_ => Stop(StopReason.Timeout), null, timeout, Timeout.InfiniteTimeSpan))
        {
            outcome = await OutcomeAsync(executor).ConfigureAwait(false);
        }

        var duration = time.GetElapsedTime(started);
        run.Output.End();
        run.Errors.End();
        run.Events.End();
        await SendLastOutputAsync(time).ConfigureAwait(false);
        return (outcome, duration);
    }

    public void Dispose() => run.Dispose();

    private async Task<TaskOutcome> OutcomeAsync(Func<TaskRun, Task<TaskOutcome>> executor)
    {
        try
        {
            return await executor(run).ConfigureAwait(false);
        }
        catch (CreelException e)
        {
            return TaskOutcome.Failure(e.Fault.ToString());
        }
        catch (Exception e)
        {
            log.Write($"bug: task {Id} of type {run.Order.Type}: {e}");
            return TaskOutcome.Failure($"The runtime failed ({e.GetType().Name}); its log says more");
        }
    }

    private async Task SendLastOutputAsync(TimeProvider time)
    {
        Task? watched;
        lock (gate)
        {
            over = true;
            watched = watch?.Done;
        }

        if (watched is not null)
        {
            await Task.WhenAny(watched, Task.Delay(WatchGrace, time)).ConfigureAwait(false);
            Unwatch();
        }
    }
}
