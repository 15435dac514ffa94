using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Brings agents to gateways, one run at a time at each, and goes on with what waits. What was begun is finished also when nobody looks on.</summary>
public sealed class Provisioner
{
    private readonly LifecyclePorts ports;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationToken stopping;
    private readonly DesiredNow now;
    private readonly OneAtATime turns;
    private readonly OwnTries tries;

    /// <param name="stopping">Serve ends: what is under way is left where it is, and found by the next.</param>
    public Provisioner(LifecyclePorts ports, TimeProvider time, ILogger log, CancellationToken stopping)
    {
        (this.ports, this.time, this.log, this.stopping) = (ports, time, log, stopping);
        (now, turns) = (new DesiredNow(ports), new OneAtATime(time));
        tries = new OwnTries(
            ports.Store,
            turns,
            (g, scope, options) => ToEndAsync([g], scope, options, null),
            time,
            log,
            stopping
        );
    }

    /// <inheritdoc cref="DesiredNow.Gateways"/>
    public IReadOnlyList<string?> Gateways(string? named) => now.Gateways(named);

    /// <inheritdoc cref="DesiredNow.GatewaysAsync"/>
    public Task<IReadOnlyList<string?>> GatewaysAsync(string? named, AgentId agent, CancellationToken cancel) =>
        now.GatewaysAsync(named, agent, cancel);

    /// <inheritdoc cref="DesiredNow.Find"/>
    public DesiredAgent? Find(AgentId agent) => now.Find(agent);

    /// <summary>Another token for an agent elsewhere, and nothing else there: what is still to be done for it waits as it did.</summary>
    /// <returns>Until when the tokens before it hold at the latest.</returns>
    /// <exception cref="CreelException">It has none of ours, or its gateway does not take it: those before it hold on.</exception>
    public async Task<DateTimeOffset> RotateAsync(DesiredAgent agent, CancellationToken cancel)
    {
        if (agent is not { Gateway: { } name, Files: not null })
        {
            throw new CreelException(
                Fault.Refused(
                    "agent-without-token",
                    $"agent '{agent.Agent}' has no token of ours: it is in a cell, or its files are its gateway's own"
                )
            );
        }

        try
        {
            // Who asks is told of a gateway that is away before anything else at it is waited for.
            await ports.ReachAsync(name, ProvisioningMode.Ours, cancel);
            return await turns.RunAsync(
                name,
                _ => { },
                async _ =>
                {
                    var gateway = await ports.ReachAsync(name, ProvisioningMode.Ours, stopping);
                    var wanted = new DesiredReading([agent], []);
                    var work = new GatewayWork(ports, name, wanted, TokenRun.Looking, time, log, _ => { });
                    return await new TokenRun(work, gateway).RunAsync(agent, stopping);
                },
                cancel
            );
        }
        catch (CreelException e)
        {
            throw GatewayRemedy.To(e, agent.Agent, name);
        }
    }

    /// <summary>What would be done; of a gateway that can't be looked at, why.</summary>
    public async Task<IReadOnlyList<GatewayPlan>> PlanAsync(
        IReadOnlyList<string?> gateways,
        ProvisionScope scope,
        ProvisionOptions options,
        CancellationToken cancel
    )
    {
        var habitat = now.Habitat;
        return await Task.WhenAll(gateways.Select(OneAsync));

        async Task<GatewayPlan> OneAsync(string? name)
        {
            var work = new GatewayWork(ports, name, new DesiredReading([], []), options, time, log, _ => { });
            try
            {
                var wanted = now.At(habitat, name, options.Mode);
                var run = new GatewayRun(work with { Wanted = wanted });
                var (plan, sight, _) = await run.PlanAsync(scope, cancel);
                var unseen = wanted
                    .Agents.Where(a => sight.Faults.ContainsKey(a.Registration.Id))
                    .Select(a => (a.Agent.Value, sight.Faults[a.Registration.Id]));
                var problems = wanted.Problems.Where(p => scope.Takes(p.Agent)).Select(p => (p.Agent.Value, p.Fault));
                return new GatewayPlan(name, plan, [.. problems, .. unseen], null);
            }
            catch (Exception e) when (GatewayWork.IsTold(e, cancel))
            {
                return new GatewayPlan(name, null, [], work.FaultOf(e));
            }
        }
    }

    /// <summary>Begins with the first who listens, and tells as it happens. Who stops listening does not stop it.</summary>
    public async IAsyncEnumerable<ProvisionEvent> RunAsync(
        IReadOnlyList<string?> gateways,
        ProvisionScope scope,
        ProvisionOptions options,
        [EnumeratorCancellation] CancellationToken cancel = default
    )
    {
        var events = Channel.CreateUnbounded<ProvisionEvent>();
        var run = ToEndAsync(gateways, scope, options, events.Writer);
        await foreach (var happened in events.Reader.ReadAllAsync(cancel))
        {
            yield return happened;
        }

        await run;
    }

