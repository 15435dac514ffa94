using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Creel.Core.Gateway;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Adapters.OpenClaw;

/// <summary>The first call on a line: who we are, what we ask for, and what proves it.</summary>
internal static class Greeting
{
    private static readonly string[] Scopes =
    [
        GatewayScopes.Admin,
        GatewayScopes.Read,
        GatewayScopes.Write,
        GatewayScopes.Approvals,
        GatewayScopes.Pairing,
    ];

    /// <param name="nonce">Of the challenge.</param>
    public static JsonObject Parameters(GatewayAccess access, string version, string nonce, DateTimeOffset now)
    {
        var json = new JsonObject
        {
            ["minProtocol"] = GatewayLimits.LowestProtocol,
            ["maxProtocol"] = GatewayLimits.HighestProtocol,
            ["client"] = new JsonObject
            {
                ["id"] = "gateway-client",
                ["version"] = version,
                ["platform"] = "linux",
                ["mode"] = "backend",
            },
            ["role"] = "operator",
            ["scopes"] = new JsonArray([.. Scopes.Select(s => (JsonNode)s)]),
        };
        if (access.Device is { } device)
        {
            json["device"] = Device(device, access, version, nonce, now);
        }

        var auth = new JsonObject();
        if (access.Token is { } token)
        {
            auth["token"] = token;
        }

        if (access.Password is { } password)
        {
            auth["password"] = password;
        }

        if (auth.Count > 0)
        {
            json["auth"] = auth;
        }

        return json;
    }

    private static JsonObject Device(IDeviceKey key, GatewayAccess access, string version, string nonce, DateTimeOffset now)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(key.PublicKey.Span));
        var at = now.ToUnixTimeMilliseconds();
        var proof = new ConnectDevice(id, "", "", at, nonce);
        var request = new ConnectRequest(
            GatewayLimits.LowestProtocol,
            GatewayLimits.HighestProtocol,
            new ConnectClient("gateway-client", "backend", version, "linux"),
            "operator",
            Scopes,
            proof,
            new ConnectSecrets(access.Token, null, access.Password)
        );
        return new JsonObject
        {
            ["id"] = id,
            ["publicKey"] = Base64Url.EncodeToString(key.PublicKey.Span),
            // The second form is the one that both versions take.
            ["signature"] = Base64Url.EncodeToString(key.Sign(Encoding.UTF8.GetBytes(DeviceProof.Text(request, proof, 2)))),
            ["signedAt"] = at,
            ["nonce"] = nonce,
        };
    }
}
