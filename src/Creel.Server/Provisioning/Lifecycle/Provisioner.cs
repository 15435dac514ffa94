using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>Brings agents to gateways, one run at a time at each, and goes on with what waits. What was begun is finished also when nobody looks on.</summary>
/// <param name="stopping">Serve ends: what is under way is left where it is, and found by the next.</param>
public sealed class Provisioner(LifecyclePorts ports, TimeProvider time, ILogger log, CancellationToken stopping)
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, SemaphoreSlim> turns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> working = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim asked = new(0);

    /// <summary>The gateways of the habitat in force: ours, where agents in cells are provisioned, and those elsewhere.</summary>
    /// <param name="named">Null: all.</param>
    /// <exception cref="CreelException">No habitat is up, or it names no such gateway.</exception>
    public IReadOnlyList<string?> Gateways(string? named)
    {
        var habitat = Habitat();
        if (named is not null)
        {
            return habitat.ForeignGateways.ContainsKey(named)
                ? [named]
                : throw new CreelException(
                    Fault.NotFound("no-gateway", "there is no gateway of that name", "See which there are: creel gateway list")
                );
        }

        string?[] here = habitat.Agents.Any(a => IsProvisioned(habitat, a.Id)) ? [null] : [];
        return [.. here, .. habitat.ForeignGateways.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The gateways at which an agent lives, or did; null among them: ours.</summary>
    /// <param name="named">Null: any.</param>
    /// <exception cref="CreelException">It lives at none of them.</exception>
    public async Task<IReadOnlyList<string?>> GatewaysAsync(string? named, AgentId agent, CancellationToken cancel)
    {
        var habitat = Habitat();
        var known = (await ports.Store.ListAsync(cancel)).Where(r => r.Agent == agent).Select(r => r.Gateway).ToHashSet();
        List<string?> found =
        [
            .. Gateways(named)
                .Where(g =>
                    known.Contains(g)
                    || (g is null ? IsProvisioned(habitat, agent) : habitat.ForeignGateways[g].Agents.Any(a => a.Id == agent))
                ),
        ];
        return found.Count > 0
            ? found
            : throw new CreelException(
                Fault.NotFound(
                    "no-agent",
                    named is null
                        ? $"no agent '{agent}' lives at a gateway elsewhere, or has 'provision' here"
                        : $"no agent '{agent}' lives at {named}",
                    "See who does: creel provision status"
                )
            );
    }

    /// <summary>What would be done; of a gateway that can't be looked at, why.</summary>
    public async Task<IReadOnlyList<GatewayPlan>> PlanAsync(
        IReadOnlyList<string?> gateways,
        ProvisionScope scope,
        ProvisionOptions options,
        CancellationToken cancel
    )
    {
        var habitat = Habitat();
        return await Task.WhenAll(gateways.Select(OneAsync));

        async Task<GatewayPlan> OneAsync(string? name)
        {
            var work = new GatewayWork(ports, name, new DesiredReading([], []), options, time, log, _ => { });
            try
            {
                var wanted = Desired(habitat, name, options);
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

    /// <summary>Begins at once, and tells as it happens. Who stops listening does not stop it.</summary>
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
    public async Task KeepAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var next = await DueAsync();
                var pause = next is { } at ? at - time.GetUtcNow() : Look;
                var wait =
                    pause < TimeSpan.Zero ? TimeSpan.Zero
                    : pause > Look ? Look
                    : pause;
                using var woken = CancellationTokenSource.CreateLinkedTokenSource(stopping);
                await Task.WhenAny(asked.WaitAsync(woken.Token), Task.Delay(wait, time, woken.Token));
                await woken.CancelAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogError(e, "what waits to be provisioned can't be looked at");
                await Task.Delay(Look, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>What is kept of all agents at gateways, and which of them are just being worked on; and those that are only wanted.</summary>
    public async Task<(
        IReadOnlyList<(ProvisionRecord Record, bool AtWork)> Kept,
        IReadOnlyList<DesiredAgent> Missing
    )> StatusAsync(CancellationToken cancel)
    {
        var records = await ports.Store.ListAsync(cancel);
        var known = records.Select(r => (r.Gateway, r.Id)).ToHashSet();
        var wanted = ports.Habitat() is { } habitat
            ? Gateways(null).SelectMany(g => Desired(habitat, g, ProvisionOptions.Usual).Agents)
            : [];
        return (
            [.. records.Select(r => (r, working.ContainsKey(r.Gateway ?? "")))],
            [.. wanted.Where(w => !known.Contains((w.Gateway, w.Registration.Id)))]
        );
    }

    /// <summary>Of a gateway that the habitat names no more: nobody is wanted there.</summary>
    private DesiredReading Desired(HabitatModel habitat, string? gateway, ProvisionOptions options) =>
        gateway is null ? Here(habitat, ports.Desired(habitat, gateway, options.Mode))
        : habitat.ForeignGateways.ContainsKey(gateway) ? ports.Desired(habitat, gateway, options.Mode)
        : new DesiredReading([], []);

    private static DesiredReading Here(HabitatModel habitat, DesiredReading all) =>
        new(
            [.. all.Agents.Where(a => IsProvisioned(habitat, a.Agent))],
            [.. all.Problems.Where(p => IsProvisioned(habitat, p.Agent))]
        );

    /// <summary>Of the agents in cells only those that say so: a workspace may be somebody's work.</summary>
    private static bool IsProvisioned(HabitatModel habitat, AgentId agent) =>
        habitat.Find(agent) is not null && habitat.Provisioning.Agents.ContainsKey(agent);

    private HabitatModel Habitat() => HabitatUp.Of(ports.Habitat);

    /// <returns>When the next one's time comes; null: none waits.</returns>
    private async Task<DateTimeOffset?> DueAsync()
    {
        if (ports.Habitat() is null)
        {
            return null;
        }

        var waiting = (await ports.Store.ListAsync(stopping))
            .Where(r => r.Standing is Standing.Waiting or Standing.Removing && r.NextTry is not null)
            .ToList();
        var due = waiting.Where(r => r.NextTry <= time.GetUtcNow()).GroupBy(r => r.Gateway).ToList();
        await Task.WhenAll(
            due.Select(g => ToEndAsync([g.Key], new ProvisionScope([.. g.Select(r => r.Agent)]), ProvisionOptions.Usual, null))
        );
        return due.Count > 0 ? time.GetUtcNow() + Least : waiting.Min(r => r.NextTry);
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
            var habitat = Habitat();
            var ends = await Task.WhenAll(gateways.Select(g => OneAsync(g, habitat, scope, options, events)));
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

        asked.Release();
    }

    private async Task<IReadOnlyCollection<AgentEnd>> OneAsync(
        string? name,
        HabitatModel habitat,
        ProvisionScope scope,
        ProvisionOptions options,
        ChannelWriter<ProvisionEvent>? events
    )
    {
        var turn = turns.GetOrAdd(name ?? "", _ => new SemaphoreSlim(1));
        await turn.WaitAsync(stopping);
        working[name ?? ""] = true;
        try
        {
            return await new GatewayRun(await WorkAsync()).RunAsync(scope, stopping);
        }
        finally
        {
            working.TryRemove(name ?? "", out _);
            turn.Release();
        }

        async Task<GatewayWork> WorkAsync()
        {
            var work = new GatewayWork(ports, name, new DesiredReading([], []), options, time, log, Tell);
            try
            {
                return work with { Wanted = Desired(habitat, name, options) };
            }
            catch (Exception e) when (GatewayWork.IsTold(e, stopping))
            {
                // What waits here must not be found waiting again and again without a word.
                await new GatewayRun(work).FailAsync(scope, e, stopping);
                throw;
            }
        }

        void Tell(ProvisionEvent happened)
        {
            events?.TryWrite(happened);
            if (happened is ProvisionEvent.Ended { End: { IsWell: false, Record: { } record } })
            {
                log.LogWarning("{Agent} at {Gateway}: {Why}", record.Agent, name ?? "our gateway", record.Error);
            }
        }
    }
}
