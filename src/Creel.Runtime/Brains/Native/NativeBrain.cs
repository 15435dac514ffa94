using Creel.Core;
using Creel.Core.Work;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.Native;

/// <summary>Our own brain: asks a model through the proxy, carries out the tools that it calls, and keeps what was said.</summary>
internal static class NativeBrain
{
    public static async Task<TaskOutcome> AnswerAsync(TaskRun run, string message, string? sessionKey)
    {
        var order = TurnOrder.Read(run, message, sessionKey);
        if (run.Surroundings.Relay is not { } relay)
        {
            throw new CreelException(
                Fault.Unavailable(
                    "no-proxy",
                    "A native brain asks its model through the proxy, and this cell has no way to it",
                    "Give its group network 'proxy'"
                )
            );
        }

        try
        {
            using var lane = await run
                .Surroundings.Conversations.EnterAsync($"{run.Agent.Id}\n{order.Key}", run.Stop.Token)
                .ConfigureAwait(false);
            return await new NativeTurn(run, order, relay).AnswerAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Stop.Reason != StopReason.None)
        {
            return Stopped(run, null);
        }
    }

    public static TaskOutcome Stopped(TaskRun run, byte[]? result)
    {
        var (state, sentence) = run.Stop.Reason switch
        {
            StopReason.Timeout => (TaskState.TimedOut, "The turn timed out and was ended"),
            StopReason.Cancelled => (TaskState.Cancelled, "The turn was cancelled"),
            _ => (TaskState.Interrupted, "The turn was ended because its cell stops"),
        };
        return new TaskOutcome(state, result, sentence);
    }
}
