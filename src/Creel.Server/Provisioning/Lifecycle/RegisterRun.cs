using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>All that have to be made or changed in one go; where that does not go for a reason of one of them, it is searched for by halves.</summary>
/// <param name="record">Of each agent of the plan.</param>
internal sealed class RegisterRun(GatewayWork work, GatewayReach gateway, AgentEnds ends, Func<AgentPlan, ProvisionRecord> record)
{
    public async Task RunAsync(ProvisionPlan plan, CancellationToken cancel)
    {
        var agents = plan.Agents.Where(a => !ends.Has(a.Desired) && a is { Absent: false, IsImported: false }).ToList();
        var changing = agents.Where(a => a.Registers).ToList();
        if (changing.Count > 0 || plan.Patches)
        {
            await HalveAsync(changing.Count > 0 ? changing : agents, cancel);
        }
    }

    private async Task HalveAsync(List<AgentPlan> agents, CancellationToken cancel)
    {
        try
        {
            await RegisterAsync(agents, cancel);
        }
        catch (Exception e) when (GatewayWork.IsTold(e, cancel))
        {
            var fault = work.FaultOf(e);
            if (StandingRule.IsTransient(fault) || agents.Count < 2)
            {
                foreach (var agent in agents)
                {
                    await ends.FailAsync(agent.Desired, record(agent), fault, wrote: true, cancel);
                }

                return;
            }

            await HalveAsync(agents[..(agents.Count / 2)], cancel);
            await HalveAsync(agents[(agents.Count / 2)..], cancel);
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
