using System.Text.Json.Nodes;
using Creel.Core;

namespace Creel.Adapters.Docker;

/// <summary>Containers and networks that this Creel made and knows no more, found by its label.</summary>
internal sealed class Leftovers(Engine engine)
{
    public async Task<IReadOnlyList<string>> RemoveAsync(string instance, IReadOnlySet<CellId> known, CancellationToken cancel)
    {
        var removed = new List<string>();
        var filter = Labels.Filter(Labels.Instance, instance);
        foreach (
            var (id, cell) in await FindAsync($"containers/json?all=1&filters={filter}", known, cancel).ConfigureAwait(false)
        )
        {
            var reply = await engine.DeleteAsync($"containers/{id}?force=1&v=1", cancel).ConfigureAwait(false);
            reply.OrFailUnless(404, "remove a container");
            removed.Add($"container {id[..12]} of cell {cell}");
        }

        foreach (var (id, cell) in await FindAsync($"networks?filters={filter}", known, cancel).ConfigureAwait(false))
        {
            (await engine.DeleteAsync($"networks/{id}", cancel).ConfigureAwait(false)).OrFailUnless(404, "remove a network");
            removed.Add($"network {id[..12]} of cell {cell}");
        }

        return removed;
    }

    private async Task<IReadOnlyList<(string Id, string Cell)>> FindAsync(
        string path,
        IReadOnlySet<CellId> known,
        CancellationToken cancel
    )
    {
        var reply = await engine.GetAsync(path, cancel).ConfigureAwait(false);
        return
        [
            .. reply
                .OrFail("list what it has")
                .Json!.AsArray()
                .Select(found => (Id: found!["Id"]!.GetValue<string>(), Cell: Cell(found)))
                .Where(found => !known.Contains(new CellId(found.Cell))),
        ];
    }

    private static string Cell(JsonNode found) => found["Labels"]?[Labels.Cell]?.GetValue<string>() ?? "";
}