    /// <summary>Goes on with what waits, when its time has come, until serve ends.</summary>
    public Task KeepAsync() => tries.KeepAsync(() => ports.Habitat() is not null);

    /// <summary>How all agents at gateways stand: those of which something is kept, and those that are only wanted.</summary>
    public async Task<IReadOnlyList<AgentPosition>> StatusAsync(CancellationToken cancel)
    {
        var records = await ports.Store.ListAsync(cancel);
        if (ports.Habitat() is not { } habitat)
        {
            return [.. records.Select(r => Position(r, null))];
        }

        var readings = now.Gateways(null)
            .Select(g => (Gateway: g, Reading: now.Look(habitat, g, ProvisioningMode.Ours)))
            .ToList();
        var wanted = readings.SelectMany(r => r.Reading.Agents).ToDictionary(a => (a.Gateway, a.Registration.Id));
        var unclear = readings.SelectMany(r => r.Reading.Problems.Select(p => new Resident(p.Agent, r.Gateway))).ToHashSet();
        var known = records.Select(r => (r.Gateway, r.Id)).ToHashSet();
        return
        [
            .. records.Select(r =>
                Position(r, wanted.GetValueOrDefault((r.Gateway, r.Id))) with
                {
                    Left = IsLeft(r) ? StandingRule.NotWanted(r, IsNamed(r)) : null,
                }
            ),
            .. wanted.Where(w => !known.Contains(w.Key)).Select(w => new AgentPosition(null, w.Value, AtWork: false)),
        ];

        bool IsNamed(ProvisionRecord r) => r.Gateway is null || habitat.ForeignGateways.ContainsKey(r.Gateway);

        // One that is being taken away goes on, where its gateway is known; the original knows agents by other ids than we do.
        bool IsLeft(ProvisionRecord r) =>
            !wanted.ContainsKey((r.Gateway, r.Id))
            && !unclear.Contains(r.Resident)
            && !(r.Standing == Standing.Removing && IsNamed(r))
            && now.Look(habitat, r.Gateway, ProvisioningMode.Seed).Agents.All(a => a.Registration.Id != r.Id);
    }

    private AgentPosition Position(ProvisionRecord record, DesiredAgent? wanted)
    {
        var run = turns.At(record.Gateway);
        return new AgentPosition(record, wanted, AtWork: run is not null) { Away = run?.Away };
    }

    private async Task ToEndAsync(
        IReadOnlyList<string?> gateways,
        ProvisionScope scope,
        ProvisionOptions options,
        ChannelWriter<ProvisionEvent>? events
    )
    {
        try
        {
            var began = time.GetTimestamp();
            var ends = await Task.WhenAll(gateways.Select(g => OneAsync(g, scope, options, events)));
            var all = ends.SelectMany(e => e).ToList();
            events?.TryWrite(new ProvisionEvent.Done(all.All(e => e.IsWell), time.GetElapsedTime(began), all));
            events?.TryComplete();
        }
        catch (Exception e) when (events is not null)
        {
            events.TryComplete(e);
        }
        catch (OperationCanceledException)
        {
            // Serve ends.
        }
    }

    private async Task<IReadOnlyCollection<AgentEnd>> OneAsync(
        string? name,
        ProvisionScope scope,
        ProvisionOptions options,
        ChannelWriter<ProvisionEvent>? events
    )
    {
        return await turns.RunAsync(
            name,
            before => Tell(new ProvisionEvent.Waits(name, before.Began, time.GetUtcNow() - before.Began)),
            async run => await new GatewayRun(await WorkAsync(run)).RunAsync(scope, stopping),
            stopping
        );

        async Task<GatewayWork> WorkAsync(RunNow run)
        {
            var work = new GatewayWork(ports, name, new DesiredReading([], []), options, time, log, Tell) { Now = run };
            try
            {
                // Now that its turn has come: the habitat may be another one than when it was asked for.
                return work with { Wanted = now.At(now.Habitat, name, options.Mode) };
            }
            catch (Exception e) when (GatewayWork.IsTold(e, stopping))
            {
                // What waits here must not be found waiting again and again without a word.
                // Nobody is to be taken away for it: who is wanted is not known.
                await new GatewayRun(work with { Options = options with { Prune = false } }).FailAsync(scope, e, stopping);
                throw;
            }
        }

        void Tell(ProvisionEvent happened)
        {
            events?.TryWrite(happened);
            switch (happened)
            {
                case ProvisionEvent.Unreached { Fault: var fault }:
                    log.LogWarning("{Gateway}: {Why}", name ?? "our gateway", fault);
                    break;
                case ProvisionEvent.Ended { End: { IsWell: false, Record: { Error: { } why } record } }
                    when !StandingRule.IsAway(why):
                    log.LogWarning("{Agent} at {Gateway}: {Why}", record.Agent, name ?? "our gateway", why);
                    break;
            }
        }
    }
}
