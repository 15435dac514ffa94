using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Server.Gateway.Sessions;

/// <summary>The turns that are known without asking the disk: those that are not over, and those that ended lately.</summary>
internal sealed class TurnMemory(SessionsConfig config, ISessionStore store, ITaskWatch watch)
{
    private readonly ConcurrentDictionary<string, Turn> turns = new(StringComparer.Ordinal);
    private readonly Queue<Turn> over = new();

    public Turn? Find(string runId) => turns.GetValueOrDefault(runId);

    public void Add(Turn turn) => turns[turn.Record.RunId] = turn;

    /// <returns>The one of that name that is there already; null: it was added.</returns>
    public Turn? AddOrGet(Turn turn)
    {
        var there = turns.GetOrAdd(turn.Record.RunId, turn);
        return there == turn ? null : there;
    }

    public void Remove(Turn turn) => turns.TryRemove(KeyValuePair.Create(turn.Record.RunId, turn));

    /// <summary>Those of a session that are not over.</summary>
    public IReadOnlyList<Turn> In(string sessionKey) =>
        [.. turns.Values.Where(t => t.Record.SessionKey == sessionKey && t.Record.EndedAt is null)];

    /// <summary>What agents are at work on.</summary>
    public IEnumerable<Turn> Running(IReadOnlySet<AgentId> agents) =>
        turns.Values.Where(t => t.Record is { Task: not null, EndedAt: null } && agents.Contains(t.Record.Agent));

    /// <summary>It is remembered for a while.</summary>
    public void Ended(Turn turn)
    {
        lock (over)
        {
            over.Enqueue(turn);
            var until = turn.Record.EndedAt - config.Remember;
            while (over.TryPeek(out var oldest) && (oldest.Record.EndedAt < until || over.Count > config.RememberCount))
            {
                Remove(over.Dequeue());
            }
        }
    }

    /// <summary>A turn that was asked for once more, and that only the disk knows.</summary>
    public async ValueTask<TurnTicket> LongAgoAsync(TurnRequest request, CancellationToken cancel)
    {
        var record = await store.FindAsync(request.RunId, cancel);
        if (record is not { EndedAt: not null })
        {
            throw new CreelException(
                Fault.Conflict("run-id", $"a turn of the name {request.RunId} is coming to its end", "ask again in a moment")
            );
        }

        var carrier = record is { State: TurnState.Joined, Into: { } into } ? await store.FindAsync(into, cancel) : record;
        var task = carrier?.Task is { } id ? await watch.FollowAsync(id, static _ => { }, cancel) : null;
        var outcome = task is null ? null : TurnOutcome.Of(task);
        var view = new TurnView(
            record.RunId,
            record.Agent,
            record.SessionKey,
            record.SessionId,
            record.State,
            record.AcceptedAt,
            record.StartedAt,
            record.EndedAt,
            record.Text ?? outcome?.Text,
            record.Error,
            outcome?.Result
        )
        {
            Trouble = record.State == TurnState.Error ? outcome?.Trouble ?? TurnTrouble.Failed : TurnTrouble.None,
        };
        return new TurnTicket(view, true, Task.FromResult(view));
    }
}
