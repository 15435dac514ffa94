using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Edits;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Server.Provisioning;

/// <summary>The gateways elsewhere that the habitat names: one line to each, made when it is first asked for.</summary>
public sealed class ForeignGateways(ProvisioningPorts ports) : IAsyncDisposable
{
    private readonly Dictionary<string, (GatewayAccess Access, IGatewayLine Line)> lines = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim turn = new(1);

    public IReadOnlyList<ForeignGatewayModel> All =>
        [.. (ports.Habitat()?.ForeignGateways.Values ?? []).OrderBy(g => g.Name, StringComparer.Ordinal)];

    /// <exception cref="CreelException">There is none of that name.</exception>
    public ForeignGatewayModel Get(string name) =>
        ports.Habitat()?.ForeignGateway(name) ?? throw ForeignGatewayModel.Missing(name, []);

    /// <summary>Where the habitat has an agent of that id, in words; null: nowhere.</summary>
    internal string? Where(AgentId id) =>
        ports.Habitat()?.Find(id) is not null ? "here"
        : All.FirstOrDefault(g => g.Agents.Any(a => a.Id == id)) is { } gateway ? $"at {gateway.Name}"
        : null;

    internal GatewayAgentView View(GatewayAgentModel agent) =>
        GatewayAgentView.Of(agent, ports.Habitat()?.Provisioning ?? ProvisioningModel.None);

    /// <summary>Whether something is kept that opens it.</summary>
    public bool HasSecret(ForeignGatewayModel gateway) => Secret(gateway) is not null;

