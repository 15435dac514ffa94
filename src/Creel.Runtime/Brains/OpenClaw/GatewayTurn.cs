using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Work;
using Creel.Runtime.Work;

namespace Creel.Runtime.Brains.OpenClaw;

/// <summary>One message and its answer, over a connection of its own. What the model says is the task's live output.</summary>
internal sealed class GatewayTurn(GatewayClient client, TaskRun run, string sessionKey)
{
    /// <summary>For the gateway to end a run that was aborted.</summary>
    private static readonly TimeSpan AbortGrace = TimeSpan.FromSeconds(5);

    /// <summary>The task's own time-out comes first, so that there is one voice that says so.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(30);

    private readonly string id = $"creel-{run.Order.Id}";
    private string? item;

    /// <summary>The session as OpenClaw names it: the agent's main one, unless the task says another.</summary>
    public static string Session(string agent, string? said) =>
        string.IsNullOrWhiteSpace(said) ? $"agent:{agent}:main"
        : said.StartsWith("agent:", StringComparison.Ordinal) ? said
        : $"agent:{agent}:{said}";

    /// <exception cref="CreelException">The gateway refuses, or is gone.</exception>
    public async Task<TaskOutcome> AnswerAsync(string message)
    {
        using var over = new CancellationTokenSource();
        var seconds = (long)
            Math.Min((run.Order.Timeout(run.Agent.Policy, run.Agent.Mind) + Later).TotalSeconds, int.MaxValue / 1000);
        await client
            .SendAsync(GatewayCalls.Turn(run.Agent.Id, sessionKey, message, id, seconds), over.Token)
            .ConfigureAwait(false);
        await using var asked = run.Stop.Token.Register(() => _ = AbortAsync(over)).ConfigureAwait(false);
        try
        {
            while (true)
            {
                var frame = await client.NextAsync(over.Token).ConfigureAwait(false);
                if (frame is { Event: "agent" })
                {
                    Show(frame.Payload);
                }
                else if (frame.Id == GatewayCalls.TurnId && Outcome(frame) is { } outcome)
                {
                    return outcome;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return Stopped();
        }
        catch (CreelException) when (run.Stop.Reason != StopReason.None)
        {
            return Stopped();
        }
    }

    private async Task AbortAsync(CancellationTokenSource over)
    {
        try
        {
            over.CancelAfter(AbortGrace);
            await client.SendAsync(GatewayCalls.Abort(sessionKey, id), over.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is CreelException or OperationCanceledException or ObjectDisposedException)
        {
            // It ended at the same moment, or the gateway did.
        }
    }

    /// <summary>The gateway tells everybody of every run; ours is known by its name.</summary>
    private void Show(JsonElement payload)
    {
        if (
            GatewayFrame.Text(payload, "runId") != id
            || GatewayFrame.Text(payload, "stream") != "assistant"
            || GatewayFrame.Field(payload, "data") is not { } data
            || GatewayFrame.Text(data, "delta") is not { Length: > 0 } delta
        )
        {
            return;
        }

        var now = GatewayFrame.Text(data, "itemId");
        var gap = item is not null && item != now ? "\n\n" : "";
        item = now;
        run.Output.Append(Encoding.UTF8.GetBytes(gap + delta));
    }

    /// <summary>Null: it is accepted only.</summary>
    private TaskOutcome? Outcome(GatewayFrame frame)
    {
        var status = GatewayFrame.Text(frame.Payload, "status");
        if (frame.Ok && status == "accepted")
        {
            return null;
        }

        if (run.Stop.Reason != StopReason.None)
        {
            return Stopped();
        }

        if (!frame.Ok || status != "ok")
        {
            var why = frame.Error ?? GatewayFrame.Text(frame.Payload, "summary") ?? status ?? "no reason given";
            return TaskOutcome.Failure($"OpenClaw could not answer: {why}");
        }

        var said = GatewayAnswer.Read(frame.Payload);
        var result = said.Write(sessionKey);
        return said.Failed
            ? TaskOutcome.Failure("OpenClaw could not answer; its text says why", result)
            : TaskOutcome.Success(result);
    }

    private TaskOutcome Stopped()
    {
        var (state, sentence) = run.Stop.Reason switch
        {
            StopReason.Timeout => (TaskState.TimedOut, "The turn timed out and was ended"),
            StopReason.Cancelled => (TaskState.Cancelled, "The turn was cancelled"),
            _ => (TaskState.Interrupted, "The turn was ended because its cell stops"),
        };
        return new TaskOutcome(state, null, sentence);
    }
}
