using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Sessions;

namespace Creel.Server.Provisioning;

/// <summary>Wakes by a message in an agent's own conversation: at its gateway, or in ours.</summary>
public sealed class WakeMessages(ForeignGateways gateways, Func<ITurns> ours)
{
    /// <summary>A gateway that restarts, as after its configuration was written, is waited for.</summary>
    private static readonly CallManner Manner = new()
    {
        Deadline = TimeSpan.FromSeconds(30),
        Patience = TimeSpan.FromSeconds(30),
    };

    /// <summary>A <see cref="WakeLine"/>.</summary>
    public Task<WakeAnswer?> SendAsync(Resident agent, WakeOrder order, string text, string key, CancellationToken cancel) =>
        agent.Gateway is { } gateway
            ? ThereAsync(gateway, order, agent.Agent, text, key, cancel)
            : HereAsync(order, agent.Agent, text, key, cancel);

    /// <summary>A <see cref="WakeFailure"/>.</summary>
    public async Task<string?> FailureAsync(Resident agent, string key, CancellationToken cancel)
    {
        if (agent.Gateway is not { } gateway)
        {
            return null;
        }

        try
        {
            var turns = await gateways.TurnsAsync(gateway, cancel);
            return await turns.FailureAsync(key, cancel) is { } why ? $"its turn there failed: {why}" : null;
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
        var turns = await gateways.TurnsAsync(gateway, cancel);
        try
        {
            await turns.SendAsync(order.Session, key, text, MannerOf(order.Reason), cancel);
            return null;
        }
        catch (CreelException e)
        {
            throw GatewayRemedy.To(e, agent, gateway);
        }
    }

    private static CallManner MannerOf(WakeReason reason) =>
        reason switch
        {
            WakeReason.Provisioned => Manner with { Fresh = true },
            // Somebody waits at a terminal; the next wake is another try.
            WakeReason.Nudged => CallManner.Once,
            _ => Manner,
        };

    private async Task<WakeAnswer?> HereAsync(WakeOrder order, AgentId agent, string text, string key, CancellationToken cancel)
    {
        var ticket = await ours()
            .SubmitAsync(new TurnRequest(key, agent, order.Session, text) { From = "admin", Alone = true }, cancel);
        return new WakeAnswer(EndAsync(ticket));
    }

    private static async Task<string?> EndAsync(TurnTicket ticket)
    {
        var end = await ticket.Completion;
        return end.State == TurnState.Ok ? null : end.Error ?? "its turn ended without an answer";
    }
}