    /// <summary>The one line to it.</summary>
    /// <exception cref="CreelException">There is none of that name, or what opens it was given for another address.</exception>
    public async Task<IGatewayLine> LineAsync(string name, CancellationToken cancel = default)
    {
        await turn.WaitAsync(cancel);
        try
        {
            var gateway = Get(name);
            var access = Access(gateway);
            if (lines.TryGetValue(name, out var there))
            {
                if (there.Access == access)
                {
                    return there.Line;
                }

                lines.Remove(name);
                await there.Line.DisposeAsync();
            }

            if (ports.Secrets.Address(name) is null)
            {
                // Its agents' files, with their tokens in them, go there from now on and nowhere else.
                ports.Secrets.Keep(name, gateway.Url);
            }

            var line = ports.Open(access);
            lines[name] = (access, line);
            return line;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Its agents. One that is not there is told at once; one that goes while we are at it is waited for.</summary>
    /// <exception cref="CreelException">There is none of that name, it can't be reached, or what opens it is not to be used.</exception>
    public async Task<GatewayReach> ReachAsync(string name, ProvisioningMode mode, CancellationToken cancel = default)
    {
        var line = await LineAsync(name, cancel);
        await line.HelloAsync(cancel);
        return new GatewayReach(name, ports.Plane(line, mode), () => line.Figures, c => line.HelloAsync(c))
        {
            Secrets = [.. line.Access.Secrets],
        };
    }

    /// <summary>Turns of its agents.</summary>
    /// <exception cref="CreelException">There is none of that name, or what opens it was given for another address.</exception>
    public async Task<IGatewayTurns> TurnsAsync(string name, CancellationToken cancel = default) =>
        ports.Turns(await LineAsync(name, cancel));

    /// <exception cref="CreelException">There is none of that name.</exception>
    public Task<IReadOnlyList<GatewayStep>> TryAsync(string name, CancellationToken cancel) =>
        ports.TryAsync(Access(Get(name)), cancel);

    /// <summary>
    /// Tries a gateway, and writes it into the habitat where it works or only waits to let us in. One that is in the habitat is given what is
    /// said of it, and what opens it.
    /// </summary>
    /// <param name="gateway">What is null, or false, in it is not said.</param>
    /// <param name="anyway">It is written whatever came of it.</param>
    /// <exception cref="CreelException">It is there and nothing else is said of it, what opens it was given for another address, it is there by another name or address, or the habitat can't be written.</exception>
    public async Task<(bool Kept, IReadOnlyList<GatewayStep> Steps)> AddAsync(
        ForeignGatewayModel gateway,
        GatewaySecret? secret,
        bool anyway,
        string by,
        CancellationToken cancel
    )
    {
        var habitat = HabitatUp.Of(ports.Habitat);
        var written = habitat.ForeignGateways.GetValueOrDefault(gateway.Name);
        // One that no secret opens is followed to the address that the habitat says when a person says it too.
        var opens = secret is not null || (ports.Secrets.Find(gateway.Name) is null && Moved(gateway) is not null);
        gateway = written is null ? Alone(habitat, gateway) : Laid(written, gateway, opens);
        var steps = await ports.TryAsync(written is not null && !opens ? Access(gateway) : Access(gateway, secret), cancel);
        var keeps = anyway || steps.All(s => s.Ok != false) || steps.Any(s => s is { Ok: false, Name: "pairing" });
        if (!keeps)
        {
            return (false, steps);
        }

        // What opens it first: a name in the habitat without it would be one that does not work.
        await KeepAsync(gateway, secret, cancel);
        var keys = Json(gateway);
        foreach (var (key, value) in written is null ? [] : Json(written))
        {
            if (JsonNode.DeepEquals(keys[key], value))
            {
                keys.Remove(key);
            }
        }

        if (keys.Count == 0)
        {
            return (true, steps);
        }

        try
        {
            await HabitatEdits.ApplyAsync(
                ports.Config,
                root => GatewayAgentEdit.SetGateway(root, gateway.Name, keys),
                by,
                cancel
            );
        }
        catch when (written is null)
        {
            ports.Secrets.Remove(gateway.Name);
            throw;
        }

        return (true, steps);
    }

    /// <exception cref="CreelException">There is none of that name, or the habitat can't be written.</exception>
    public async Task RemoveAsync(string name, string by, CancellationToken cancel)
    {
        var gateway = Get(name);
        await HabitatEdits.ApplyAsync(
            ports.Config,
            root => GatewayAgentEdit.RemoveGateway(root, name, [.. gateway.Agents.Select(a => a.Id.Value)]),
            by,
            cancel
        );
        ports.Secrets.Remove(name);
        await EndTokensAsync(gateway, cancel);

        await turn.WaitAsync(cancel);
        try
        {
            if (lines.Remove(name, out var there))
            {
                await there.Line.DisposeAsync();
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, line) in lines.Values)
        {
            await line.DisposeAsync();
        }

        lines.Clear();
    }

    /// <summary>What opens it, and where it is.</summary>
    private async Task KeepAsync(ForeignGatewayModel gateway, GatewaySecret? secret, CancellationToken cancel)
    {
        if (Moved(gateway) is not null)
        {
            await EndTokensAsync(gateway, cancel);
            ports.Secrets.Remove(gateway.Name);
        }

        if (secret is not null)
        {
            ports.Secrets.Set(gateway.Name, secret);
        }
        else if (ports.Secrets.Address(gateway.Name) is null)
        {
            ports.Secrets.Keep(gateway.Name, gateway.Url);
        }
    }

    /// <summary>The name may come to mean another machine.</summary>
    private async Task EndTokensAsync(ForeignGatewayModel gateway, CancellationToken cancel)
    {
        await ports.Tokens.RevokeAllAsync(gateway.Name, cancel);
        foreach (var agent in gateway.Agents)
        {
            await ports.Tokens.RevokeAsync(agent.Id, cancel);
        }
    }

    /// <summary>Where it was, if it is somewhere else now; null: it is where it was, or was nowhere.</summary>
    private Uri? Moved(ForeignGatewayModel gateway) =>
        ports.Secrets.Address(gateway.Name) is { } kept && !GatewayAddress.IsOne(kept, gateway.Url) ? kept : null;

    private GatewaySecret? Secret(ForeignGatewayModel gateway) =>
        ports.Secrets.Find(gateway.Name) is { } secret && GatewayAddress.IsOne(secret.Url, gateway.Url) ? secret : null;

    private GatewayAccess Access(ForeignGatewayModel gateway)
    {
        var secret = ports.Secrets.Find(gateway.Name);
        return Moved(gateway) is not { } was
            ? Access(gateway, secret)
            : throw new CreelException(
                Fault.Refused(
                    "gateway-moved",
                    $"{(secret is null ? $"{gateway.Name} was at" : $"what opens {gateway.Name} was given for")} {was.Authority}, "
                        + $"and the habitat now says {gateway.Url.Authority}",
                    secret is null
                        ? $"If that is right: creel gateway add {gateway.Name} {gateway.Url.OriginalString}; its agents then get other tokens."
                        : $"If that is right: creel gateway rm {gateway.Name}, and add it again."
                )
            );
    }

    private GatewayAccess Access(ForeignGatewayModel gateway, GatewaySecret? secret) =>
        new(gateway.Url)
        {
            Name = gateway.Name,
            Token = secret is { IsPassword: false } ? secret.Text : null,
            Password = secret is { IsPassword: true } ? secret.Text : null,
            Pin = gateway.Pin,
            CaFile = gateway.CaFile,
            Device = gateway.Device ? ports.Secrets.Device() : null,
        };

    /// <exception cref="CreelException">There is one at that address already.</exception>
    private static ForeignGatewayModel Alone(HabitatModel habitat, ForeignGatewayModel gateway) =>
        habitat.ForeignGateways.Values.FirstOrDefault(g => GatewayAddress.IsOne(g.Url, gateway.Url)) is { } other
            ? throw new CreelException(
                Fault.Conflict(
                    "gateway-alike",
                    $"the gateway at {gateway.Url.OriginalString} is there already, as {other.Name}",
                    $"Go by that name; what is to be otherwise: creel gateway add {other.Name} {gateway.Url.OriginalString}, with it. "
                        + $"Another name for it: creel gateway rm {other.Name} first."
                )
            )
            : gateway;

    /// <summary>What is said, over what is written.</summary>
    /// <exception cref="CreelException">Nothing is said, or another address.</exception>
    /// <param name="opens">Something else is said by which it is called.</param>
    private static ForeignGatewayModel Laid(ForeignGatewayModel written, ForeignGatewayModel said, bool opens)
    {
        if (!GatewayAddress.IsOne(written.Url, said.Url))
        {
            throw new CreelException(
                Fault.Conflict(
                    "gateway-there",
                    $"there is a gateway {written.Name}, at {written.Url.OriginalString}",
                    $"Choose another name; or take that one out first: creel gateway rm {written.Name}"
                )
            );
        }

        var laid = written with
        {
            Pin = said.Pin ?? written.Pin,
            CaFile = said.CaFile ?? written.CaFile,
            Device = said.Device || written.Device,
            WorkspaceRoot = said.WorkspaceRoot ?? written.WorkspaceRoot,
            BaseUrl = said.BaseUrl ?? written.BaseUrl,
        };
        return laid == written && !opens
            ? throw new CreelException(
                Fault.Conflict(
                    "gateway-there",
                    $"there is a gateway {written.Name} already, which is as you say",
                    $"Say what is to be otherwise, as in --workspace-root DIR or --token-stdin; try it: creel gateway test {written.Name}"
                )
            )
            : laid;
    }

    private static JsonObject Json(ForeignGatewayModel gateway)
    {
        var json = new JsonObject { ["url"] = gateway.Url.OriginalString };
        if (gateway.Pin is not null)
        {
            json["pin"] = gateway.Pin;
        }

        if (gateway.CaFile is not null)
        {
            json["ca"] = gateway.CaFile;
        }

        if (gateway.Device)
        {
            json["device"] = true;
        }

        if (gateway.WorkspaceRoot is not null)
        {
            json["workspaceRoot"] = gateway.WorkspaceRoot;
        }

        if (gateway.BaseUrl is not null)
        {
            json["baseUrl"] = gateway.BaseUrl;
        }

        return json;
    }
}
