using System.Text.Json.Nodes;
using Creel.Core.Outbound;
using Creel.Proxy.Prices;

namespace Creel.Proxy.Offline;

/// <summary>The models that can be asked for: those with a price, since no other call gets this far.</summary>
internal static class Catalogue
{
    public static byte[] All(OfflineCall call)
    {
        var names = Names(call).ToList();
        var list = new JsonArray([.. names.Select(name => (JsonNode)Entry(call, name))]);
        return Pieces.Json(
            call.Dialect == Dialect.Anthropic
                ? new JsonObject
                {
                    ["data"] = list,
                    ["has_more"] = false,
                    ["first_id"] = names.FirstOrDefault(),
                    ["last_id"] = names.LastOrDefault(),
                }
                : new JsonObject { ["object"] = "list", ["data"] = list }
        );
    }

    /// <returns>Null: there is none of that name.</returns>
    public static byte[]? One(OfflineCall call, string name) =>
        Names(call).Contains(name) ? Pieces.Json(Entry(call, name)) : null;

    private static IEnumerable<string> Names(OfflineCall call) =>
        PriceList.Snapshot.Models.Where(m => m.Upstream == call.Upstream).SelectMany(m => m.Names).Where(name => name != "*");

    private static JsonObject Entry(OfflineCall call, string name) =>
        call.Dialect == Dialect.Anthropic
            ? new JsonObject
            {
                ["type"] = "model",
                ["id"] = name,
                ["display_name"] = $"{name} (offline: no model)",
                ["created_at"] = "1970-01-01T00:00:00Z",
            }
            : new JsonObject
            {
                ["id"] = name,
                ["object"] = "model",
                ["created"] = 0,
                ["owned_by"] = "creel-offline",
            };
}
