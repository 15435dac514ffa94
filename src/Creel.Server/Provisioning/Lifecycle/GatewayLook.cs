using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What was seen at a gateway. The tokens in it live as long as the run, and are in no text.</summary>
internal sealed record GatewaySight(
    GatewayRoster Roster,
    IReadOnlyDictionary<string, ObservedAgent> Agents,
    IReadOnlyDictionary<string, Fault> Faults,
    IReadOnlyDictionary<string, string> Tokens
);

/// <summary>Looks at a gateway: its roster once, each agent's files once, and the text of those that are not as they were.</summary>
internal sealed class GatewayLook(GatewayReach gateway, IAgentTokens tokens)
{
    /// <summary>Calls under way at once, on the one line.</summary>
    private const int AtOnce = 16;

    /// <exception cref="CreelException">The gateway can't be looked at.</exception>
    public async Task<GatewaySight> LookAsync(
        IReadOnlyList<DesiredAgent> desired,
        IReadOnlyDictionary<string, ProvisionRecord> records,
        ProvisionOptions options,
        CancellationToken cancel
    )
    {
        var roster = await gateway.Reading.ReadRosterAsync(cancel);
        var (agents, faults) = (new ConcurrentDictionary<string, ObservedAgent>(), new ConcurrentDictionary<string, Fault>());
        var standing = new ConcurrentDictionary<string, string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        await Parallel.ForEachAsync(
            desired,
            parallel,
            async (agent, stop) =>
            {
                var id = agent.Registration.Id;
                try
                {
                    agents[id] = await OneAsync(agent, roster, records.GetValueOrDefault(id), options, standing, stop);
                }
                catch (CreelException e)
                {
                    faults[id] = e.Fault;
                }
            }
        );
        return new GatewaySight(roster, agents, faults, standing);
    }

    private async Task<ObservedAgent> OneAsync(
        DesiredAgent agent,
        GatewayRoster roster,
        ProvisionRecord? record,
        ProvisionOptions options,
        ConcurrentDictionary<string, string> standing,
        CancellationToken cancel
    )
    {
        var id = agent.Registration.Id;
        var seen = new Dictionary<string, ObservedFile>(StringComparer.Ordinal);
        if (!roster.Agents.TryGetValue(id, out var entry) || agent.Files is null)
        {
            return new ObservedAgent(id, entry, seen);
        }

        var listed = await gateway.Plane.ListAgentFilesAsync(id, cancel);
        foreach (var (name, file) in listed)
        {
            seen[name] = new ObservedFile(file);
        }

        var marked = agent.Files.Where(f => TokenText.IsMarked(f.Value)).Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var name in FileReading.Needed(agent, record, listed, options))
        {
            if (await gateway.Reading.ReadAgentFileAsync(id, name, cancel) is not { } text)
            {
                seen[name] = new ObservedFile(listed[name] with { Missing = true });
                continue;
            }

            var holds = marked.Contains(name) ? await HoldsAsync(agent.Agent, text, t => standing.TryAdd(id, t), cancel) : null;
            seen[name] = new ObservedFile(listed[name], TokenText.Mask(text, agent.Agent), holds);
        }

        return new ObservedAgent(id, entry, seen);
    }

    private async Task<bool?> HoldsAsync(AgentId agent, string text, Action<string> stands, CancellationToken cancel)
    {
        var found = TokenText.Find(text, agent);
        var all = found.Count > 0;
        foreach (var token in found)
        {
            if (await tokens.HoldsAsync(agent, token, cancel))
            {
                stands(token);
            }
            else
            {
                all = false;
            }
        }

        return all;
    }
}
