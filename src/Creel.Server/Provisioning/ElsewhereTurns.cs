using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning;

/// <summary>Turns over the one line to each gateway.</summary>
public sealed class ElsewhereTurns(Func<HabitatModel?> habitat, Func<ForeignGateways> gateways, TimeProvider time)
    : IElsewhereTurns
{
    private static readonly TimeSpan Reach = TimeSpan.FromSeconds(20);

    public async Task ReachAsync(AgentId agent, CancellationToken cancel = default)
    {
        var there = Find(agent);
        var line = await gateways().LineAsync(there.Gateway, cancel);
        try
        {
            await line.HelloAsync(cancel).WaitAsync(Reach, time, cancel);
        }
        catch (TimeoutException)
        {
            var gone = new CreelException(Fault.Unavailable("gateway-gone", $"gateway '{there.Gateway}' can't be reached"));
            throw GatewayRemedy.To(gone, agent, there.Gateway);
        }
    }

    public async Task<ElsewhereAnswer> TurnAsync(
        AgentId agent,
        string run,
        string message,
        TimeSpan timeout,
        CancellationToken cancel = default
    )
    {
        var there = Find(agent);
        var (turns, session) = (await gateways().TurnsAsync(there.Gateway, cancel), AgentSessions.Of(there));
        var answer = await turns.RunAsync(session, run, message, timeout, cancel);
        return new ElsewhereAnswer(answer.Text, session, answer.Failed);
    }

    private GatewayAgentModel Find(AgentId agent) =>
        habitat()?.ForeignGateways.Values.SelectMany(g => g.Agents).FirstOrDefault(a => a.Id == agent)
        ?? throw new CreelException(Fault.Unavailable("agent-gone", $"the habitat has no agent '{agent}' elsewhere now"));
}
