using Creel.Core;
using Creel.Core.Work;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>A real OpenClaw as a brain: the gateway of this cell answers.</summary>
internal static class OpenClawBrain
{
    public static async Task<TaskOutcome> AnswerAsync(TaskRun run, string message, string? sessionKey)
    {
        var keeper =
            run.Surroundings.Gateway
            ?? throw new CreelException(Fault.Unavailable("no-gateway", "This runtime keeps no OpenClaw"));
        try
        {
            await keeper.HealthyAsync(run.Stop.Token).ConfigureAwait(false);
            using var client = await keeper.ConnectAsync(run.Stop.Token).ConfigureAwait(false);
            var session = GatewayTurn.Session(run.Agent.Id, sessionKey);
            return await new GatewayTurn(client, run, session).AnswerAsync(message).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.Stop.Reason != StopReason.None)
        {
            var state = run.Stop.Reason switch
            {
                StopReason.Timeout => TaskState.TimedOut,
                StopReason.Cancelled => TaskState.Cancelled,
                _ => TaskState.Interrupted,
            };
            return new TaskOutcome(state, null, $"OpenClaw was not ready in time: it is {keeper.Health?.Sentence}");
        }
    }
}
