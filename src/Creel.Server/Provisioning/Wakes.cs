using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Wakes agents as the habitat has them.</summary>
/// <param name="limit">How long an agent of a gateway has to check in.</param>
public sealed class Wakes(CheckInBook book, Func<string, TimeSpan> limit) : IWakes
{
    public async ValueTask WakeAsync(
        DesiredAgent agent,
        WakeReason reason,
        string? firstWords,
        CancellationToken cancel = default
    ) => await BeginAsync(agent, reason, firstWords, cancel);

    /// <returns>The generation of the wake.</returns>
    /// <exception cref="CreelException">The message was not taken, or the agent has nothing to check in with.</exception>
    public Task<long> BeginAsync(DesiredAgent agent, WakeReason reason, string? firstWords, CancellationToken cancel)
    {
        if (agent is { Gateway: { } gateway, Files: null })
        {
            throw new CreelException(
                Fault.Refused(
                    "agent-imported",
                    $"the files of agent '{agent.Agent}' are its gateway's own, so it has no token to check in with",
                    $"Write files: true into gateways.{gateway}.agents.{agent.Agent}, then: creel provision --agent {agent.Agent}"
                )
            );
        }

        var order = new WakeOrder(
            agent.Session,
            agent.Registration.Name,
            reason,
            agent.Gateway is { } name ? limit(name) : WakeOrder.UsualLimit,
            agent.Gateway is null ? null : HeartbeatTimes.Every(agent.Registration.Heartbeat),
            firstWords
        );
        return book.WakeAsync(agent.Resident, order, cancel);
    }
}
