using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Where each agent of a run ended, written down as it does.</summary>
internal sealed class AgentEnds(GatewayWork work)
{
    private readonly Dictionary<string, AgentEnd> ends = new(StringComparer.Ordinal);
    private readonly Lock one = new();
    private Dictionary<string, DateTimeOffset>? due;

    public IReadOnlyCollection<AgentEnd> All => ends.Values;

    public static bool IsMain(DesiredAgent agent) => agent.Kind == AgentKind.Main;

    public void Add(AgentEnd end, string id)
    {
        lock (one)
        {
            ends[id] = end;
        }

        work.Tell(new ProvisionEvent.Ended(end));
    }

    public bool Has(DesiredAgent agent)
    {
        lock (one)
        {
            return ends.ContainsKey(agent.Registration.Id);
        }
    }

    /// <summary>One that is wanted, and goes on from the start; done as the original did, it waits for a person.</summary>
    public async Task FailAsync(DesiredAgent agent, ProvisionRecord record, Fault fault, bool wrote, CancellationToken cancel)
    {
        var after = After(record with { Standing = Standing.Waiting }, fault);
        if (work.Options.Mode == ProvisioningMode.Seed)
        {
            after = after with { Standing = Standing.Failed, NextTry = null };
        }

        await work.Ports.Store.PutAsync(after, cancel);
        Add(new AgentEnd(after, after.Standing, wrote, IsMain(agent)), record.Id);
    }

    /// <summary>One that is not wanted, or of which nobody knows what it is to be.</summary>
    public async Task FailAsync(ProvisionRecord record, Fault fault, CancellationToken cancel)
    {
        var after = After(record, fault);
        await work.Ports.Store.PutAsync(after, cancel);
        Add(new AgentEnd(after, after.Standing, Wrote: false, IsMain: false), record.Id);
    }

    /// <param name="record">Null: it was never there, and nothing is kept of it.</param>
    public async Task FailAsync(ProvisionRecord? record, AgentId agent, Fault problem, CancellationToken cancel)
    {
        if (record is not null)
        {
            await FailAsync(record, problem, cancel);
            return;
        }

        var after = After(Fresh(agent, $"({agent})"), problem);
        Add(new AgentEnd(after, after.Standing, Wrote: false, IsMain: false), after.Id);
    }

    /// <summary>All that have not ended: those that are wanted, and of the others those that wait.</summary>
    public async Task FailAllAsync(ProvisionScope scope, Fault fault, CancellationToken cancel)
    {
        var records = await RecordsAsync(cancel);
        foreach (var agent in work.Wanted.Agents.Where(d => scope.Takes(d) && d.Files is not null && !Has(d)))
        {
            var record = records.GetValueOrDefault(agent.Registration.Id) ?? Fresh(agent.Agent, agent.Registration.Id);
            await FailAsync(agent, record with { Owed = work.Options.Owing(record.Owed) }, fault, wrote: false, cancel);
        }

        foreach (var record in records.Values.Where(r => scope.Takes(r) && !work.IsWanted(r)))
        {
            var prunes = work.Options.Prune && record.Made;
            if (prunes || record.NextTry is not null)
            {
                await FailAsync(prunes ? record with { Standing = Standing.Removing } : record, fault, cancel);
            }
        }
    }

    public ProvisionRecord Fresh(AgentId agent, string id) =>
        new()
        {
            Gateway = work.Name,
            Id = id,
            Agent = agent,
            At = work.Time.GetUtcNow(),
        };

    /// <summary>What is kept of this gateway, by id. As it is when it is first asked for, it says what was to be tried by itself, and when.</summary>
    public async Task<Dictionary<string, ProvisionRecord>> RecordsAsync(CancellationToken cancel)
    {
        var records = (await work.Ports.Store.ListAsync(cancel)).Where(r => r.Gateway == work.Name).ToList();
        due ??= records.Where(r => r.NextTry is not null).ToDictionary(r => r.Id, r => r.NextTry!.Value, StringComparer.Ordinal);
        return records.ToDictionary(r => r.Id, StringComparer.Ordinal);
    }

    private ProvisionRecord After(ProvisionRecord record, Fault fault) =>
        StandingRule.After(
            record,
            fault,
            work.Time.GetUtcNow(),
            work.Ports.Chance(),
            due?.TryGetValue(record.Id, out var at) == true ? at : null
        );
}
