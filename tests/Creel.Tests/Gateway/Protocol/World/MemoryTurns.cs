using System.Text.Json;
using Creel.Core.Sessions;

namespace Creel.Tests.Gateway.Protocol.World;

/// <summary>Turns that say what the test lets them say, when it lets them.</summary>
internal sealed class MemoryTurns : ITurns
{
    private readonly Dictionary<string, Running> runs = [];
    private readonly List<Action<TurnEvent>> watchers = [];

    /// <summary>Answers a message at once; null: the test ends the turn.</summary>
    public Func<TurnRequest, string>? Answer { get; set; }

    public List<TurnRequest> Seen { get; } = [];

    public async ValueTask<TurnTicket> SubmitAsync(TurnRequest request, CancellationToken cancel = default)
    {
        Running? run;
        bool repeated;
        lock (runs)
        {
            repeated = runs.TryGetValue(request.RunId, out run);
            if (!repeated)
            {
                Seen.Add(request);
                run = runs[request.RunId] = new Running(
                    new TurnView(
                        request.RunId,
                        request.Agent,
                        request.SessionKey,
                        "session-1",
                        TurnState.Running,
                        DateTimeOffset.UnixEpoch,
                        DateTimeOffset.UnixEpoch,
                        null,
                        null,
                        null,
                        null
                    )
                );
            }
        }

        if (!repeated && Answer is { } answer)
        {
            _ = Task.Run(
                () =>
                {
                    var text = answer(request);
                    Say(request.RunId, text);
                    End(request.RunId, TurnState.Ok, text);
                },
                CancellationToken.None
            );
        }

        await Task.CompletedTask;
        return new TurnTicket(run!.View, repeated, run.End.Task);
    }

    public TurnView? Find(string runId)
    {
        lock (runs)
        {
            return runs.GetValueOrDefault(runId)?.View;
        }
    }

    public ValueTask<IReadOnlyList<string>> AbortAsync(
        string sessionKey,
        string? runId,
        string by,
        CancellationToken cancel = default
    )
    {
        List<string> ended;
        lock (runs)
        {
            ended =
            [
                .. runs
                    .Values.Select(r => r.View)
                    .Where(v => v.SessionKey == sessionKey && !v.Over && (runId is null || v.RunId == runId))
                    .Select(v => v.RunId),
            ];
        }

        ended.ForEach(id => End(id, TurnState.Aborted, null));
        return ValueTask.FromResult<IReadOnlyList<string>>(ended);
    }

    public IDisposable Watch(Action<TurnEvent> seen)
    {
        lock (runs)
        {
            watchers.Add(seen);
        }

        return new Ending(() =>
        {
            lock (runs)
            {
                watchers.Remove(seen);
            }
        });
    }

    public void Say(string runId, string text, string? delta = null)
    {
        var run = Run(runId);
        Tell(new TurnText(runId, run.View.Agent, run.View.SessionKey, ++run.Sequence, text, delta ?? text));
    }

    public void End(string runId, TurnState state, string? text, string? error = null)
    {
        var run = Run(runId);
        run.View = run.View with
        {
            State = state,
            Text = text,
            Error = error,
            EndedAt = DateTimeOffset.UnixEpoch.AddSeconds(2),
            Result = JsonSerializer.SerializeToElement(new { model = "anthropic/claude", usage = new { input = 1, output = 2 } }),
        };
        Tell(new TurnEnded(runId, run.View.Agent, run.View.SessionKey, ++run.Sequence, run.View));
        run.End.TrySetResult(run.View);
    }

    private Running Run(string runId)
    {
        lock (runs)
        {
            return runs[runId];
        }
    }

    private void Tell(TurnEvent happened)
    {
        Action<TurnEvent>[] all;
        lock (runs)
        {
            all = [.. watchers];
        }

        foreach (var watcher in all)
        {
            watcher(happened);
        }
    }

    private sealed class Running(TurnView view)
    {
        public long Sequence;

        public TurnView View { get; set; } = view;

        public TaskCompletionSource<TurnView> End { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Ending(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
