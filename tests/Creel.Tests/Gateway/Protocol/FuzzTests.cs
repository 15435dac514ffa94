using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core.Gateway;
using Creel.Tests.Gateway.Protocol.World;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Gateway.Protocol;

public class FuzzTests
{
    [Fact]
    public void The_reader_of_frames_takes_any_bytes_and_throws_at_none() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                var reading = FrameReader.Read(bytes);
                return (reading.Frame is null) == (reading.Wrong is not null);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_frame_that_was_bitten_is_a_call_of_the_same_shape_or_none()
    {
        var whole = Encoding.UTF8.GetBytes(
            """{"type":"req","id":"1","method":"agents.list","params":{"a":[1,{"b":null}],"c":"\u00e9"}}"""
        );
        Prop.ForAll<int, byte>(
                (at, with) =>
                {
                    var bitten = whole.ToArray();
                    bitten[(int)((uint)at % bitten.Length)] = with;
                    var reading = FrameReader.Read(bitten);
                    return reading.Frame is not { } frame || (frame.Id.Length > 0 && frame.Method.Length > 0);
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Nobody_without_the_secret_is_let_in_whatever_he_says_of_himself()
    {
        var values = new object?[]
        {
            null,
            "",
            "operator",
            "node",
            "cli",
            "gateway-client",
            "backend",
            3,
            4,
            -1,
            1e300,
            true,
            new object[] { "operator.admin" },
            new object(),
        };
        var keys = new[] { "minProtocol", "maxProtocol", "client", "role", "scopes", "auth", "device", "caps", "__proto__" };
        Prop.ForAll<int[]>(choices =>
            {
                var given = GatewayPeer.Connect(auth: new JsonObject { ["token"] = "guess" });
                for (var i = 0; i + 1 < choices.Length; i += 2)
                {
                    given[keys[(uint)choices[i] % keys.Length]] = JsonSerializer.SerializeToNode(
                        values[(uint)choices[i + 1] % values.Length]
                    );
                }

                var wrong = ConnectRequest.TryRead(JsonElement.Parse(given.ToJsonString()), out var request);
                return wrong is not null || Decide(request!) is ConnectOutcome.Refusal;
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Scopes_beyond_those_of_a_device_are_never_given_to_its_token()
    {
        string[] all =
        [
            GatewayScopes.Admin,
            GatewayScopes.Read,
            GatewayScopes.Write,
            GatewayScopes.Approvals,
            GatewayScopes.Pairing,
        ];
        Prop.ForAll<int, int>(
                (held, asked) =>
                {
                    var granted = all.Where((_, i) => (held >> i & 1) == 1).ToArray();
                    var wanted = all.Where((_, i) => (asked >> i & 1) == 1).ToArray();
                    return !GatewayScopes.Within(wanted, granted)
                        || wanted.All(w =>
                            granted.Contains(w)
                            || granted.Contains(GatewayScopes.Admin)
                            || (w == GatewayScopes.Read && granted.Contains(GatewayScopes.Write))
                        );
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task A_handshake_of_noise_ends_in_a_close_and_the_next_client_gets_in()
    {
        await using var world = await GatewayWorld.StartAsync();
        var random = new Random(7);
        var connect = Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["type"] = "req",
                ["id"] = "1",
                ["method"] = "connect",
                ["params"] = GatewayPeer.Connect(auth: new JsonObject { ["token"] = "guess" }),
            }.ToJsonString()
        );
        for (var i = 0; i < 200; i++)
        {
            var noise = connect.ToArray();
            for (var bites = random.Next(1, 6); bites > 0; bites--)
            {
                noise[random.Next(noise.Length)] = (byte)random.Next(32, 127);
            }

            await using var peer = await GatewayPeer.OpenAsync(world);
            await peer.SendAsync(noise);
            (await peer.EndAsync()).Code.ShouldBeOneOf(1002, 1008);
        }

        await using var right = await GatewayPeer.InAsync(world);
        (await right.DoAsync("health")).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    private static ConnectOutcome Decide(ConnectRequest request) =>
        ConnectDecision.Decide(
            new ConnectFacts(
                request,
                "nonce",
                DateTimeOffset.UnixEpoch,
                SharedSecret.Token("the right one"),
                Local: true,
                HasOrigin: false,
                OriginAllowed: false,
                Paired: null,
                Limited: null
            ),
            new Adapters.OpenSsl.Ed25519()
        );
}
