using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Gateway.Sessions;

/// <summary>Gives a turn to its agent as a task, and follows that to its end.</summary>
internal sealed class TurnRun(IDispatcher dispatcher, ITaskWatch watch, TurnWatchers watchers, TimeProvider time, ILogger log)
{
    /// <param name="payload">The task.</param>
    /// <param name="resumed">It may have been given before a restart: then it is not given again.</param>
    /// <returns>How it ended; cancelled means that it goes on without us.</returns>
    public async Task<TurnOutcome> RunAsync(Turn turn, Func<ReadOnlyMemory<byte>> payload, bool resumed, CancellationToken stop)
    {
        var id = turn.Record.Task!.Value;
        using var answer = new StreamedAnswer(turn, watchers, time);
        if (resumed && await FollowAsync(turn, id, answer, stop) is { } known)
        {
            return known;
        }

        if (turn.Record.AbortBy is not null)
        {
            return new TurnOutcome(TurnState.Aborted, null, null, null);
        }

        Fault? fault = null;
        try
        {
            var from = turn.Request.From;

            // What agents ask over the bridge is counted there by this name; a turn is none of those.
            var by = from.StartsWith("agent:", StringComparison.Ordinal) ? $"turn:{from}" : from;
            var ticket = await dispatcher.SubmitAsync(new TaskRequest(turn.Record.Agent, payload(), by) { Id = id }, stop);
            if (!ticket.Queued)
            {
                turn.Start(watchers);
            }
        }
        catch (CreelException e)
        {
            fault = e.Fault;
        }
        catch (OperationCanceledException)
        {
            throw;
        }
        catch (Exception e)
        {
            log.LogError(e, "turn {Run} can't be given to {Agent}", turn.Record.RunId, turn.Record.Agent);
            fault = new Fault(FaultKind.Internal, "turn", "the turn could not be given to the agent");
        }

        turn.Given = true;
        if (turn.Record.AbortBy is { } asked)
        {
            await CancelAsync(id, asked);
        }

        // It may be there all the same: what failed may have come after its commit.
        return await FollowAsync(turn, id, answer, stop)
            ?? new TurnOutcome(TurnState.Error, null, fault?.Message ?? "the turn's task is gone", null)
            {
                Trouble = TurnTroubles.Of(fault),
            };
    }

    public async Task CancelAsync(TaskId id, string by)
    {
        try
        {
            await dispatcher.CancelAsync(id, by);
        }
        catch (CreelException e)
        {
            log.LogWarning("task {Task} can't be cancelled: {Reason}", id, e.Fault.Message);
        }
    }

    private async Task<TurnOutcome?> FollowAsync(Turn turn, TaskId id, StreamedAnswer answer, CancellationToken stop)
    {
        var record = await watch.FollowAsync(id, answer.See, stop);
        if (record is not null)
        {
            turn.Start(watchers);
        }

        return record is null ? null : TurnOutcome.Of(record);
    }
}
