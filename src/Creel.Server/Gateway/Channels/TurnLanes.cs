using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Channels;

/// <summary>
/// Gives kept messages to their agents: those of one conversation in their order, conversations side by side. A lane has an order of
/// giving alone; when each turn runs is its session's matter.
/// </summary>
internal sealed class TurnLanes(ChannelsParts parts, Answers answers)
{
    private readonly Dictionary<string, Queue<Waiting>> lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> lastEnds = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private TaskCompletionSource room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int open;

    /// <summary>Messages that came in and are not done.</summary>
    public int Open => Volatile.Read(ref open);

    /// <summary>Waits until there is room for more.</summary>
    public async ValueTask RoomAsync(CancellationToken cancel)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (open < parts.Config.MostOpen)
                {
                    return;
                }

                wait = room.Task;
            }

            await wait.WaitAsync(cancel);
        }
    }

    /// <param name="turns">Those of one message one after the other.</param>
    public void Add(IReadOnlyList<InboundTurn> turns)
    {
        Waiting? before = null;
        foreach (var turn in turns)
        {
            var follows = turn.AfterOther && before?.Turn.MessageId == turn.MessageId && before.Turn.Account == turn.Account;
            var waiting = new Waiting(turn, follows ? before!.Over.Task : Task.CompletedTask);
            before = waiting;
            lock (gate)
            {
                open++;
                if (lanes.TryGetValue(turn.SessionKey, out var lane))
                {
                    lane.Enqueue(waiting);
                    continue;
                }

                lane = new Queue<Waiting>();
                lane.Enqueue(waiting);
                lanes.Add(turn.SessionKey, lane);
                _ = Task.Run(() => DrainAsync(turn.SessionKey, lane));
            }
        }
    }

    private async Task DrainAsync(string key, Queue<Waiting> lane)
    {
        while (Next(key, lane) is { } waiting)
        {
            try
            {
                await waiting.Before.WaitAsync(parts.Stopping.Token);
                await GiveAsync(waiting);
            }
            catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
            {
                // It is on disk; the next serve gives it.
                return;
            }
        }
    }

    private Waiting? Next(string key, Queue<Waiting> lane)
    {
        lock (gate)
        {
            if (lane.TryDequeue(out var waiting))
            {
                return waiting;
            }

            lanes.Remove(key);
            return null;
        }
    }

    /// <summary>Returns when the turn is its session's, or needs none.</summary>
    private async Task GiveAsync(Waiting waiting)
    {
        var turn = waiting.Turn;
        while (parts.Ports.Habitat() is null)
        {
            // Nobody is there to be asked, and nobody is said to be gone for good.
            await Task.Delay(parts.Config.Look, parts.Time, parts.Stopping.Token);
        }

        for (TimeSpan? pause = null; ; )
        {
            try
            {
                if (turn.Say is { } say)
                {
                    await EndAsync(waiting, () => answers.SayAsync(turn, say));
                    return;
                }

                if (turn.Command is { } command)
                {
                    var said = await CommandAsync(turn, command);
                    if (turn is { Text.Length: 0, Attachments: null } || !command.Begins())
                    {
                        await EndAsync(waiting, () => answers.SayAsync(turn, said));
                        return;
                    }
                }

                var ticket = await answers.BeginAsync(turn);
                EndBehind(waiting, () => answers.FollowAsync(turn, ticket));
                return;
            }
            catch (CreelException e) when (e.Fault.Kind == FaultKind.Unavailable)
            {
                parts.Log.LogWarning("message {Message} of {Account} waits: {Fault}", turn.MessageId, turn.Account, e.Fault);
                pause = parts.Longer(pause);
                await Task.Delay(pause.Value, parts.Time, parts.Stopping.Token);
            }
            catch (CreelException e)
            {
                parts.Log.LogError("message {Message} of {Account} failed: {Fault}", turn.MessageId, turn.Account, e.Fault);
                await EndAsync(waiting, () => answers.SayAsync(turn, Sentences.Of(e.Fault)));
                return;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                parts.Log.LogError(e, "message {Message} of {Account} failed", turn.MessageId, turn.Account);
                await EndAsync(waiting, () => answers.SayAsync(turn, Sentences.Wrong));
                return;
            }
        }
    }

    /// <summary>What a sender asked of the gateway itself, and may.</summary>
    private async Task<string> CommandAsync(InboundTurn turn, ControlCommand command)
    {
        await MessageAudit.RecordAsync(parts.Ports.Audit, turn, $"command.{command.ToString().ToLowerInvariant()}", run: null);
        var order = new ControlOrder(
            command,
            AgentId.Parse(turn.Agent),
            turn.SessionKey,
            command.Begins() ? "" : turn.Text,
            $"channel:{turn.Account}",
            turn.Origin
        );
        return await parts.Ports.Answer(order, parts.Stopping.Token);
    }

    /// <summary>Turns of a conversation end one after the other, and so leave their answers.</summary>
    private void EndBehind(Waiting waiting, Func<Task> end)
    {
        var key = waiting.Turn.SessionKey;
        lock (gate)
        {
            var before = lastEnds.GetValueOrDefault(key, Task.CompletedTask);
            Task? own = null;
            own = Task.Run(async () =>
            {
                await before;
                await EndAsync(waiting, end);
                lock (gate)
                {
                    if (lastEnds.GetValueOrDefault(key) == own)
                    {
                        lastEnds.Remove(key);
                    }
                }
            });
            lastEnds[key] = own;
        }
    }

    private async Task EndAsync(Waiting waiting, Func<Task> end)
    {
        try
        {
            await end();
        }
        catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
        {
            // It is on disk, and ends in the next serve.
            return;
        }
        catch (Exception e)
        {
            parts.Log.LogError(e, "the answer to message {Message} is lost until the next start", waiting.Turn.MessageId);
        }

        waiting.Over.TrySetResult();
        lock (gate)
        {
            if (open-- == parts.Config.MostOpen)
            {
                room.SetResult();
                room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    private sealed record Waiting(InboundTurn Turn, Task Before)
    {
        public TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
