using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Routing;
using Creel.Core.Sessions;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Our own gateway's agents, in process: what a client would change over the line, without one.</summary>
/// <param name="by">Who is written down as having done it.</param>
public sealed class OwnControlPlane(GatewayPorts ports, string by) : IControlPlane
{
    private const int Protocol = GatewayLimits.LowestProtocol;
    private const int LongestLabel = 64;
    private const int MostConflicts = 8;

    public async Task EnsureSessionAsync(string key, string? label, CancellationToken cancel = default)
    {
        if (key.Length > 0)
        {
            IReadOnlyList<SessionChange> changes = string.IsNullOrEmpty(label)
                ? []
                : [new SessionChange("label", label.Length <= LongestLabel ? label : label[..LongestLabel])];
            await ports.Sessions.PatchAsync(key, changes, by, cancel);
        }
    }

    public async Task ResetSessionAsync(string key, CancellationToken cancel = default)
    {
        if (key.Length > 0)
        {
            await ports.Sessions.ResetAsync(key, "reset", by, cancel);
        }
    }

    public async Task DeleteSessionAsync(string key, CancellationToken cancel = default)
    {
        if (key.Length > 0)
        {
            await ports.Sessions.DeleteAsync(key, deleteTranscript: true, by, cancel);
        }
    }

    public async Task<IReadOnlyCollection<string>> UpsertAgentsAsync(
        IReadOnlyList<AgentRegistration> agents,
        CancellationToken cancel = default
    )
    {
        var made = new List<string>();
        foreach (var agent in agents)
        {
            var id = AgentId.Parse(agent.Id);
            var entry = new RosterEntry(id, agent.Name, agent.Workspace, null, null, null);
            var known = ports.Habitat()?.Find(id);
            if (known is null)
            {
                await TranslateAsync(() => ports.Roster.CreateAsync(entry, by, cancel));
                made.Add(agent.Id);
            }
            else if (known.Name != agent.Name || ports.Files.Workspace(id) != agent.Workspace)
            {
                await TranslateAsync(() => ports.Roster.UpdateAsync(entry, by, cancel));
            }
        }

        await PatchHeartbeatsAsync([.. agents.Select(a => a.Entry)], cancel);
        return made;
    }

    public async Task DeleteAgentAsync(string id, bool deleteFiles = true, CancellationToken cancel = default)
    {
        var agent = AgentId.Parse(id);
        if (ports.Habitat()?.Find(agent) is not null)
        {
            await TranslateAsync(async () => await ports.Roster.DeleteAsync(agent, deleteFiles, by, cancel));
        }
    }

    public async Task<IReadOnlySet<string>> ListSupportedFilesAsync(CancellationToken cancel = default)
    {
        var agents = ports.Habitat()?.Agents ?? [];
        return (agents.FirstOrDefault(a => a.Default) ?? agents.FirstOrDefault()) is { } agent
            ? (await ports.Files.ListAsync(agent.Id, cancel)).Select(f => f.Name).ToHashSet(StringComparer.Ordinal)
            : FileRules.Usual;
    }

    public async Task<IReadOnlyDictionary<string, GatewayFile>> ListAgentFilesAsync(
        string id,
        CancellationToken cancel = default
    ) =>
        (await ports.Files.ListAsync(Known(id), cancel)).ToDictionary(
            f => f.Name,
            f => new GatewayFile(f.Name, f.Missing, f.Size, f.UpdatedAt?.ToUnixTimeMilliseconds()),
            StringComparer.Ordinal
        );

    public async Task SetAgentFileAsync(string id, string name, string content, CancellationToken cancel = default)
    {
        if (!FileRules.IsPlainName(name))
        {
            throw new CreelException(Fault.Invalid("unsupported-file", $"{name} is no name of a file of an agent"));
        }

        await ports.Files.SetAsync(Known(id), name, content, cancel);
    }

    public async Task<ObservedRoster> ReadRosterAsync(CancellationToken cancel = default)
    {
        var view = await ports.Settings.GetAsync(cancel);
        var read = new JsonObject { ["config"] = view.Config.DeepClone(), ["hash"] = view.Hash };
        return new ObservedRoster(JsonSerializer.SerializeToElement(read), Protocol);
    }

    public async Task<IReadOnlyList<FoundAgent>> FindAgentsAsync(CancellationToken cancel = default) =>
        [
            .. FoundAgents
                .Of(await ReadRosterAsync(cancel), default)
                .Select(a => a with { Workspace = ports.Files.Workspace(AgentId.Parse(a.Id)) }),
        ];

    public async Task<string?> ReadAgentFileAsync(string id, string name, CancellationToken cancel = default) =>
        (await ports.Files.GetAsync(Known(id), name, cancel)).Content;

    /// <summary>What an agent in a cell has no more use for it takes away itself.</summary>
    public Task<bool> DeleteAgentFileAsync(string id, string name, CancellationToken cancel = default) => Task.FromResult(false);

    public async Task PatchHeartbeatsAsync(IReadOnlyList<HeartbeatEntry> agents, CancellationToken cancel = default)
    {
        for (var conflicts = 0; agents.Count > 0; conflicts++)
        {
            var roster = await ReadRosterAsync(cancel);
            if (HeartbeatPatch.Of(roster, agents, ports.DefaultAgent()) is not { } patch)
            {
                return;
            }

            try
            {
                await ports.Settings.PatchAsync(patch.Raw, patch.BaseHash, by, cancel);
                return;
            }
            catch (GatewayException e)
            {
                var refusal = new GatewayRefusal("config.patch", e.Error.Code, e.Error.Message);
                if (!refusal.IsConflict || conflicts >= MostConflicts)
                {
                    throw new CreelException(refusal.ToFault(), e);
                }
            }
        }
    }

    private AgentId Known(string id) =>
        ports.Habitat()?.Find(AgentId.Parse(RoutingText.Agent(id)))?.Id
        ?? throw new CreelException(Fault.NotFound("gateway-agent", $"there is no agent {id}"));

    /// <summary>Who calls in process is no client of the protocol: he is told as everybody else.</summary>
    private static async Task TranslateAsync(Func<ValueTask> change)
    {
        try
        {
            await change();
        }
        catch (GatewayException e)
        {
            throw new CreelException(new GatewayRefusal("agents", e.Error.Code, e.Error.Message).ToFault(), e);
        }
    }
}
