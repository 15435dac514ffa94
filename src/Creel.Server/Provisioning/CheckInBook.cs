using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning;

/// <summary>
/// Who was woken, who has checked in, and whom to wake again. All of it is on the disk before a message goes out, so that one that was due
/// while nothing ran is sent once, and one that was on its way is sent again as the same one.
/// </summary>
/// <param name="failure">Null: nobody can be asked.</param>
/// <param name="lives">Whether an agent is still where its wake was sent to; null: that is not known now, as no habitat is up.</param>
public sealed class CheckInBook(
    ICheckInStore store,
    WakeLine line,
    Func<AgentId, string?, bool?> lives,
    TimeProvider time,
    ILogger log,
    WakeFailure? failure = null
) : IAsyncDisposable
{
    private const int LongestWhy = 200;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly Dictionary<AgentId, CheckInEntry> entries = [];
    private readonly SemaphoreSlim keeping = new(1, 1);
    private readonly CancellationTokenSource stopping = new();
    private readonly HashSet<Task> sends = [];
    private Task ticking = Task.CompletedTask;

    /// <summary>Reads what was known. Before anybody can call: who is not known begins anew.</summary>
    /// <exception cref="CreelException">The store can't be read.</exception>
    public async Task LoadAsync(CancellationToken cancel = default)
    {
        var states = await store.ListAsync(cancel);
        lock (gate)
        {
            foreach (var state in states)
            {
                entries[state.Agent] = new CheckInEntry(state, state);
            }
        }
    }

    /// <summary>Begins to look at the clock.</summary>
    public void Start() => ticking = TickOnAsync();

    /// <summary>As it stands now; never null: of most agents nothing is known.</summary>
    public CheckInState Find(AgentId agent)
    {
        lock (gate)
        {
            return entries.GetValueOrDefault(agent)?.State ?? new CheckInState(agent);
        }
    }

    /// <summary>It has called. Costs nothing but memory: what is new of it is written within a second.</summary>
    public void Seen(AgentId agent) => Change(agent, s => CheckIns.Seen(s, time.GetUtcNow()));

    /// <summary>Begins a new generation, and sends its first message.</summary>
    /// <returns>The generation.</returns>
    /// <exception cref="CreelException">The message was not taken. It is sent again when it is due.</exception>
    public async Task<long> WakeAsync(AgentId agent, WakeOrder order, CancellationToken cancel = default)
    {
        var begun = Change(agent, s => CheckIns.Woken(s, order, time.GetUtcNow()), sending: 1);
        try
        {
            await KeepAsync(cancel);
        }
        catch
        {
            Change(
                agent,
                s => CheckIns.NotSent(s, begun.Generation, "it could not be written down", time.GetUtcNow()),
                sending: -1
            );
            throw;
        }

        // Carried through, also when whoever asked goes away.
        await Sending(begun).WaitAsync(cancel);
        return begun.Generation;
    }

    /// <summary>Waits until it has checked in, or is given up, or somebody else wakes it.</summary>
    public async Task<CheckInState> SettledAsync(AgentId agent, long generation, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (gate)
            {
                if (!entries.TryGetValue(agent, out var entry))
                {
                    return new CheckInState(agent);
                }

                if (entry.State.Generation != generation || entry.State.Standing != AgentStanding.Awaited)
                {
                    return entry.State;
                }

                changed = entry.Changed;
            }

            await changed.WaitAsync(cancel);
        }
    }

    /// <summary>What time brings, once.</summary>
    internal async Task TickAsync()
    {
        List<CheckInState> due = [];
        List<CheckInState> late = [];
        List<AgentId> gone = [];
        lock (gate)
        {
            foreach (var (agent, entry) in entries)
            {
                if (entry.State.Order is { Gateway: { } gateway } && lives(agent, gateway) is not true)
                {
                    if (lives(agent, gateway) is false && entry.Sending == 0)
                    {
                        gone.Add(agent);
                    }

                    continue;
                }

                if (entry.Sending > 0)
                {
                    continue;
                }

                if (failure is not null && CheckIns.IsLate(entry.State, time.GetUtcNow()))
                {
                    late.Add(entry.State);
                }

                entry.Become(CheckIns.Tick(entry.State, time.GetUtcNow()));
                if (entry.State is { Standing: AgentStanding.Awaited, Sent: false })
                {
                    entry.Sending++;
                    due.Add(entry.State);
                }
            }

            gone.ForEach(agent => entries.Remove(agent));
        }

        foreach (var agent in gone)
        {
            await store.RemoveAsync(agent, stopping.Token);
        }

        try
        {
            await KeepAsync(stopping.Token);
        }
        catch
        {
            due.ForEach(s => Change(s.Agent, same => same, sending: -1));
            throw;
        }

        var before = late.ToDictionary(s => s.Agent);
        foreach (var state in due)
        {
            _ = before.Remove(state.Agent, out var last) ? Track(AgainAsync(last, state)) : Sending(state);
        }

        foreach (var last in before.Values)
        {
            _ = Track(ExplainAsync(last));
        }
    }

    /// <summary>Another message, and then why the one before it came to nothing: that a message was taken says nothing of it any more.</summary>
    private async Task AgainAsync(CheckInState last, CheckInState next)
    {
        await SendAsync(next);
        await ExplainAsync(last);
    }

    private async Task ExplainAsync(CheckInState last)
    {
        if (await failure!(last.Order!, CheckIns.Key(last), stopping.Token) is { } why)
        {
            Change(last.Agent, s => CheckIns.Failed(s, last.Generation, PlainLine.Of(why, LongestWhy)));
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested)
        {
            return;
        }

        await stopping.CancelAsync();
        await ticking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] open;
        lock (gate)
        {
            open = [.. sends];
        }

        await Task.WhenAll(open).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await KeepAsync(CancellationToken.None);
    }

    private Task Sending(CheckInState state) => Track(SendAsync(state));

    /// <summary>What is under way, so that the end of the book waits for it.</summary>
    private Task Track(Task task)
    {
        lock (gate)
        {
            sends.Add(task);
        }

        _ = task.ContinueWith(
            done =>
            {
                _ = done.Exception;
                lock (gate)
                {
                    sends.Remove(done);
                }
            },
            TaskScheduler.Default
        );
        return task;
    }

    private async Task SendAsync(CheckInState state)
    {
        var (agent, order, generation) = (state.Agent, state.Order!, state.Generation);
        WakeAnswer? answer;
        try
        {
            answer = await line(order, agent, WakeText.Of(order, state.Wakes), CheckIns.Key(state), stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The next serve sends it again, as the same one.
            Change(agent, same => same, sending: -1);
            throw;
        }
        catch (Exception e)
        {
            var why = PlainLine.Of(e is CreelException known ? known.Fault.Message : e.Message, LongestWhy);
            log.LogWarning("{Agent} could not be woken: {Why}", agent, why);
            Change(agent, s => CheckIns.NotSent(s, generation, why, time.GetUtcNow()), sending: -1);
            throw;
        }

        if (answer is null)
        {
            Change(agent, s => CheckIns.Sent(s, generation, time.GetUtcNow()), sending: -1);
        }
        else
        {
            // While it is at work on the message it is not sent another one.
            _ = Track(FollowAsync(agent, generation, answer));
        }
    }

    private async Task FollowAsync(AgentId agent, long generation, WakeAnswer answer)
    {
        string? why;
        try
        {
            why = await answer.End.WaitAsync(stopping.Token);
        }
        catch (OperationCanceledException)
        {
            Change(agent, same => same, sending: -1);
            return;
        }

        Change(
            agent,
            s =>
                why is null
                    ? CheckIns.Seen(s, time.GetUtcNow())
                    : CheckIns.NotSent(s, generation, PlainLine.Of(why, LongestWhy), time.GetUtcNow()),
            sending: -1
        );
    }

    private CheckInState Change(AgentId agent, Func<CheckInState, CheckInState> change, int sending = 0)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(agent, out var entry))
            {
                entries[agent] = entry = new CheckInEntry(new CheckInState(agent), null);
            }

            entry.Sending += sending;
            entry.Become(change(entry.State));
            return entry.State;
        }
    }

    /// <summary>Writes what is new.</summary>
    private async Task KeepAsync(CancellationToken cancel)
    {
        await keeping.WaitAsync(cancel);
        try
        {
            List<CheckInState> states;
            lock (gate)
            {
                states = [.. entries.Values.Where(e => e.IsToBeKept).Select(e => e.State)];
            }

            if (states.Count == 0)
            {
                return;
            }

            await store.PutAsync(states, cancel);
            lock (gate)
            {
                foreach (var state in states.Where(s => entries.ContainsKey(s.Agent)))
                {
                    entries[state.Agent].Kept = state;
                }
            }
        }
        finally
        {
            keeping.Release();
        }
    }

    private async Task TickOnAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await TickAsync();
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning("signs of life can't be kept: {Why}", e is CreelException known ? known.Fault.Message : e.Message);
            }

            await Task.Delay(Each, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
