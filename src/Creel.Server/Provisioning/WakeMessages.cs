using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Sessions;

namespace Creel.Server.Provisioning;

/// <summary>Wakes by a message in an agent's own conversation: at its gateway, or in ours.</summary>
public sealed class WakeMessages(ForeignGateways gateways, Func<ITurns> turns)
{
    /// <summary>A gateway that restarts, as after its configuration was written, is waited for.</summary>
    private static readonly CallManner Manner = new()
    {
        Deadline = TimeSpan.FromSeconds(30),
        Patience = TimeSpan.FromSeconds(30),
    };

    /// <summary>How long a gateway may wait itself before it says that a turn goes on.</summary>
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan GlanceEnds = TimeSpan.FromSeconds(10);

    /// <summary>A <see cref="WakeLine"/>.</summary>
    public Task<WakeAnswer?> SendAsync(Resident agent, WakeOrder order, string text, string key, CancellationToken cancel) =>
        agent.Gateway is { } gateway
            ? ThereAsync(gateway, order, agent.Agent, text, key, cancel)
            : HereAsync(order, agent.Agent, text, key, cancel);

    /// <summary>A <see cref="WakeFailure"/>. A gateway remembers a turn for minutes; one that it does not know is none that failed.</summary>
    public async Task<string?> FailureAsync(Resident agent, string key, CancellationToken cancel)
    {
        if (agent.Gateway is not { } gateway)
        {
            return null;
        }

        try
        {
            var line = await gateways.LineAsync(gateway, cancel);
            var asked = new JsonObject { ["runId"] = key, ["timeoutMs"] = (long)Glance.TotalMilliseconds };
            var answer = await line.CallAsync("agent.wait", asked, CallManner.Once with { Deadline = GlanceEnds }, cancel);
            return Payloads.Text(answer, "status") != "error"
                ? null
                : $"its turn there failed: {GatewayRefusal.Plain(Payloads.Text(answer, "error") ?? "no reason given", line.Access.Secrets)}";
        }
        catch (CreelException)
        {
            return null;
        }
    }

    private async Task<WakeAnswer?> ThereAsync(
        string gateway,
        WakeOrder order,
        AgentId agent,
        string text,
        string key,
        CancellationToken cancel
    )
    {
        var line = await gateways.LineAsync(gateway, cancel);
        try
        {
            await line.CallAsync(
                "chat.send",
                new JsonObject
                {
                    ["sessionKey"] = order.Session,
                    ["message"] = text,
                    ["deliver"] = true,
                    ["idempotencyKey"] = key,
                },
                order.Reason switch
                {
                    WakeReason.Provisioned => Manner with { Fresh = true },
                    // Somebody waits at a terminal; the next wake is another try.
                    WakeReason.Nudged => CallManner.Once,
                    _ => Manner,
                },
                cancel
            );
            return null;
        }
        catch (CreelException e)
        {
            throw GatewayRemedy.To(e, agent, gateway);
        }
    }

    private async Task<WakeAnswer?> HereAsync(WakeOrder order, AgentId agent, string text, string key, CancellationToken cancel)
    {
        var ticket = await turns()
            .SubmitAsync(new TurnRequest(key, agent, order.Session, text) { From = "admin", Alone = true }, cancel);
        return new WakeAnswer(EndAsync(ticket));
    }

    private static async Task<string?> EndAsync(TurnTicket ticket)
    {
        var end = await ticket.Completion;
        return end.State == TurnState.Ok ? null : end.Error ?? "its turn ended without an answer";
    }
}
