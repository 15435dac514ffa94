using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>One after another, as the original did; what goes wrong waits for a person, who says the same once more.</summary>
internal sealed class SeedRuns(GatewayWork work, GatewayReach gateway, AgentEnds ends, GatewayAway away)
{
    public async Task RunAsync(ProvisionScope scope, CancellationToken cancel)
    {
        var records = await ends.RecordsAsync(cancel);
        foreach (var agent in work.Wanted.Agents.Where(d => scope.Takes(d) && d.Files is not null))
        {
            var id = agent.Registration.Id;
            var record = records.GetValueOrDefault(id) ?? ends.Fresh(agent.Agent, id);
            if (away.Fault is { } gone)
            {
                await ends.FailAsync(agent, record, gone, wrote: false, cancel);
                continue;
            }

            var run = new SeedRun(
                work.Ports,
                gateway,
                work.Time,
                t => work.Tell(new ProvisionEvent.Step(work.Name, agent.Agent, t))
            );
            try
            {
                await run.RunAsync(agent, record, work.Options, away.Token);
                record = run.Record;
                await work.Ports.Store.PutAsync(record, cancel);
                ends.Add(new AgentEnd(record, record.Standing, Wrote: true, AgentEnds.IsMain(agent)), id);
            }
            catch (Exception e) when (GatewayWork.IsTold(e, cancel))
            {
                await ends.FailAsync(agent, run.Record, await away.OfAsync(e, gateway.Plane), wrote: true, cancel);
            }
        }
    }
}
