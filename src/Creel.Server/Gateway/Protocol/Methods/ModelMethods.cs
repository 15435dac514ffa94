using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary><c>models.list</c>: those that the agents think with.</summary>
internal sealed class ModelMethods(GatewayPorts ports)
{
    public IEnumerable<GatewayMethod> All => [new("models.list", new ParamShape(), List) { Lenient = true }];

    private ValueTask<JsonNode?> List(GatewayCall call)
    {
        var models = (ports.Habitat()?.Agents ?? [])
            .Select(a => a.Model)
            .OfType<string>()
            .Distinct()
            .Order(StringComparer.Ordinal);
        return ValueTask.FromResult<JsonNode?>(
            new JsonObject
            {
                ["models"] = new JsonArray([
                    .. models.Select(m =>
                    {
                        var (provider, name) = ModelName.Split(m);
                        return (JsonNode)
                            new JsonObject
                            {
                                ["id"] = name,
                                ["name"] = name,
                                ["provider"] = provider ?? "",
                            };
                    }),
                ]),
            }
        );
    }
}
