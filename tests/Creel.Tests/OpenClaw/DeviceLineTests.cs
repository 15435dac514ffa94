using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Tests.Gateway.Protocol.World;

namespace Creel.Tests.OpenClaw;

/// <summary>We come as a device to a gateway that checks its proof: our own.</summary>
public sealed class DeviceLineTests
{
    [Fact]
    public async Task A_device_proves_itself_and_is_written_down_there()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var client = Client(world, new Ed25519Key(Ed25519Key.NewSecret()));

        (await client.HelloAsync()).Protocol.ShouldBe(4);

        (await client.CallAsync("device.pair.list")).GetProperty("paired").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_proof_by_another_key_is_refused()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var client = Client(world, new Liar());

        var fault = (await Should.ThrowAsync<CreelException>(() => client.HelloAsync())).Fault;

        fault.Code.ShouldBe("gateway-device");
    }

    [Fact]
    public void A_key_signs_what_the_check_holds_for_true()
    {
        var key = new Ed25519Key(Ed25519Key.NewSecret());
        var signature = key.Sign("hello"u8);

        new Ed25519().Holds(key.PublicKey.Span, "hello"u8, signature).ShouldBeTrue();
        new Ed25519().Holds(key.PublicKey.Span, "hullo"u8, signature).ShouldBeFalse();
    }

    private static GatewayClient Client(GatewayWorld world, IDeviceKey key) =>
        new(new GatewayAccess(world.Url) { Token = GatewayWorld.Token, Device = key }, new LineTerms("1"), TimeProvider.System);

    private sealed class Liar : IDeviceKey
    {
        public ReadOnlyMemory<byte> PublicKey { get; } = new Ed25519Key(Ed25519Key.NewSecret()).PublicKey;

        public byte[] Sign(ReadOnlySpan<byte> text) => new Ed25519Key(Ed25519Key.NewSecret()).Sign(text);
    }
}
