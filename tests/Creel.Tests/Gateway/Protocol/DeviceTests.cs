using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenSsl;
using Creel.Core.Gateway;
using Creel.Tests.Gateway.Protocol.World;

namespace Creel.Tests.Gateway.Protocol;

public class DeviceTests
{
    private static readonly string[] All = ["operator.admin", "operator.read"];

    [Fact]
    public async Task A_device_on_this_machine_is_paired_on_the_way_in_and_comes_again_with_its_own_token()
    {
        await using var world = await GatewayWorld.StartAsync();
        using var device = new TestDevice();
        await using var first = await GatewayPeer.OpenAsync(world);
        var hello = await first.CallAsync("connect", device.Connect(await first.NonceAsync(), token: GatewayWorld.Token));
        hello.GetProperty("ok").GetBoolean().ShouldBeTrue(hello.ToString());
        var token = hello.GetProperty("payload").GetProperty("auth").GetProperty("deviceToken").GetString()!;

        await using var again = await GatewayPeer.OpenAsync(world);
        hello = await again.CallAsync("connect", device.Connect(await again.NonceAsync(), deviceToken: token));

        hello.GetProperty("ok").GetBoolean().ShouldBeTrue(hello.ToString());
        (await again.DoAsync("agents.list")).GetProperty("agents").GetArrayLength().ShouldBe(2);
        (await world.AuditAsync()).ShouldContain($"local:127.0.0.1 device.pair device:{device.Id} ok");
        (await world.Devices.ListAsync()).Single().Tokens.Single().Hash.ShouldBe(SharedSecret.Of(token));
    }

    [Fact]
    public async Task A_device_that_is_revoked_is_out_at_once_and_stays_out()
    {
        await using var world = await GatewayWorld.StartAsync();
        using var device = new TestDevice();
        await using var peer = await GatewayPeer.OpenAsync(world);
        var hello = await peer.CallAsync("connect", device.Connect(await peer.NonceAsync(), token: GatewayWorld.Token));
        var token = hello.GetProperty("payload").GetProperty("auth").GetProperty("deviceToken").GetString()!;
        await using var admin = await GatewayPeer.InAsync(world);

        (await admin.DoAsync("device.pair.list")).GetProperty("paired").GetArrayLength().ShouldBe(1);
        await admin.DoAsync("device.pair.remove", new JsonObject { ["deviceId"] = device.Id });

        (await peer.EndAsync()).ShouldBe((1008, "device removed"));
        await using var again = await GatewayPeer.OpenAsync(world);
        hello = await again.CallAsync("connect", device.Connect(await again.NonceAsync(), deviceToken: token));
        hello.GetProperty("error").GetProperty("details").GetProperty("code").GetString().ShouldBe("AUTH_DEVICE_TOKEN_MISMATCH");
    }

    [Theory]
    [InlineData("nonce", "device-nonce-mismatch")]
    [InlineData("no nonce", "device-nonce-missing")]
    [InlineData("clock", "device-signature-stale")]
    [InlineData("id", "device-id-mismatch")]
    [InlineData("key", "device-public-key")]
    [InlineData("scopes", "device-signature")]
    [InlineData("signature", "device-signature")]
    public async Task A_device_that_proves_nothing_is_told_which_proof_is_missing(string what, string reason)
    {
        await using var world = await GatewayWorld.StartAsync();
        using var device = new TestDevice();
        await using var peer = await GatewayPeer.OpenAsync(world);
        var nonce = await peer.NonceAsync();
        await using var other = await GatewayPeer.OpenAsync(world);
        var elsewhere = await other.NonceAsync();
        var connect = what switch
        {
            "nonce" => device.Connect(elsewhere, token: GatewayWorld.Token),
            "no nonce" => device.Connect("", token: GatewayWorld.Token),
            "clock" => device.Connect(nonce, token: GatewayWorld.Token, off: TimeSpan.FromMinutes(-3)),
            _ => device.Connect(nonce, token: GatewayWorld.Token),
        };
        var proof = connect["device"]!;
        switch (what)
        {
            case "id":
                proof["id"] = new string('0', 64);
                break;
            case "key":
                proof["publicKey"] = "AAAA";
                break;
            case "scopes":
                connect["scopes"]!.AsArray().Add("operator.pairing");
                break;
            case "signature":
                proof["signature"] = Base64Url.EncodeToString(new byte[64]);
                break;
        }

        var error = (await peer.CallAsync("connect", connect)).GetProperty("error");

        error.GetProperty("details").GetProperty("reason").GetString().ShouldBe(reason);
        (await peer.EndAsync()).Code.ShouldBe(1008);
    }

