using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>All that have to be made or changed in one go; where that does not go for a reason of one of them, it is searched for by halves.</summary>
/// <param name="record">Of each agent of the plan.</param>
internal sealed class RegisterRun(
    GatewayWork work,
    GatewayReach gateway,
    AgentEnds ends,
    GatewayAway away,
    Func<AgentPlan, ProvisionRecord> record
)
{
    private static readonly Fault NotTried = Fault.Unavailable(
        "gateway-unsearched",
        "its gateway refused others that were to be made or changed in one go with it; it is tried again without those that were found"
    );

    /// <summary>Writings of the configuration that are left; each may take a gateway half a minute.</summary>
    private int left;

    public async Task RunAsync(ProvisionPlan plan, CancellationToken cancel)
    {
        var agents = plan.Agents.Where(a => !ends.Has(a.Desired) && a is { Absent: false, IsImported: false }).ToList();
        var changing = agents.Where(a => a.Registers).ToList();
        if (changing.Count > 0 || plan.Patches)
        {
            left = Most(changing.Count > 0 ? changing.Count : agents.Count);
            await HalveAsync(changing.Count > 0 ? changing : agents, cancel);
        }
    }

    private async Task HalveAsync(List<AgentPlan> agents, CancellationToken cancel)
    {
        if (left-- <= 0)
        {
            await FailAsync(agents, NotTried, wrote: false, cancel);
            return;
        }

        try
        {
            await RegisterAsync(agents, away.Token);
        }
        catch (Exception e) when (GatewayWork.IsTold(e, cancel))
        {
            var fault = await away.OfAsync(e, gateway.Plane);
            if (!IsOfOne(fault) || agents.Count < 2)
            {
                await FailAsync(agents, fault, wrote: true, cancel);
                return;
            }

            await HalveAsync(agents[..(agents.Count / 2)], cancel);
            await HalveAsync(agents[(agents.Count / 2)..], cancel);
        }
    }

    /// <summary>Enough to find two among many; who is then not tried yet is, without them, the next time.</summary>
    private static int Most(int agents) => 4 * (1 + (int)Math.Ceiling(Math.Log2(Math.Max(agents, 1))));

    /// <summary>It may be what one of them says. A gateway that is silent, gone or lets us do nothing is so with any of them.</summary>
    private static bool IsOfOne(Fault fault) =>
        !StandingRule.IsTransient(fault)
        && fault.Kind is not (FaultKind.Unauthenticated or FaultKind.Refused or FaultKind.Unavailable);

    private async Task FailAsync(List<AgentPlan> agents, Fault fault, bool wrote, CancellationToken cancel)
    {
        foreach (var agent in agents)
        {
            await ends.FailAsync(agent.Desired, record(agent), fault, wrote, cancel);
        }
    }

    private async Task RegisterAsync(IReadOnlyList<AgentPlan> agents, CancellationToken cancel)
    {
        if (agents.Count == 0)
        {
            return;
        }

        if (work.Name is null || agents.All(a => !a.Registers))
        {
            await gateway.Plane.PatchHeartbeatsAsync([.. agents.Select(a => a.Desired.Registration.Entry)], cancel);
        }
        else
        {
            await gateway.Plane.UpsertAgentsAsync([.. agents.Select(a => a.Desired.Registration)], cancel);
        }

        work.Tell(new ProvisionEvent.Step(work.Name, null, Words(agents)));
    }

    private static string Words(IReadOnlyList<AgentPlan> agents)
    {
        var made = agents.Count(a => a.Creates);
        return $"{made} made, {agents.Count - made} changed; its configuration is written once";
    }
}
