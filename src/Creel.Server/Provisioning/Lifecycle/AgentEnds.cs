using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Where each agent of a run ended, written down as it does.</summary>
/// <param name="gateway">Null: ours.</param>
internal sealed class AgentEnds(LifecyclePorts ports, string? gateway, TimeProvider time, Action<ProvisionEvent> tell)
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

        tell(new ProvisionEvent.Ended(end));
    }

    public bool Has(DesiredAgent agent)
    {
        lock (one)
        {
            return ends.ContainsKey(agent.Registration.Id);
        }
    }

    /// <summary>One that is wanted, and goes on from the start.</summary>
    public async Task FailAsync(DesiredAgent agent, ProvisionRecord record, Fault fault, bool wrote, CancellationToken cancel)
    {
        var after = After(record with { Standing = Standing.Waiting }, fault);
        await ports.Store.PutAsync(after, cancel);
        Add(new AgentEnd(after, after.Standing, wrote, IsMain(agent)), record.Id);
    }

    /// <summary>One that is not wanted, or of which nobody knows what it is to be.</summary>
    public async Task FailAsync(ProvisionRecord record, Fault fault, CancellationToken cancel)
    {
        var after = After(record, fault);
        await ports.Store.PutAsync(after, cancel);
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

    public ProvisionRecord Fresh(AgentId agent, string id) =>
        new()
        {
            Gateway = gateway,
            Id = id,
            Agent = agent,
            At = time.GetUtcNow(),
        };

    /// <summary>What is kept of this gateway, by id. As it is when it is first asked for, it says what was to be tried by itself, and when.</summary>
    public async Task<Dictionary<string, ProvisionRecord>> RecordsAsync(CancellationToken cancel)
    {
        var records = (await ports.Store.ListAsync(cancel)).Where(r => r.Gateway == gateway).ToList();
        due ??= records.Where(r => r.NextTry is not null).ToDictionary(r => r.Id, r => r.NextTry!.Value, StringComparer.Ordinal);
        return records.ToDictionary(r => r.Id, StringComparer.Ordinal);
    }

    private ProvisionRecord After(ProvisionRecord record, Fault fault) =>
        StandingRule.After(
            record,
            fault,
            time.GetUtcNow(),
            ports.Chance(),
            due?.TryGetValue(record.Id, out var at) == true ? at : null
        );
}
