using System.Collections.Concurrent;
using System.Text.Json;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Channels;

/// <summary>Conversations in memory: each turn is answered by a function, those of a session one after the other.</summary>
public sealed class InMemoryTurns : ITurns, ISessions
{
    private readonly ConcurrentDictionary<string, (TurnView View, TaskCompletionSource<TurnView> End)> turns = new();
    private readonly ConcurrentDictionary<string, Task> lanes = new();
    private readonly List<Action<TurnEvent>> watchers = [];
    private readonly Lock gate = new();

    /// <summary>The end of each turn.</summary>
    public Func<TurnRequest, Task<TurnView>> Answer { get; set; }

    /// <summary>Thrown by the next submissions; null: they are taken.</summary>
    public Func<TurnRequest, Exception?> Refuse { get; set; } = _ => null;

    /// <summary>In the order of their start.</summary>
    public ConcurrentQueue<TurnRequest> Started { get; } = new();

    public ConcurrentQueue<(string Key, string Reason)> Resets { get; } = new();

    public ConcurrentQueue<string> Aborted { get; } = new();

    public int Submitted => turns.Count;

    public InMemoryTurns() => Answer = request => Task.FromResult(Ok(request, $"{request.Agent} heard: {request.Message}"));

    public static TurnView Ok(
        TurnRequest request,
        string? text,
        TurnState state = TurnState.Ok,
        string? error = null,
        TurnTrouble trouble = TurnTrouble.None
    ) =>
        new(
            request.RunId,
            request.Agent,
            request.SessionKey,
            "s1",
            state,
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            text,
            error,
            null
        )
        {
            Trouble = trouble,
            Behalf = request.ActsFor,
        };

    public ValueTask<TurnTicket> SubmitAsync(TurnRequest request, CancellationToken cancel = default)
    {
        if (Refuse(request) is { } refusal)
        {
            throw refusal;
        }

        lock (gate)
        {
            if (turns.TryGetValue(request.RunId, out var there))
            {
                return ValueTask.FromResult(new TurnTicket(there.View, true, there.End.Task));
            }

            var view = Ok(request, null, TurnState.Waiting);
            var end = new TaskCompletionSource<TurnView>(TaskCreationOptions.RunContinuationsAsynchronously);
            turns[request.RunId] = (view, end);
            var before = lanes.GetValueOrDefault(request.SessionKey, Task.CompletedTask);
            lanes[request.SessionKey] = Task.Run(async () =>
            {
                await before;
                Started.Enqueue(request);
                Tell(new TurnStarted(request.RunId, request.Agent, request.SessionKey, 1));
                var over = await Answer(request);
                Tell(new TurnText(request.RunId, request.Agent, request.SessionKey, 2, over.Text ?? "", over.Text ?? ""));
                Tell(new TurnEnded(request.RunId, request.Agent, request.SessionKey, 3, over));
                end.SetResult(over);
            });
            return ValueTask.FromResult(new TurnTicket(view, false, end.Task));
        }
    }

    public TurnView? Find(string runId) => turns.TryGetValue(runId, out var turn) ? turn.View : null;

    public ValueTask<IReadOnlyList<string>> AbortAsync(
        string sessionKey,
        string? runId,
        string by,
        CancellationToken cancel = default
    )
    {
        Aborted.Enqueue(sessionKey);
        return ValueTask.FromResult<IReadOnlyList<string>>([
            .. turns.Values.Where(t => t.View.SessionKey == sessionKey && !t.End.Task.IsCompleted).Select(t => t.View.RunId),
        ]);
    }

    public IDisposable Watch(Action<TurnEvent> seen)
    {
        lock (watchers)
        {
            watchers.Add(seen);
        }

        return new Unwatch(this, seen);
    }

    public IReadOnlyList<SessionEntry> List(Creel.Core.AgentId? agent = null) => [];

    public ConcurrentDictionary<string, SessionEntry> Entries { get; } = new();

    SessionEntry? ISessions.Find(string key) => Entries.GetValueOrDefault(key);

    public string Canonical(string key) => key;

    public ValueTask<SessionEntry> PatchAsync(
        string key,
        IReadOnlyList<SessionChange> changes,
        string by,
        CancellationToken cancel = default
    ) =>
        ValueTask.FromResult(
            Entries[key] = SessionFields.Apply(
                Entries.GetValueOrDefault(key)
                    ?? new SessionEntry(key, Creel.Core.AgentId.Parse(key.Split(':')[1]), "s1", DateTimeOffset.UnixEpoch),
                changes,
                []
            )
        );

    public ValueTask<SessionEntry> ResetAsync(string key, string reason, string by, CancellationToken cancel = default)
    {
        Resets.Enqueue((key, reason));
        return ValueTask.FromResult(new SessionEntry(key, Creel.Core.AgentId.Parse("bart"), "s2", DateTimeOffset.UnixEpoch));
    }

    public ValueTask<IReadOnlyList<string>?> DeleteAsync(
        string key,
        bool deleteTranscript,
        string by,
        CancellationToken cancel = default
    ) => ValueTask.FromResult<IReadOnlyList<string>?>(null);

    public ValueTask<IReadOnlyList<JsonElement>> HistoryAsync(string key, int limit, CancellationToken cancel = default) =>
        ValueTask.FromResult<IReadOnlyList<JsonElement>>([]);

    private void Tell(TurnEvent happened)
    {
        Action<TurnEvent>[] all;
        lock (watchers)
        {
            all = [.. watchers];
        }

        foreach (var watcher in all)
        {
            watcher(happened);
        }
    }

    private sealed class Unwatch(InMemoryTurns turns, Action<TurnEvent> seen) : IDisposable
    {
        public void Dispose()
        {
            lock (turns.watchers)
            {
                turns.watchers.Remove(seen);
            }
        }
    }
}
