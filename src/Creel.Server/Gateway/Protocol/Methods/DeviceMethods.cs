using System.Text.Json.Nodes;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol.Methods;

/// <summary>Who may let devices in does it with these.</summary>
internal sealed class DeviceMethods(DeviceBook book, TimeProvider time)
{
    private static readonly ParamRule Request = ParamRule.Text("requestId", 1);
    private static readonly ParamRule Device = ParamRule.Text("deviceId", 1);

    public IEnumerable<GatewayMethod> All =>
        [
            new("device.pair.list", new ParamShape(), List),
            new("device.pair.approve", new ParamShape(Request), ApproveAsync) { Changes = true },
            new("device.pair.reject", new ParamShape(Request), RejectAsync) { Changes = true },
            new("device.pair.remove", new ParamShape(Device), RemoveAsync) { Changes = true },
        ];

    private ValueTask<JsonNode?> List(GatewayCall call) =>
        ValueTask.FromResult<JsonNode?>(
            new JsonObject
            {
                ["pending"] = new JsonArray([.. book.Pending.Select(p => (JsonNode)DeviceJson.Of(p))]),
                ["paired"] = new JsonArray([.. book.Paired.Select(d => (JsonNode)DeviceJson.Of(d))]),
            }
        );

    private async ValueTask<JsonNode?> ApproveAsync(GatewayCall call)
    {
        var id = call.Required("requestId");
        var asked = book.Pending.FirstOrDefault(p => p.RequestId == id) ?? throw GatewayException.Invalid("unknown requestId");
        if (!GatewayScopes.Within(asked.Scopes, call.Client.Scopes))
        {
            // Nobody gives away more than he has.
            var missing = asked.Scopes.First(s => !GatewayScopes.Within([s], call.Client.Scopes));
            throw GatewayException.Invalid($"missing scope: {missing}");
        }

        var device = await book.ApproveAsync(id, call.By, call.Cancel);
        return new JsonObject { ["requestId"] = id, ["device"] = DeviceJson.Of(device) };
    }

    private async ValueTask<JsonNode?> RejectAsync(GatewayCall call)
    {
        var id = call.Required("requestId");
        var asked = book.Pending.FirstOrDefault(p => p.RequestId == id) ?? throw GatewayException.Invalid("unknown requestId");
        await book.RejectAsync(id, call.By);
        return new JsonObject
        {
            ["requestId"] = id,
            ["deviceId"] = asked.DeviceId,
            ["ts"] = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
    }

    private async ValueTask<JsonNode?> RemoveAsync(GatewayCall call)
    {
        var id = call.Required("deviceId");
        if (book.Find(id) is null)
        {
            throw GatewayException.Invalid("unknown deviceId");
        }

        await book.RemoveAsync(id, call.By, call.Cancel);
        return new JsonObject { ["deviceId"] = id };
    }
}
