using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Gateway;

namespace Creel.Server.Gateway.Protocol;

/// <summary>Devices as clients see them: never a token, nor its hash.</summary>
internal static class DeviceJson
{
    public static JsonObject Of(DeviceRequest request)
    {
        var json = Head(request.DeviceId, request.PublicKey, request.Client, request.Role, request.Scopes);
        json["requestId"] = request.RequestId;
        json["reason"] = request.Reason;
        json["remoteIp"] = request.Address;
        json["silent"] = false;
        json["isRepair"] = request.Reason != "not-paired";
        json["ts"] = request.At.ToUnixTimeMilliseconds();
        return json;
    }

    public static JsonObject Of(PairedDevice device)
    {
        var json = Head(device.Id, device.PublicKey, device.Client, device.Role, device.Scopes);
        json["createdAtMs"] = device.PairedAt.ToUnixTimeMilliseconds();
        json["approvedAtMs"] = device.PairedAt.ToUnixTimeMilliseconds();
        json["approvedBy"] = device.PairedBy;
        json["tokens"] = new JsonArray([
            .. device.Tokens.Select(t =>
                (JsonNode)
                    new JsonObject
                    {
                        ["role"] = device.Role,
                        ["scopes"] = Texts(t.Scopes),
                        ["createdAtMs"] = t.IssuedAt.ToUnixTimeMilliseconds(),
                    }
            ),
        ]);
        return json;
    }

    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);

    private static JsonObject Head(string id, string key, ConnectClient client, string role, IReadOnlyList<string> scopes)
    {
        var json = new JsonObject
        {
            ["deviceId"] = id,
            ["publicKey"] = key,
            ["clientId"] = client.Id,
            ["clientMode"] = client.Mode,
            ["platform"] = PlainLine.Of(client.Platform),
        };
        if (client.DisplayName is { } name)
        {
            json["displayName"] = name;
        }

        json["role"] = role;
        json["roles"] = new JsonArray(role);
        json["scopes"] = Texts(scopes);
        return json;
    }
}
