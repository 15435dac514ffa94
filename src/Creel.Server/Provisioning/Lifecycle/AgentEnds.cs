using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Where each agent of a run ended, written down as it does.</summary>
internal sealed class AgentEnds(GatewayWork work)
{
    private readonly Dictionary<string, AgentEnd> ends = new(StringComparer.Ordinal);
    private readonly Lock one = new();
    private Dictionary<string, (DateTimeOffset At, int Attempts)>? due;
    private DateTimeOffset? together;

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

    public bool Has(DesiredAgent agent) => Has(agent.Registration.Id);

    /// <summary>When all who wait for this gateway are tried again; null: a person says when. <see cref="RecordsAsync"/> came before.</summary>
    public DateTimeOffset? Next(Fault fault) =>
        work.Options.Mode != ProvisioningMode.Seed && StandingRule.IsTransient(fault) ? Together() : null;

    /// <summary>One that is wanted, and goes on from the start; done as the original did, it waits for a person.</summary>
    public Task FailAsync(DesiredAgent agent, ProvisionRecord record, Fault fault, bool wrote, CancellationToken cancel) =>
        FailAsync(agent, record, fault, wrote, StandingRule.IsAway(fault), cancel);

    /// <param name="whole">It is of the gateway as a whole: all wait together, and who was well, with nothing owed to it, still is.</param>
    private async Task FailAsync(
        DesiredAgent agent,
        ProvisionRecord record,
        Fault fault,
        bool wrote,
        bool whole,
        CancellationToken cancel
    )
    {
        var unseen = whole && !wrote && StandingRule.IsTransient(fault) && IsWell(record) && !KnownWork.IsOwed(record, agent);
        var after = After(unseen ? record : record with { Standing = Standing.Waiting }, fault, whole, unseen);
        if (work.Options.Mode == ProvisioningMode.Seed)
        {
            after = after with { Standing = unseen ? after.Standing : Standing.Failed, NextTry = null };
        }

        await work.Ports.Store.PutAsync(after, cancel);
        Add(new AgentEnd(after, after.Standing, wrote, IsMain(agent)) { Unseen = unseen }, record.Id);
    }

    /// <summary>One that is not wanted, or of which nobody knows what it is to be.</summary>
    public async Task FailAsync(ProvisionRecord record, Fault fault, CancellationToken cancel)
    {
        var unseen = StandingRule.IsAway(fault) && IsWell(record);
        var after = After(record, fault, StandingRule.IsAway(fault), unseen);
        await work.Ports.Store.PutAsync(after, cancel);
        Add(new AgentEnd(after, after.Standing, Wrote: false, IsMain: false) { Unseen = unseen }, record.Id);
    }

    /// <summary>Those that can't be made as the habitat says, whatever became of the others.</summary>
    public async Task FailProblemsAsync(ProvisionScope scope, CancellationToken cancel)
    {
        var problems = work.Wanted.Problems.Where(p => scope.Takes(p.Agent)).ToList();
        if (problems.Count == 0)
        {
            return;
        }

        var records = (await RecordsAsync(cancel)).Values;
        foreach (var (agent, problem) in problems)
        {
            if (records.FirstOrDefault(r => r.Agent == agent) is { } record)
            {
                await FailAsync(record, problem, cancel);
                continue;
            }

            // It was never there, and nothing is kept of it.
            var after = After(Fresh(agent, $"({agent})"), problem, whole: false, unseen: false);
            Add(new AgentEnd(after, after.Standing, Wrote: false, IsMain: false), after.Id);
        }
    }

    /// <summary>All that have not ended: those that are wanted, and of the others those that wait.</summary>
    public async Task FailAllAsync(ProvisionScope scope, Fault fault, CancellationToken cancel)
    {
        var records = await RecordsAsync(cancel);
        foreach (var agent in work.Wanted.Agents.Where(d => scope.Takes(d) && !Has(d)))
        {
            var known = records.GetValueOrDefault(agent.Registration.Id);
            if (agent.Files is null)
            {
                // It was ours when it began to wait: until its gateway was looked at it waits with the others.
                if (known is { NextTry: not null })
                {
                    await FailAsync(known, fault, cancel);
                }

                continue;
            }

            var record = known ?? Fresh(agent.Agent, agent.Registration.Id);
            await FailAsync(
                agent,
                record with
                {
                    Owed = work.Options.Owing(record.Owed),
                },
                fault,
                wrote: false,
                whole: true,
                cancel
            );
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

    /// <summary>The gateway is there: who waits for it and was not in this run is tried at once, not each at its own time.</summary>
    public async Task HastenAsync(CancellationToken cancel)
    {
        var now = work.Time.GetUtcNow();
        foreach (var record in (await RecordsAsync(cancel)).Values.Where(r => r.NextTry > now && r.Error is not null))
        {
            // One that was not answered may never be: it keeps its own time.
            if (StandingRule.IsAway(record.Error!) && !StandingRule.IsSilent(record.Error!) && !Has(record.Id))
            {
                await work.Ports.Store.PutAsync(record with { NextTry = now }, cancel);
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
        due ??= records
            .Where(r => r.NextTry is not null)
            .ToDictionary(r => r.Id, r => (r.NextTry!.Value, r.Attempts), StringComparer.Ordinal);
        return records.ToDictionary(r => r.Id, StringComparer.Ordinal);
    }

    private bool Has(string id)
    {
        lock (one)
        {
            return ends.ContainsKey(id);
        }
    }

    private static bool IsWell(ProvisionRecord record) => record.Standing == Standing.Provisioned;

    private ProvisionRecord After(ProvisionRecord record, Fault fault, bool whole, bool unseen)
    {
        var after = StandingRule.After(
            record,
            fault,
            work.Time.GetUtcNow(),
            work.Ports.Chance(),
            due?.TryGetValue(record.Id, out var own) == true ? own.At : null,
            unseen
        );
        return whole && after.NextTry is not null ? after with { NextTry = Together() } : after;
    }

    /// <summary>One time for all. A try by hand postpones none of theirs; of one whose time has come the next is later than the one before.</summary>
    private DateTimeOffset Together()
    {
        lock (one)
        {
            if (together is { } known)
            {
                return known;
            }

            var now = work.Time.GetUtcNow();
            var all = due?.Values.ToList() ?? [];
            var past = all.Where(d => d.At <= now).ToList();
            together =
                past.Count == 0 && all.Count > 0
                    ? all.Min(d => d.At)
                    : now + StandingRule.Pause(past.Select(d => d.Attempts).DefaultIfEmpty().Max(), work.Ports.Chance());
            return together.Value;
        }
    }
}
