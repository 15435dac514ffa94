using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning;

/// <summary>The messages that are on their way to agents, and what comes of each.</summary>
/// <param name="failure">Null: nobody can be asked.</param>
/// <param name="stopping">Serve ends: what is on its way is sent again by the next, as the same one.</param>
internal sealed class WakeSends(
    CheckInEntries entries,
    WakeLine line,
    WakeFailure? failure,
    TimeProvider time,
    ILogger log,
    CancellationToken stopping
)
{
    private const int LongestWhy = 200;

    private readonly Lock gate = new();
    private readonly HashSet<Task> open = [];

    /// <summary>Ends when the message was taken, or was not. It is carried through also when nobody waits for it.</summary>
    /// <param name="state">Counted as on its way.</param>
    public Task Send(CheckInState state) => Track(SendAsync(state));

    /// <summary>Another message, and then why the one before it came to nothing: that a message was taken says nothing of it any more.</summary>
    /// <param name="next">Counted as on its way.</param>
    public Task Again(CheckInState last, CheckInState next)
    {
        return Track(BothAsync());

        async Task BothAsync()
        {
            await SendAsync(next);
            await ExplainAsync(last);
        }
    }

    /// <summary>Why the last message came to nothing.</summary>
    public Task Explain(CheckInState last) => Track(ExplainAsync(last));

    /// <summary>Waits for all that are under way.</summary>
    public async Task EndedAsync()
    {
        Task[] all;
        lock (gate)
        {
            all = [.. open];
        }

        await Task.WhenAll(all).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task Track(Task task)
    {
        lock (gate)
        {
            open.Add(task);
        }

        _ = task.ContinueWith(
            done =>
            {
                _ = done.Exception;
                lock (gate)
                {
                    open.Remove(done);
                }
            },
            TaskScheduler.Default
        );
        return task;
    }

    private async Task ExplainAsync(CheckInState last)
    {
        if (failure is not null && await failure(last.Resident, CheckIns.Key(last), stopping) is { } why)
        {
            entries.Change(last.Resident, s => CheckIns.Failed(s, last.Generation, PlainLine.Of(why, LongestWhy)));
        }
    }

    private async Task SendAsync(CheckInState state)
    {
        var (agent, order, generation) = (state.Resident, state.Order!, state.Generation);
        WakeAnswer? answer;
        try
        {
            answer = await line(agent, order, WakeText.Of(order, state.Wakes), CheckIns.Key(state), stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            entries.Change(agent, same => same, sending: -1);
            throw;
        }
        catch (Exception e)
        {
            var why = PlainLine.Of(e is CreelException known ? known.Fault.Message : e.Message, LongestWhy);
            log.LogWarning("{Agent} could not be woken: {Why}", agent, why);
            entries.Change(agent, s => CheckIns.NotSent(s, generation, why, time.GetUtcNow()), sending: -1);
            throw;
        }

        if (answer is null)
        {
            entries.Change(agent, s => CheckIns.Sent(s, generation, time.GetUtcNow()), sending: -1);
        }
        else
        {
            // While it is at work on the message it is not sent another one.
            _ = Track(FollowAsync(agent, generation, answer));
        }
    }

    private async Task FollowAsync(Resident agent, long generation, WakeAnswer answer)
    {
        string? why;
        try
        {
            why = await answer.End.WaitAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            entries.Change(agent, same => same, sending: -1);
            return;
        }
        catch (Exception e)
        {
            why = e is CreelException known ? known.Fault.Message : e.Message;
        }

        entries.Change(
            agent,
            s =>
                why is null
                    ? CheckIns.Seen(s, time.GetUtcNow())
                    : CheckIns.NotSent(s, generation, PlainLine.Of(why, LongestWhy), time.GetUtcNow()),
            sending: -1
        );
    }
}
