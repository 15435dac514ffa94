using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// The agents of a gateway elsewhere, by calls on its line. Writes go one after another, and each is seen before the next: an older
/// gateway forgets the first of two agents that are made at once.
/// </summary>
/// <param name="mode"><see cref="ProvisioningMode.Ours"/>: writes what differs, waits until it is seen, and reads again where somebody else wrote.</param>
public sealed class OpenClawControlPlane(IGatewayLine line, TimeProvider time, ProvisioningMode mode = ProvisioningMode.Ours)
    : IControlPlane
{
    private const int LongestLabel = 64;

    /// <summary>Calls under way at once, where agents are asked for one by one.</summary>
    private const int AtOnce = 16;

    private static readonly CallManner Fresh = new() { Fresh = true };
    private static readonly TimeSpan UnseenWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(150);

    private readonly OpenClawRoster roster = new(line, mode == ProvisioningMode.Seed);
    private readonly SemaphoreSlim writing = new(1);

    private bool AsSeed => mode == ProvisioningMode.Seed;

    public async Task EnsureSessionAsync(string key, string? label, CancellationToken cancel = default)
    {
        if (key.Length == 0)
        {
            return;
        }

        var parameters = new JsonObject { ["key"] = key };
        if (!string.IsNullOrEmpty(label))
        {
            parameters["label"] = AsSeed || label.Length <= LongestLabel ? label : label[..LongestLabel];
        }

        await line.CallAsync("sessions.patch", parameters, null, cancel);
    }

    public async Task ResetSessionAsync(string key, CancellationToken cancel = default)
    {
        if (key.Length > 0)
        {
            await line.CallAsync("sessions.reset", new JsonObject { ["key"] = key }, null, cancel);
        }
    }

    public async Task DeleteSessionAsync(string key, CancellationToken cancel = default)
    {
        if (key.Length > 0)
        {
            await line.CallAsync("sessions.delete", new JsonObject { ["key"] = key }, null, cancel);
        }
    }

    public async Task<IReadOnlyCollection<string>> UpsertAgentsAsync(
        IReadOnlyList<AgentRegistration> agents,
        CancellationToken cancel = default
    )
    {
        await writing.WaitAsync(cancel);
        try
        {
            if (!AsSeed)
            {
                return await UpsertAsync(agents, cancel);
            }

            var made = new List<string>();
            foreach (var agent in agents)
            {
                await UpsertAsSeedAsync(agent, made, cancel);
            }

            return made;
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task DeleteAgentAsync(string id, bool deleteFiles = true, CancellationToken cancel = default)
    {
        var parameters = new JsonObject { ["agentId"] = id, ["deleteFiles"] = deleteFiles };
        await writing.WaitAsync(cancel);
        try
        {
            await line.CallAsync("agents.delete", parameters, null, cancel);
            if (!AsSeed)
            {
                await UnseenAsync(id, cancel);
            }
        }
        catch (CreelException e) when (!AsSeed && e.Fault.Code == "gateway-agent")
        {
            // It is gone, which was wanted.
        }
        catch (CreelException e) when (!AsSeed && e.Fault.Code == "gateway-unsure")
        {
            if (await roster.HasAsync(id, cancel))
            {
                await line.CallAsync("agents.delete", parameters, null, cancel);
            }
        }
        finally
        {
            writing.Release();
        }
    }

    public async Task<IReadOnlySet<string>> ListSupportedFilesAsync(CancellationToken cancel = default)
    {
        if (RosterReading.DefaultAgent(await line.CallAsync("agents.list", null, null, cancel)) is not { } agent)
        {
            return FileRules.Usual;
        }

        var files = await FilesAsync(agent, cancel);
        return files.Count > 0 ? files.Keys.ToHashSet(StringComparer.Ordinal) : FileRules.Usual;
    }

    public Task<IReadOnlyDictionary<string, GatewayFile>> ListAgentFilesAsync(string id, CancellationToken cancel = default) =>
        FilesAsync(id, cancel);

    public async Task SetAgentFileAsync(string id, string name, string content, CancellationToken cancel = default)
    {
        if (!AsSeed && !FileRules.IsPlainName(name))
        {
            throw new CreelException(Fault.Invalid("unsupported-file", $"{name} is no name of a file of an agent"));
        }

        // What is not read back is not written.
        if (!AsSeed && Encoding.UTF8.GetByteCount(content) > GatewayBounds.FileBytes)
        {
            throw GatewayBounds.FileTooLarge(id, name);
        }

        await line.CallAsync(
            "agents.files.set",
            new JsonObject
            {
                ["agentId"] = id,
                ["name"] = name,
                ["content"] = content,
            },
            null,
            cancel
        );
    }

    public Task<ObservedRoster> ReadRosterAsync(CancellationToken cancel = default) => roster.ReadAsync(cancel);

    public async Task<IReadOnlyList<FoundAgent>> FindAgentsAsync(CancellationToken cancel = default)
    {
        var there = await roster.ReadAsync(cancel);
        var placed = new List<FoundAgent>();
        foreach (var some in FoundAgents.Of(there, await line.CallAsync("agents.list", null, null, cancel)).Chunk(AtOnce))
        {
            placed.AddRange(await Task.WhenAll(some.Select(agent => PlacedAsync(agent, cancel))));
        }

        return placed;
    }

    public async Task<string?> ReadAgentFileAsync(string id, string name, CancellationToken cancel = default) =>
        RosterReading.FileText(await line.CallAsync("agents.files.get", File(id, name), null, cancel), id, name);

    public async Task<bool> DeleteAgentFileAsync(string id, string name, CancellationToken cancel = default)
    {
        try
        {
            await line.CallAsync("agents.files.delete", File(id, name), null, cancel);
            return true;
        }
        catch (CreelException e) when (e.Fault.Message.Contains("unknown method", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }
    }

    public async Task PatchHeartbeatsAsync(IReadOnlyList<HeartbeatEntry> agents, CancellationToken cancel = default)
    {
        await writing.WaitAsync(cancel);
        try
        {
            await roster.PatchAsync(agents, cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task UpsertAsSeedAsync(AgentRegistration agent, List<string> made, CancellationToken cancel)
    {
        var known = RosterReading.Ids(await line.CallAsync("agents.list", null, null, cancel)).Contains(agent.Id);
        if (!known)
        {
            await line.CallAsync("agents.create", Creation(agent), null, cancel);
            made.Add(agent.Id);
        }

        if (known || agent.Name != agent.Id)
        {
            await line.CallAsync("agents.update", Update(agent), null, cancel);
        }

        await roster.PatchAsync([agent.Entry], cancel);
    }

    private async Task<IReadOnlyCollection<string>> UpsertAsync(IReadOnlyList<AgentRegistration> agents, CancellationToken cancel)
    {
        var there = await roster.ReadAsync(cancel);
        var missing = agents.Where(a => !there.Agents.ContainsKey(a.Id)).ToList();
        if (there.Shape == RosterShape.Entries)
        {
            await UpsertEntriesAsync(agents, missing, there, cancel);
            return [.. missing.Select(a => a.Id)];
        }

        foreach (var agent in missing)
        {
            await CreateAsync(agent, cancel);
            // Only when the gateway itself goes by it may the next be made.
            await SeeAsync(agent, cancel);
        }

        // Names too: of many agents.update in a row, an older gateway keeps the last.
        await roster.PatchAsync([.. agents.Select(a => a.Whole)], cancel);
        return [.. missing.Select(a => a.Id)];
    }

    /// <summary>The newer dialect takes agents from its configuration at once: all of them are one patch.</summary>
    private async Task UpsertEntriesAsync(
        IReadOnlyList<AgentRegistration> agents,
        List<AgentRegistration> missing,
        ObservedRoster there,
        CancellationToken cancel
    )
    {
        if (there.Agents.Count == 0 && missing.Count > 0)
        {
            // The first of all is made by the gateway itself, which then writes down the one that it had without saying so.
            await CreateAsync(missing[0], cancel);
            await SeeAsync(missing[0], cancel);
        }

        await roster.PatchAsync([.. agents.Select(a => a.Whole)], cancel);
        await Task.WhenAll(missing.Select(a => SeeAsync(a, cancel)));
    }

    private Task SeeAsync(AgentRegistration agent, CancellationToken cancel) => AskFilesAsync(agent.Id, Fresh, cancel);

    private async Task CreateAsync(AgentRegistration agent, CancellationToken cancel)
    {
        try
        {
            var made = await line.CallAsync("agents.create", Creation(agent), null, cancel);
            if (Payloads.Text(made, "agentId") is { } id && id != agent.Id)
            {
                throw new CreelException(
                    Fault.Invalid(
                        "gateway-agent-id",
                        $"the gateway made the agent {PlainLine.Of(id)} of the id {agent.Id}",
                        "Use an id of small letters, digits and dashes."
                    )
                );
            }
        }
        catch (CreelException e)
            when (e.Fault.Code == "gateway-unsure" || e.Fault.Message.Contains("already exists", StringComparison.Ordinal))
        {
            // Somebody was faster, or the line broke: whether it is there is looked at next.
            if (e.Fault.Code == "gateway-unsure" && !await roster.HasAsync(agent.Id, cancel))
            {
                await line.CallAsync("agents.create", Creation(agent), null, cancel);
            }
        }
    }

    /// <summary>A gateway goes by an agent for a moment after it is gone: what is written then would lie there for nobody.</summary>
    /// <exception cref="CreelException"><c>gateway-agent</c>: it is gone.</exception>
    private async Task UnseenAsync(string id, CancellationToken cancel)
    {
        for (var began = time.GetTimestamp(); time.GetElapsedTime(began) < UnseenWithin; )
        {
            await AskFilesAsync(id, null, cancel);
            await Task.Delay(LookAgain, time, cancel);
        }
    }

    /// <summary>Where the lists do not say in which folder it works, that of its files does.</summary>
    private async Task<FoundAgent> PlacedAsync(FoundAgent agent, CancellationToken cancel)
    {
        if (agent.Workspace is not null)
        {
            return agent;
        }

        try
        {
            return agent with { Workspace = Payloads.Text(await AskFilesAsync(agent.Id, null, cancel), "workspace") };
        }
        catch (CreelException e) when (e.Fault.Code == "gateway-agent")
        {
            // It went meanwhile, or the gateway does not go by it yet.
            return agent;
        }
    }

    private async Task<IReadOnlyDictionary<string, GatewayFile>> FilesAsync(string id, CancellationToken cancel) =>
        RosterReading.Files(await AskFilesAsync(id, null, cancel), bare: !AsSeed);

    private Task<JsonElement> AskFilesAsync(string id, CallManner? manner, CancellationToken cancel) =>
        line.CallAsync("agents.files.list", new JsonObject { ["agentId"] = id }, manner, cancel);

    private static JsonObject File(string id, string name) => new() { ["agentId"] = id, ["name"] = name };

    private static JsonObject Creation(AgentRegistration agent) => new() { ["name"] = agent.Id, ["workspace"] = agent.Workspace };

    private static JsonObject Update(AgentRegistration agent) =>
        new()
        {
            ["agentId"] = agent.Id,
            ["name"] = agent.Name,
            ["workspace"] = agent.Workspace,
        };
}
