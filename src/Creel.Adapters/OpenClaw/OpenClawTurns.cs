using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>Turns at a gateway elsewhere, by calls on its line.</summary>
public sealed class OpenClawTurns(IGatewayLine line) : IGatewayTurns
{
    /// <summary>The gateway ends a turn itself; so much later we give it up.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(15);

    /// <summary>How long a gateway may wait itself before it says that a turn goes on.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GlanceEnds = TimeSpan.FromSeconds(10);

    public Task SendAsync(string session, string run, string message, CallManner manner, CancellationToken cancel = default) =>
        line.CallAsync(
            "chat.send",
            new JsonObject
            {
                ["sessionKey"] = session,
                ["message"] = message,
                ["deliver"] = true,
                ["idempotencyKey"] = run,
            },
            manner,
            cancel
        );

    public async Task<TurnAnswer> RunAsync(
        string session,
        string run,
        string message,
        TimeSpan timeout,
        CancellationToken cancel = default
    )
    {
        var asked = new JsonObject
        {
            ["message"] = message,
            ["sessionKey"] = session,
            ["idempotencyKey"] = run,
            ["deliver"] = false,
            ["timeout"] = (long)Math.Ceiling(timeout.TotalSeconds),
        };
        try
        {
            // One try: what was heard once must not be started twice.
            return TurnAnswer.Read(
                await line.CallAsync("agent", asked, CallManner.Once with { Deadline = timeout + Later }, cancel),
                line.Access.Secrets
            );
        }
        catch (OperationCanceledException)
        {
            _ = AbortAsync(session, run);
            throw;
        }
    }

    public async Task<string?> FailureAsync(string run, CancellationToken cancel = default)
    {
        var asked = new JsonObject { ["runId"] = run, ["timeoutMs"] = (long)Glance.TotalMilliseconds };
        var answer = await line.CallAsync("agent.wait", asked, CallManner.Once with { Deadline = GlanceEnds }, cancel);
        return Payloads.Text(answer, "status") == "error"
            ? GatewayRefusal.Plain(Payloads.Text(answer, "error") ?? "no reason given", line.Access.Secrets)
            : null;
    }

    private async Task AbortAsync(string session, string run)
    {
        try
        {
            await line.CallAsync("chat.abort", new JsonObject { ["sessionKey"] = session, ["runId"] = run }, CallManner.Once);
        }
        catch (CreelException)
        {
            // It ends by its own time.
        }
    }
}
