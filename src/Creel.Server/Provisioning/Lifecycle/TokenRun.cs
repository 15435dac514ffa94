using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Gives one agent another token, and leaves all else at its gateway as it is, also what is still to be done there.</summary>
internal sealed class TokenRun(GatewayWork work, GatewayReach gateway)
{
    public static readonly ProvisionOptions Looking = new() { CheckTokens = true };

    /// <returns>Until when the tokens before it hold at the latest.</returns>
    /// <exception cref="CreelException">It did not go: those before it hold on.</exception>
    public async Task<DateTimeOffset> RunAsync(DesiredAgent agent, CancellationToken cancel)
    {
        var id = agent.Registration.Id;
        var record =
            (await work.Ports.Store.ListAsync(cancel)).FirstOrDefault(r => r.Gateway == agent.Gateway && r.Id == id)
            ?? throw new CreelException(TokenPlan.NoPlace(agent));
        var known = new Dictionary<string, ProvisionRecord> { [id] = record };
        using var away = new GatewayAway(work, _ => { }, cancel);
        var sight = await new GatewayLook(work, gateway, away).LookAsync([agent], known);
        if (sight.Faults.GetValueOrDefault(id) is { } unseen)
        {
            throw new CreelException(unseen);
        }

        var plan = TokenPlan.Of(sight.Desired[0], sight.Agents[id]);
        if (plan.Refusal is { } refusal)
        {
            throw new CreelException(refusal);
        }

        record = Remembering.Seen(record, plan.Desired, sight.Agents[id]);
        return await new AgentRun(work.Ports, gateway, work.Time, sight.Tokens.GetValueOrDefault(id), _ => { }).RotateAsync(
            plan,
            record,
            cancel
        );
    }
}