    [Fact]
    public async Task A_page_waits_until_somebody_lets_it_in_and_then_holds_what_it_asked_for()
    {
        await using var world = await GatewayWorld.StartAsync(c => c with { Origins = () => ["https://board.example"] });
        using var device = new TestDevice("openclaw-control-ui", "ui");
        await using var admin = await GatewayPeer.InAsync(world);
        await using var page = await GatewayPeer.OpenAsync(world, "https://board.example");
        var error = (
            await page.CallAsync("connect", device.Connect(await page.NonceAsync(), token: GatewayWorld.Token))
        ).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("NOT_PAIRED");
        var request = error.GetProperty("details").GetProperty("requestId").GetString()!;
        (await admin.EventAsync("device.pair.requested")).GetProperty("requestId").GetString().ShouldBe(request);

        await using var bystander = await GatewayPeer.InAsync(world, scopes: ["operator.pairing"]);
        (await bystander.RefusedAsync("device.pair.approve", new JsonObject { ["requestId"] = request })).ShouldBe(
            "missing scope: operator.admin"
        );
        await admin.DoAsync("device.pair.approve", new JsonObject { ["requestId"] = request });

        await using var again = await GatewayPeer.OpenAsync(world, "https://board.example");
        var hello = await again.CallAsync("connect", device.Connect(await again.NonceAsync(), token: GatewayWorld.Token));
        hello.GetProperty("payload").GetProperty("auth").GetProperty("scopes").GetArrayLength().ShouldBe(2);
        (await admin.RefusedAsync("device.pair.approve", new JsonObject { ["requestId"] = request })).ShouldBe(
            "unknown requestId"
        );
    }

    [Fact]
    public void Ed25519_takes_what_its_standard_signs_and_nothing_else()
    {
        // RFC 8032, 7.1, the second.
        var key = Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
        var signature = Convert.FromHexString(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        );
        var check = new Ed25519();

        check.Holds(key, [0x72], signature).ShouldBeTrue();
        check.Holds(key, [0x73], signature).ShouldBeFalse();
        check.Holds(key[..31], [0x72], signature).ShouldBeFalse();
        check.Holds(new byte[32], [], new byte[64]).ShouldBeFalse();
    }

    /// <summary>A device with a key that OpenSSL's program made; .NET has no Ed25519 to sign with.</summary>
    private sealed class TestDevice : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("creel-device-").FullName;
        private readonly string client;
        private readonly string mode;
        private readonly byte[] key;

        public TestDevice(string client = "openclaw-macos", string mode = "ui")
        {
            (this.client, this.mode) = (client, mode);
            Run("genpkey", "-algorithm", "ed25519", "-out", $"{folder}/key.pem");
            Run("pkey", "-in", $"{folder}/key.pem", "-pubout", "-outform", "DER", "-out", $"{folder}/public");
            key = File.ReadAllBytes($"{folder}/public")[^32..];
        }

        public string Id => Convert.ToHexStringLower(SHA256.HashData(key));

        public JsonObject Connect(string nonce, string? token = null, string? deviceToken = null, TimeSpan off = default)
        {
            var at = (DateTimeOffset.UtcNow + off).ToUnixTimeMilliseconds();
            var text = $"v3|{Id}|{client}|{mode}|operator|{string.Join(',', All)}|{at}|{token ?? deviceToken}|{nonce}|linux|";
            var auth = new JsonObject();
            if (token is not null)
            {
                auth["token"] = token;
            }

            if (deviceToken is not null)
            {
                auth["deviceToken"] = deviceToken;
            }

            var connect = GatewayPeer.Connect(client, mode, All, auth);
            connect["device"] = new JsonObject
            {
                ["id"] = Id,
                ["publicKey"] = Base64Url.EncodeToString(key),
                ["signature"] = Base64Url.EncodeToString(Sign(text)),
                ["signedAt"] = at,
                ["nonce"] = nonce,
            };
            return connect;
        }

        public void Dispose() => Directory.Delete(folder, recursive: true);

        private byte[] Sign(string text)
        {
            File.WriteAllBytes($"{folder}/text", Encoding.UTF8.GetBytes(text));
            Run(
                "pkeyutl",
                "-sign",
                "-rawin",
                "-inkey",
                $"{folder}/key.pem",
                "-in",
                $"{folder}/text",
                "-out",
                $"{folder}/signature"
            );
            return File.ReadAllBytes($"{folder}/signature");
        }

        private static void Run(params string[] arguments)
        {
            using var openssl = System.Diagnostics.Process.Start("openssl", arguments);
            openssl.WaitForExit();
            openssl.ExitCode.ShouldBe(0);
        }
    }
}
