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
    private readonly TurnStarts starts;
    private readonly TurnMemory memory;
    private readonly TurnWatchers watchers;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private readonly LaneBoard board;
    private readonly ITimer timer;
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
        (this.config, this.store, this.book, this.time, this.log) = (config, store, book, time, log);
        watchers = new TurnWatchers(log);
        run = new TurnRun(dispatcher, watch, watchers, time, log);
        starts = new TurnStarts(book, config.Settings, time);
        memory = new TurnMemory(config, store, watch);
        board = new LaneBoard(
            agent => config.Settings().Find(agent)?.Limits ?? LaneLimits.Default,
            config.MostRunning,
            config.LongestLane
        );
        timer = time.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        book.QuietAsync = QuietAsync;
    }

    /// <summary>Sessions in which something runs or waits.</summary>
    public int Lanes
    {
        get
        {
            lock (gate)
            {
                return board.Lanes;
            }
        }
    }

    public IDisposable Watch(Action<TurnEvent> seen) => watchers.Add(seen);

    public TurnView? Find(string runId) => memory.Find(runId)?.View;

    /// <summary>Whether a turn of this session runs or waits.</summary>
    public bool IsBusy(string sessionKey)
    {
        lock (gate)
        {
            return board.Holder(sessionKey) is not null || board.Waiting(sessionKey) > 0;
        }
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
            if (turn.Record.Into is { } into && all.TryGetValue(into, out var carrier))
            {
                turn.Carrier = carrier;
                carrier.Joined.Add(turn);
            }
        }

        var running = all.Values.Where(t => t.Carrier is null && t.Record.Task is not null).ToList();
        lock (gate)
        {
            foreach (var turn in all.Values.Where(t => t.Carrier is null))
            {
                board.Restore(Item(turn), Rule(turn.Request).Mode, turn.Record.Task is not null);
            }
        }

        foreach (var turn in running)
        {
            _ = Task.Run(() => FollowAsync(turn, () => starts.Again(turn), resumed: true));
        }

        Pump();
    }

    public async ValueTask<TurnTicket> SubmitAsync(TurnRequest request, CancellationToken cancel = default)
    {
        request = TurnChecks.Of(request, config);
        stopping.Token.ThrowIfStopping();
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
            LaneEntry entry;
            lock (gate)
            {
                entry = board.Enter(Item(turn), Rule(request), time.GetUtcNow());
            }

            var kept = entry switch
            {
                LaneEntry.Free => await LaunchAsync(turn, [], [], fresh: true),
                LaneEntry.Waits waits => await WaitAsync(turn, waits),
                LaneEntry.Full full => throw TurnChecks.Full(request, full.Waiting),
                _ => throw new InvalidOperationException("a lane has no other answer"),
            };
            if (kept)
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

    public async ValueTask<IReadOnlyList<string>> AbortAsync(
        string sessionKey,
        string? runId,
        string by,
        CancellationToken cancel = default
    )
    {
        var key = book.Canonical(sessionKey);
        List<Turn> waiting;
        Turn? running;
        lock (gate)
        {
            waiting =
            [
                .. board.Queue(key).Where(i => runId is null || i.RunId == runId).Select(i => memory.Find(i.RunId)).OfType<Turn>(),
            ];
            waiting.ForEach(t => board.Leave(t.Record.RunId));
            running = board.Holder(key) is { } holder ? memory.Find(holder) : null;
            if (runId is not null && running is not null && running.Record.RunId != runId && running.Joined.All(j => j.Record.RunId != runId))
            {
                running = null;
            }
        }

        await EndAsync([.. waiting], TurnState.Aborted, null, cancel);
        var ended = waiting.Select(t => t.Record.RunId).ToList();
        if (running is not null && await AbortAsync(running, by, cancel))
        {
            ended.Add(running.Record.RunId);
        }

        Pump();
        return ended;
    }

    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await timer.DisposeAsync();
    }

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
        lock (gate)
        {
            board.Leave(turn.Record.RunId);
        }

        memory.Remove(turn);
        turn.Drop();
        Pump();
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

        await WriteAgainAsync(turn);
        lock (gate)
        {
            board.Kept(turn.Record.RunId);
        }

        var interrupted = waits.Abort is not null || Rule(turn.Request).Mode == QueueMode.Interrupt;
        await EndAsync(
            dropped,
            interrupted ? TurnState.Aborted : TurnState.Error,
            interrupted ? null : "too many messages waited in this session, and this was the oldest",
            CancellationToken.None
        );
        if (waits.Abort is { } abort && memory.Find(abort) is { } running)
        {
            await AbortAsync(running, "a newer message", CancellationToken.None);
        }

        Pump();
        return true;
    }

    /// <summary>Starts all that may start now.</summary>
    private void Pump()
    {
        IReadOnlyList<LaneStart> ready;
        lock (gate)
        {
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            var now = time.GetUtcNow();
            ready = board.Take(now, out var wake);
            timer.Change(
                wake is { } at ? TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling((at - now).TotalMilliseconds), 1)) : Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
        }

        foreach (var start in ready)
        {
            _ = Task.Run(() => LaunchAsync(start));
        }
    }

    private async Task LaunchAsync(LaneStart start)
    {
        try
        {
            await LaunchAsync(Known(start.Carrier), [.. start.Joined.Select(Known)], [.. start.Brief.Select(Known)], fresh: false);
        }
        catch (Exception e)
        {
            log.LogCritical(e, "turn {Run} can't be started; the next serve tries again", start.Carrier.RunId);
        }
    }

    private Turn Known(LaneItem item) =>
        memory.Find(item.RunId) ?? throw new InvalidOperationException("a turn in a lane is in memory");

    /// <summary>Writes the start down, and gives the turn to its agent. Returns when it is on disk.</summary>
    /// <param name="fresh">It is written for the first time: if that fails, its caller is told; otherwise it is tried until it works.</param>
    /// <returns>False where a turn of that name is there already.</returns>
    private async Task<bool> LaunchAsync(Turn turn, IReadOnlyList<Turn> joined, IReadOnlyList<Turn> brief, bool fresh)
    {
        var start = starts.Of(turn, joined, brief);
        var write = new SessionWrite(
            fresh ? [start.Record] : [],
            fresh ? [] : [start.Record, .. start.Joined],
            [start.Session],
            []
        );
        if (fresh ? !await store.WriteAsync(write, CancellationToken.None) : !await WriteAsync(write))
        {
            return false;
        }

        if (start.Before is { } before)
        {
            book.PutAside(turn.Record.Agent, before, "reset");
        }

        if (start.Payload is not { } payload)
        {
            Over(turn, start.Record, start.Record.Text, null);
            return true;
        }

        turn.Change(r => start.Record with { AbortBy = r.AbortBy });
        turn.Joined.AddRange(brief.Concat(joined));
        foreach (var (one, record) in turn.Joined.Zip(start.Joined))
        {
            one.Change(_ => record);
            one.Carrier = turn;
        }

        if (fresh)
        {
            await WriteAgainAsync(turn);
        }

        _ = Task.Run(() => FollowAsync(turn, () => payload, resumed: false));
        return true;
    }

    private async Task FollowAsync(Turn turn, Func<ReadOnlyMemory<byte>> payload, bool resumed)
    {
        try
        {
            if (resumed)
            {
                turn.Given = true;
            }

            var outcome = await run.RunAsync(turn, payload, resumed, stopping.Token);
            var record = turn.Record with
            {
                State = outcome.State,
                EndedAt = time.GetUtcNow(),
                Error = outcome.Error,
            };
            var session = book.Finish(record.SessionKey, record.SessionId, outcome);
            var joined = turn.Joined.Select(j => j.Record with { EndedAt = record.EndedAt, Error = record.Error }).ToList();
            if (await WriteAsync(SessionWrite.Of([record, .. joined], session is null ? [] : [session])))
            {
                Over(turn, record, outcome.Text, outcome.Result);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // It goes on in its cell; the next serve finds it.
        }
        catch (Exception e)
        {
            log.LogCritical(e, "turn {Run} was lost sight of; the next serve ends it", turn.Record.RunId);
        }
    }

    /// <summary>The end is on disk: all who wait are told, and the lane is free.</summary>
    private void Over(Turn turn, TurnRecord record, string? text, System.Text.Json.JsonElement? result)
    {
        var joined = turn.Joined.ToList();
        lock (gate)
        {
            board.Leave(turn.Record.RunId);
        }

        turn.End(watchers, record, text, result);
        memory.Ended(turn);
        foreach (var one in joined)
        {
            var own = one.Record with { EndedAt = record.EndedAt, StartedAt = record.StartedAt, Error = record.Error };
            one.End(watchers, own, text, result);
            memory.Ended(one);
        }

        Pump();
    }

    /// <summary>What was said of it while it was not there yet, such as its end, could not be written.</summary>
    private async ValueTask WriteAgainAsync(Turn turn)
    {
        if (turn.Record is { EndedAt: not null } or { AbortBy: not null })
        {
            await WriteAsync(SessionWrite.Of([turn.Record]));
        }
    }

    /// <summary>Ends turns that never started.</summary>
    private async ValueTask EndAsync(IReadOnlyList<Turn> turns, TurnState state, string? error, CancellationToken cancel)
    {
        if (turns.Count == 0)
        {
            return;
        }

        var at = time.GetUtcNow();
        List<TurnRecord> records = [.. turns.Select(t => t.Record with { State = state, EndedAt = at, Error = error })];
        await store.WriteAsync(SessionWrite.Of(records), cancel);
        foreach (var (turn, record) in turns.Zip(records))
        {
            turn.End(watchers, record, null, null);
            memory.Ended(turn);
        }
    }

    /// <summary>Until it works: what was accepted ends somehow. False only where serve ends.</summary>
    private async Task<bool> WriteAsync(SessionWrite write)
    {
        while (true)
        {
            try
            {
                await store.WriteAsync(write, CancellationToken.None);
                return true;
            }
            catch (CreelException e) when (!stopping.IsCancellationRequested)
            {
                log.LogError("turns can't be written down: {Reason}", e.Fault.Message);
                await Task.Delay(config.Retry, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (CreelException)
            {
                return false;
            }
        }
    }

    private QueueRule Rule(TurnRequest request) => config.Settings().Queue.For(request.Origin?.Channel);

    private LaneItem Item(Turn turn) =>
        new(
            turn.Record.RunId,
            turn.Record.Agent,
            turn.Record.SessionKey,
            starts.Tie(turn.Request),
            turn.Request.Subagent || turn.Request.From.StartsWith("agent:", StringComparison.Ordinal)
        )
        {
            Size = turn.Request.Message.Length,
            Brief = turn.Record.Brief,
        };
}
