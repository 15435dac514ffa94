using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>
/// The one door to conversations. A turn is on disk before it is answered for; the task that it is has its id written down before it
/// is given away, so that after a kill it is found again, or given away for the first time, and never twice.
/// </summary>
internal sealed class Turns : ITurns
{
    private readonly SessionsConfig config;
    private readonly ISessionStore store;
    private readonly SessionBook book;
    private readonly TurnRun run;
    private readonly TurnFlow flow;
    private readonly TurnMemory memory;
    private readonly TurnWatchers watchers;
    private readonly TimeProvider time;
    private readonly TaskCompletionSource resumed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long order;

    public Turns(
        SessionsConfig config,
        ISessionStore store,
        SessionBook book,
        IDispatcher dispatcher,
        ITaskWatch watch,
        TimeProvider time,
        ILogger log
    )
    {
        (this.config, this.store, this.book, this.time) = (config, store, book, time);
        watchers = new TurnWatchers(log);
        memory = new TurnMemory(config, store, watch);
        run = new TurnRun(dispatcher, watch, watchers, time, log);
        flow = new TurnFlow(config, store, book, run, memory, watchers, time, log);
        Steering = new Steering(store, memory, flow);
        book.QuietAsync = QuietAsync;
    }

    /// <summary>Completes when it is known which conversations of an agent go on; a turn before that would begin one anew.</summary>
    public Func<AgentId, Task> KnownAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>What is asked of the gateway itself; null: everything is for agents.</summary>
    public DoorCommands? Commands { get; set; }

    public IDisposable Watch(Action<TurnEvent> seen) => watchers.Add(seen);

    public TurnView? Find(string runId) => memory.Find(runId)?.View;

    /// <summary>Whether a turn of this session runs or waits.</summary>
    public bool IsBusy(string sessionKey) =>
        flow.Ask(lanes => lanes.Holder(sessionKey) is not null || lanes.Waiting(sessionKey) > 0);

    /// <summary>What came for a turn that runs.</summary>
    public Steering Steering { get; }

    /// <summary>
    /// On whose behalf an agent asks for something. Which session asks, if one is named, is a label that any program of its cell may set: so
    /// it may no more than any turn that is at work there, or than the last turn of that session. Where none is at work it can only be a
    /// program that a turn left behind, and that may have been any.
    /// </summary>
    public TurnBehalf ActsFor(AgentId agent, string? sessionKey = null)
    {
        var settings = config.Settings();
        var cell = settings.Agents.Where(a => a.Group == settings.Find(agent)?.Group).Select(a => a.Id).Append(agent).ToHashSet();
        var atWork = memory.Running(cell).ToList();
        var all = atWork.Count > 0 ? atWork.Select(t => t.View.Behalf) : cell.SelectMany(a => book.List(a)).Select(s => s.Behalf);
        if (sessionKey is not null && atWork.All(t => t.Record.SessionKey != sessionKey))
        {
            all = all.Append(book.Find(sessionKey)?.Behalf);
        }

        return all.OfType<TurnBehalf>().Aggregate(TurnBehalf.Operator, (some, one) => some.And(one));
    }

    /// <summary>Takes up what an earlier serve left. Before anything is submitted.</summary>
    public void Resume(SessionsKept kept)
    {
        order = kept.LastOrder;
        var all = kept.Open.ToDictionary(r => r.RunId, r => new Turn(r));
        foreach (var turn in all.Values)
        {
            turn.Keep();
            memory.Add(turn);
            if (turn.Record is { State: TurnState.Joined, Into: { } into } && all.TryGetValue(into, out var carrier))
            {
                turn.Carrier = carrier;
                carrier.Joined.Add(turn);
            }
        }

        foreach (var turn in all.Values.Where(t => t.Carrier is null))
        {
            flow.Restore(turn);
        }

        foreach (var turn in all.Values.Where(t => t.Carrier is null && t.Record.Task is not null))
        {
            flow.Follow(turn);
        }

        resumed.SetResult();
        flow.Pump();
    }

    public async ValueTask<TurnTicket> SubmitAsync(TurnRequest request, CancellationToken cancel = default)
    {
        request = TurnChecks.Of(request, config);
        flow.Stopping.ThrowIfStopping();

        // Not before what was there: it was first.
        await resumed.Task.WaitAsync(cancel);
        var command = Commands?.AtOnce(request);
        if (command is null)
        {
            await KnownAsync(request.Agent).WaitAsync(cancel);
        }

        var turn = new Turn(
            new TurnRecord(Interlocked.Increment(ref order), request.RunId, request.Agent, request.SessionKey, request)
            {
                AcceptedAt = time.GetUtcNow(),
            }
        );
        if (memory.AddOrGet(turn) is { } there)
        {
            return await there.Kept
                ? new TurnTicket(there.View, true, there.Completion)
                : throw new CreelException(
                    Fault.Unavailable("turn-lost", $"turn {request.RunId} could not be kept", "send it once more")
                );
        }

        try
        {
            if (command is null ? await EnterAsync(turn) : await AnswerAsync(turn, command, cancel))
            {
                turn.Keep();
                return new TurnTicket(turn.View, false, turn.Completion);
            }
        }
        catch
        {
            Withdraw(turn);
            throw;
        }

        Withdraw(turn);
        return await memory.LongAgoAsync(request, cancel);
    }

