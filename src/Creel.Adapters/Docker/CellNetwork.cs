using System.Text.Json.Nodes;
using Creel.Adapters.Linux;
using Creel.Core;
using Creel.Core.Isolation;

namespace Creel.Adapters.Docker;

/// <summary>A bridge for one cell alone, with addresses of our own choosing.</summary>
internal sealed class CellNetwork(Engine engine, DockerOptions options)
{
    private const int Tries = 32;

    /// <summary>The beginning of the names of all bridges of cells.</summary>
    public const string BridgePrefix = "crl-";

    /// <returns>Its id; null where the cell's mode needs none.</returns>
    public async Task<string?> MakeAsync(CellSpec spec, CancellationToken cancel)
    {
        if (spec.Network is not (NetworkMode.Internal or NetworkMode.Bridge))
        {
            return null;
        }

        // Also where it has no address of the host: the bridge's own link-local ones remain, and what answers on all addresses.
        BridgeFirewall.Ensure();
        var used = await UsedAsync(cancel).ConfigureAwait(false);
        var why = "all of the pool is used";
        foreach (var subnet in Subnets.Free(options.Pool, used, spec.Id.Value).Take(Tries))
        {
            var reply = await engine.PostAsync("networks/create", Order(spec, subnet), cancel).ConfigureAwait(false);
            if (reply.Ok)
            {
                return reply.Json!["Id"]!.GetValue<string>();
            }

            why = reply.Message;
            if (!why.Contains("overlap", StringComparison.OrdinalIgnoreCase))
            {
                break;
            }
        }

        throw new CreelException(
            Fault.Unavailable("docker-network", $"Docker could not make a network for cell {spec.Group}: {why}")
        );
    }

    /// <summary>The network that was made for a cell of this id; null where there is none.</summary>
    public async Task<string?> OfAsync(CellId cell, CancellationToken cancel) =>
        (await AllAsync(cell, cancel).ConfigureAwait(false)).FirstOrDefault();

    /// <summary>Removes what cells of this id were given.</summary>
    public async Task RemoveAsync(CellId cell)
    {
        foreach (var id in await AllAsync(cell, CancellationToken.None).ConfigureAwait(false))
        {
            await RemoveAsync(id).ConfigureAwait(false);
        }
    }

    /// <summary>Nothing to do where there is none, or no more.</summary>
    public async Task RemoveAsync(string? network)
    {
        if (network is not null)
        {
            (await engine.DeleteAsync($"networks/{network}", CancellationToken.None).ConfigureAwait(false)).OrFailUnless(
                404,
                "remove the network of a cell"
            );
        }
    }

    private async Task<IReadOnlyList<string>> AllAsync(CellId cell, CancellationToken cancel)
    {
        var all = await engine.GetAsync($"networks?filters={Labels.Filter(cell)}", cancel).ConfigureAwait(false);
        return [.. all.OrFail("list its networks").Json!.AsArray().Select(network => network!["Id"]!.GetValue<string>())];
    }

    private async Task<List<string>> UsedAsync(CancellationToken cancel)
    {
        var reply = await engine.GetAsync("networks", cancel).ConfigureAwait(false);
        var networks = reply.OrFail("list its networks").Json!.AsArray();
        var subnets =
            from network in networks
            from config in network?["IPAM"]?["Config"] as JsonArray ?? []
            let subnet = config?["Subnet"]?.GetValue<string>()
            where subnet is not null
            select subnet;
        return [.. subnets, .. Subnets.Routed(KernelFile.Lines("/proc/net/route"))];
    }

    private static JsonObject Order(CellSpec spec, string subnet)
    {
        var isolated = spec.Network == NetworkMode.Internal;
        return new JsonObject
        {
            ["Name"] = $"creel-{spec.Id}",
            ["Driver"] = "bridge",
            ["CheckDuplicate"] = true,
            ["Internal"] = isolated,
            ["Labels"] = Labels.Of(spec),
            ["IPAM"] = new JsonObject { ["Config"] = new JsonArray(new JsonObject { ["Subnet"] = subnet }) },
            ["Options"] = new JsonObject
            {
                // A bridge's name has 15 characters at most.
                ["com.docker.network.bridge.name"] = BridgePrefix + spec.Id.Value[..Math.Min(10, spec.Id.Value.Length)],
                ["com.docker.network.bridge.enable_icc"] = "false",
                // Without an address of the host on it, no service of the host is reached over it.
                ["com.docker.network.bridge.inhibit_ipv4"] = isolated ? "true" : "false",
            },
        };
    }
}
