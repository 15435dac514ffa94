using System.Collections.Concurrent;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Listing = System.Collections.Generic.IReadOnlyDictionary<string, Creel.Core.Provisioning.Gateways.GatewayFile>;

namespace Creel.Server.Provisioning.Lifecycle;

/// <summary>What was seen at a gateway. The tokens in it live as long as the run, and are in no text.</summary>
/// <param name="Desired">As this gateway takes them.</param>
internal sealed record GatewaySight(
    IReadOnlyList<DesiredAgent> Desired,
    ObservedRoster Roster,
    IReadOnlyDictionary<string, ObservedAgent> Agents,
    IReadOnlyDictionary<string, Fault> Faults,
    IReadOnlyDictionary<string, string> Tokens
);

/// <summary>Looks at a gateway: its roster once, each agent's files once, and the text of those that are not as they were.</summary>
internal sealed class GatewayLook(GatewayWork work, GatewayReach gateway, GatewayAway away)
{
    /// <summary>Calls under way at once, on the one line.</summary>
    private const int AtOnce = 16;

    /// <summary>Files that are read at once: each may be as large as a frame before it is known to be too large.</summary>
    private const int ReadAtOnce = 4;

    private readonly SemaphoreSlim reading = new(ReadAtOnce);
    private long held;

    /// <exception cref="CreelException">The gateway can't be looked at, or not any more.</exception>
    public async Task<GatewaySight> LookAsync(
        IReadOnlyList<DesiredAgent> desired,
        IReadOnlyDictionary<string, ProvisionRecord> records
    )
    {
        try
        {
            return await SeeAsync(desired, records, away.Token);
        }
        catch (OperationCanceledException) when (away.Fault is { } gone)
        {
            // All that was under way was let go for it, and does not say so.
            throw new CreelException(gone);
        }
    }

    private async Task<GatewaySight> SeeAsync(
        IReadOnlyList<DesiredAgent> desired,
        IReadOnlyDictionary<string, ProvisionRecord> records,
        CancellationToken cancel
    )
    {
        var roster = await gateway.Plane.ReadRosterAsync(cancel);
        var (agents, faults) = (new ConcurrentDictionary<string, ObservedAgent>(), new ConcurrentDictionary<string, Fault>());
        var (listed, standing) = (new ConcurrentDictionary<string, Listing>(), new ConcurrentDictionary<string, string>());
        await EachAsync(
            desired.Where(d => d.Files is not null && roster.Agents.ContainsKey(d.Registration.Id)),
            async (id, _, stop) => listed[id] = await gateway.Plane.ListAgentFilesAsync(id, stop)
        );
        var taken = await TakenAsync(desired, listed.Values, cancel);
        desired = [.. desired.Select(d => FileFolding.Of(d, taken))];
        await EachAsync(
            desired.Where(d => !faults.ContainsKey(d.Registration.Id)),
            async (id, agent, stop) =>
            {
                var entry = roster.Agents.GetValueOrDefault(id);
                var files = listed.TryGetValue(id, out var there)
                    ? await ReadAsync(agent, there, records.GetValueOrDefault(id), roster.Shape, standing, stop)
                    : [];
                agents[id] = new ObservedAgent(id, entry, files);
            }
        );
        return new GatewaySight(desired, roster, agents, faults, standing);

        Task EachAsync(IEnumerable<DesiredAgent> all, Func<string, DesiredAgent, CancellationToken, Task> look) =>
            Parallel.ForEachAsync(
                all,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel },
                async (agent, stop) =>
                {
                    try
                    {
                        await look(agent.Registration.Id, agent, stop);
                    }
                    catch (Exception e) when (GatewayWork.IsTold(e, stop))
                    {
                        var why = await away.OfAsync(e, gateway.Plane);
                        faults[agent.Registration.Id] = why;
                        if (away.Fault == why)
                        {
                            throw new CreelException(why);
                        }
                    }
                }
            );
    }

    /// <summary>The names of files that the gateway knows; it is asked only where none of our agents is there to tell.</summary>
    private async Task<IReadOnlyCollection<string>> TakenAsync(
        IReadOnlyList<DesiredAgent> desired,
        IEnumerable<Listing> listed,
        CancellationToken cancel
    ) =>
        listed.FirstOrDefault(l => l.Count > 0) is { } known ? [.. known.Keys]
        : desired.Any(d => d.Files is not null) ? await gateway.Plane.ListSupportedFilesAsync(cancel)
        : [];

    private async Task<Dictionary<string, ObservedFile>> ReadAsync(
        DesiredAgent agent,
        Listing listed,
        ProvisionRecord? record,
        RosterShape shape,
        ConcurrentDictionary<string, string> standing,
        CancellationToken cancel
    )
    {
        var id = agent.Registration.Id;
        var seen = listed.ToDictionary(l => l.Key, l => new ObservedFile(l.Value), StringComparer.Ordinal);
        var marked = agent.Files!.Where(f => TokenText.IsMarked(f.Value)).Select(f => f.Key).ToHashSet(StringComparer.Ordinal);
        var options = work.Options;
        if (marked.Count > 0 && !options.CheckTokens && !await work.Ports.Tokens.HasAsync(agent.Resident, cancel))
        {
            // They were ended: whatever stands there does not hold.
            options = options with
            {
                CheckTokens = true,
            };
        }

        foreach (var name in FileReading.Needed(agent, record, listed, shape, options))
        {
            // One that it takes, and does not list.
            var file = listed.GetValueOrDefault(name) ?? new GatewayFile(name, Missing: false, null);
            if (await TextAsync(id, file, cancel) is not { } text)
            {
                seen[name] = new ObservedFile(file with { Missing = true });
                continue;
            }

            var holds = marked.Contains(name)
                ? await HoldsAsync(agent.Resident, text, t => standing.TryAdd(id, t), cancel)
                : null;
            seen[name] = new ObservedFile(file, Held(agent, name, TokenText.Mask(text, agent.Agent)), holds);
        }

        return seen;
    }

    private async Task<string?> TextAsync(string id, GatewayFile file, CancellationToken cancel)
    {
        if (file.Size > GatewayBounds.FileBytes)
        {
            throw GatewayBounds.FileTooLarge(id, file.Name);
        }

        await reading.WaitAsync(cancel);
        try
        {
            return await gateway.Plane.ReadAgentFileAsync(id, file.Name, cancel);
        }
        finally
        {
            reading.Release();
        }
    }

    /// <summary>What is as ours is not held twice; of the rest there is as much as there is room for.</summary>
    private string Held(DesiredAgent agent, string name, string text)
    {
        var ours = agent.Files!.First(f => f.Key == name).Value;
        return text == ours ? ours
            : Interlocked.Add(ref held, text.Length) <= GatewayBounds.HeldText ? text
            : throw GatewayBounds.TextTooMuch();
    }

    private async Task<bool?> HoldsAsync(Resident agent, string text, Action<string> stands, CancellationToken cancel)
    {
        var found = AgentToken.Find(text, agent.Agent);
        var all = found.Count > 0;
        foreach (var token in found)
        {
            if (await work.Ports.Tokens.HoldsAsync(agent, token, cancel))
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