    private async ValueTask<bool> EnterAsync(Turn turn) =>
        flow.Enter(turn) switch
        {
            LaneEntry.Free => await flow.LaunchAsync(turn, [], [], fresh: true),
            LaneEntry.Waits waits => await WaitAsync(turn, waits),
            LaneEntry.Full full => throw TurnChecks.Full(turn.Request, full.Waiting),
            _ => throw new InvalidOperationException("a lane has no other answer"),
        };

    /// <summary>Answers without a place in the lane, and without the agent.</summary>
    /// <returns>False where it was answered long ago.</returns>
    private async ValueTask<bool> AnswerAsync(Turn turn, Func<CancellationToken, Task<string>> answer, CancellationToken cancel)
    {
        if (await store.FindAsync(turn.Record.RunId, cancel) is not null)
        {
            return false;
        }

        var text = await answer(cancel);
        return await flow.AnsweredAsync(turn, text, book.Find(turn.Record.SessionKey)?.SessionId);
    }

    public async ValueTask<IReadOnlyList<string>> AbortAsync(
        string sessionKey,
        string? runId,
        string by,
        CancellationToken cancel = default
    )
    {
        var key = book.Canonical(sessionKey);
        var (waiting, running) = flow.Ask(lanes =>
        {
            List<Turn> leaving =
            [
                .. lanes
                    .Queue(key)
                    .Where(i => runId is null || i.RunId == runId)
                    .Select(i => memory.Find(i.RunId))
                    .OfType<Turn>(),
            ];
            leaving.ForEach(t => lanes.Leave(t.Record.RunId));
            return (leaving, lanes.Holder(key) is { } holder ? memory.Find(holder) : null);
        });
        if (runId is not null && running?.Record.RunId != runId && running?.Joined.All(j => j.Record.RunId != runId) != false)
        {
            running = null;
        }

        await flow.EndAsync(waiting, TurnState.Aborted, null, cancel);
        var ended = waiting.Select(t => t.Record.RunId).ToList();
        if (running is not null && await AbortAsync(running, by, cancel))
        {
            ended.Add(running.Record.RunId);
        }

        flow.Pump();
        return ended;
    }

    public ValueTask StopAsync() => flow.DisposeAsync();

    /// <summary>Asks what runs to end; on disk first, so that a restart does not start it after all.</summary>
    private async ValueTask<bool> AbortAsync(Turn turn, string by, CancellationToken cancel)
    {
        if (turn.Record.EndedAt is not null)
        {
            return false;
        }

        await store.WriteAsync(SessionWrite.Of([turn.Change(r => r with { AbortBy = by })]), cancel);
        if (turn is { Given: true, Record.Task: { } task })
        {
            await run.CancelAsync(task, by);
        }

        return true;
    }

    private async Task QuietAsync(string sessionKey, string by, CancellationToken cancel)
    {
        var running = memory.In(sessionKey);
        await AbortAsync(sessionKey, null, by, cancel);
        try
        {
            await Task.WhenAll(running.Select(t => t.Completion)).WaitAsync(config.Quiet, time, cancel);
        }
        catch (TimeoutException)
        {
            throw new CreelException(
                Fault.Conflict("session-busy", $"session {sessionKey} is still at work", "try again in a moment")
            );
        }
    }

    /// <summary>It has no place any more; nobody was told of it.</summary>
    private void Withdraw(Turn turn)
    {
        flow.Leave(turn);
        memory.Remove(turn);
        turn.Drop();
        flow.Pump();
    }

    private async ValueTask<bool> WaitAsync(Turn turn, LaneEntry.Waits waits)
    {
        var dropped = waits.Ended.Select(i => memory.Find(i.RunId)).OfType<Turn>().ToList();
        List<TurnRecord> shortened = [];
        foreach (var item in waits.Shortened)
        {
            if (memory.Find(item.RunId) is { } one)
            {
                shortened.Add(one.Change(r => r with { Brief = true }));
            }
        }

        if (!await store.WriteAsync(new SessionWrite([turn.Record], shortened, [], []), CancellationToken.None))
        {
            return false;
        }

        await flow.WriteAgainAsync(turn);
        flow.Kept(turn);
        var interrupted = waits.Abort is not null || flow.Rule(turn.Request).Mode == QueueMode.Interrupt;
        await flow.EndAsync(
            dropped,
            interrupted ? TurnState.Aborted : TurnState.Error,
            interrupted ? null : "too many messages waited in this session, and this was the oldest",
            CancellationToken.None
        );
        if (waits.Abort is { } abort && memory.Find(abort) is { } running)
        {
            await AbortAsync(running, "a newer message", CancellationToken.None);
        }

        flow.Pump();
        return true;
    }
}
