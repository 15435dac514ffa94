using System.Text.Json;
using Creel.Core;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Turns on their way: from their lane to their agent, and to their end on disk.</summary>
internal sealed class TurnFlow : IAsyncDisposable
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
    private readonly LaneBoard board;
    private readonly ITimer timer;

    public TurnFlow(
        SessionsConfig config,
        ISessionStore store,
        SessionBook book,
        TurnRun run,
        TurnMemory memory,
        TurnWatchers watchers,
        TimeProvider time,
        ILogger log
    )
    {
        (this.config, this.store, this.book, this.run, this.memory) = (config, store, book, run, memory);
        (this.watchers, this.time, this.log) = (watchers, time, log);
        starts = new TurnStarts(book, config.Settings, time);
        board = new LaneBoard(
            agent => config.Settings().Find(agent)?.Limits ?? LaneLimits.Default,
            config.MostRunning,
            config.LongestLane
        );
        timer = time.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Cancelled when serve ends.</summary>
    public CancellationToken Stopping => stopping.Token;

    /// <summary>Asks the lanes something, or has them changed; one at a time.</summary>
    public T Ask<T>(Func<LaneBoard, T> ask)
    {
        lock (board)
        {
            return ask(board);
        }
    }

    public LaneEntry Enter(Turn turn) => Ask(b => b.Enter(Item(turn), Rule(turn.Request), time.GetUtcNow()));

    public void Restore(Turn turn)
    {
        lock (board)
        {
            board.Restore(Item(turn), Rule(turn.Request).Mode, turn.Record.Task is not null, turn.Record.Into);
        }
    }

    /// <summary>It has no place in its lane any more.</summary>
    public void Leave(Turn turn)
    {
        lock (board)
        {
            board.Leave(turn.Record.RunId);
        }
    }

    /// <summary>It is on disk, and may start when its lane is free.</summary>
    public void Kept(Turn turn)
    {
        lock (board)
        {
            board.Kept(turn.Record.RunId);
        }
    }

    /// <summary>A turn that was given, or was to be, before a restart.</summary>
    public void Follow(Turn turn) => _ = Task.Run(() => FollowAsync(turn, () => starts.Again(turn), again: true));

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await timer.DisposeAsync();
    }

    /// <summary>Starts all that may start now.</summary>
    public void Pump()
    {
        IReadOnlyList<LaneStart> ready;
        lock (board)
        {
            if (stopping.IsCancellationRequested)
            {
                return;
            }

            var now = time.GetUtcNow();
            ready = board.Take(now, out var wake);
            timer.Change(
                wake is { } at
                    ? TimeSpan.FromMilliseconds(Math.Max(Math.Ceiling((at - now).TotalMilliseconds), 1))
                    : Timeout.InfiniteTimeSpan,
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
            await LaunchAsync(
                Known(start.Carrier),
                [.. start.Joined.Select(Known)],
                [.. start.Brief.Select(Known)],
                fresh: false
            );
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
    public async Task<bool> LaunchAsync(Turn turn, IReadOnlyList<Turn> joined, IReadOnlyList<Turn> brief, bool fresh)
    {
        var start = starts.Of(turn, joined, brief);
        var write = new SessionWrite(
            fresh ? [start.Record] : [],
            fresh ? [] : [start.Record, .. start.Joined],
            [start.Session],
            []
        );
        var kept = false;
        try
        {
            kept = fresh ? await store.WriteAsync(write, CancellationToken.None) : await WriteAsync(write);
        }
        finally
        {
            if (!kept)
            {
                book.Shelf.Undo(start.Session, start.Was);
            }
        }

        if (!kept)
        {
            return false;
        }

        if (start.Before is { } before)
        {
            await book.LeftAsync(start.Session, before, turn.Request.From);
        }

        if (start.Payload is not { } payload)
        {
            Over(turn, start.Record, start.Record.Text, null, []);
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

        _ = Task.Run(() => FollowAsync(turn, () => payload, again: false));
        return true;
    }

    private async Task FollowAsync(Turn turn, Func<ReadOnlyMemory<byte>> payload, bool again)
    {
        try
        {
            if (again)
            {
                turn.Given = true;
            }

            var outcome = await run.RunAsync(turn, payload, again, stopping.Token);
            var heard = Steering.Heard(Ask(b => b.Offered(turn.Record.RunId, too: false)), outcome).Select(Known).ToList();
            var record = turn.Record with
            {
                State = outcome.State,
                EndedAt = time.GetUtcNow(),
                Error = outcome.Error,
                Trouble = outcome.Trouble,
            };
            var session = book.Shelf.Finish(record.SessionKey, record.SessionId, outcome);
            var joined = turn
                .Joined.Concat(heard)
                .Select(j =>
                    j.Record with
                    {
                        State = TurnState.Joined,
                        Into = record.RunId,
                        EndedAt = record.EndedAt,
                        Error = record.Error,
                        Trouble = record.Trouble,
                    }
                )
                .ToList();
            if (await WriteAsync(SessionWrite.Of([record, .. joined], session is null ? [] : [session])))
            {
                Over(turn, record, outcome.Text, outcome.Result, heard);
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
    /// <param name="heard">What it was told of while it ran, and heard to the end.</param>
    private void Over(Turn turn, TurnRecord record, string? text, JsonElement? result, IReadOnlyList<Turn> heard)
    {
        List<Turn> joined = [.. turn.Joined, .. heard];
        Leave(turn);
        turn.End(watchers, record, text, result);
        memory.Ended(turn);
        foreach (var one in joined)
        {
            Leave(one);
            var own = one.Record with
            {
                State = TurnState.Joined,
                Into = record.RunId,
                EndedAt = record.EndedAt,
                StartedAt = record.StartedAt,
                Error = record.Error,
                Trouble = record.Trouble,
            };
            one.End(watchers, own, text, result);
            memory.Ended(one);
        }

        Pump();
    }

    /// <summary>It was answered without its agent: that is written down, and told.</summary>
    /// <returns>False where a turn of that name is there already.</returns>
    public async ValueTask<bool> AnsweredAsync(Turn turn, string text, string? sessionId)
    {
        var now = time.GetUtcNow();
        var record = turn.Record with
        {
            State = TurnState.Ok,
            SessionId = sessionId,
            StartedAt = now,
            EndedAt = now,
            Text = text,
        };
        if (!await store.WriteAsync(new SessionWrite([record], [], [], []), CancellationToken.None))
        {
            return false;
        }

        turn.End(watchers, record, text, null);
        memory.Ended(turn);
        return true;
    }

    /// <summary>What was said of it while it was not there yet, such as its end, could not be written.</summary>
    public async ValueTask WriteAgainAsync(Turn turn)
    {
        if (turn.Record is { EndedAt: not null } or { AbortBy: not null })
        {
            await WriteAsync(SessionWrite.Of([turn.Record]));
        }
    }

    /// <summary>Ends turns that never started.</summary>
    /// <param name="error">Null: it was wanted.</param>
    public async ValueTask EndAsync(IReadOnlyList<Turn> turns, TurnState state, string? error, CancellationToken cancel)
    {
        if (turns.Count == 0)
        {
            return;
        }

        var at = time.GetUtcNow();
        var trouble = error is null ? TurnTrouble.None : TurnTrouble.Busy;
        List<TurnRecord> records =
        [
            .. turns.Select(t => t.Record with { State = state, EndedAt = at, Error = error, Trouble = trouble }),
        ];
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

    public QueueRule Rule(TurnRequest request) => QueueRule.Of(config.Settings().Queue, request.Origin?.Channel);

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
