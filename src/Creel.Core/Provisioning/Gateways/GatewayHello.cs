using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>What a gateway said of itself when it let us in.</summary>
/// <param name="Protocol">That both speak.</param>
/// <param name="Version">As it writes it; <c>dev</c> where it does not know.</param>
/// <param name="MaxPayload">Bytes of one frame that it takes.</param>
public sealed record GatewayHello(int Protocol, string? Version, int MaxPayload)
{
    private const int LeastPayload = 64 * 1024;
    internal const int LongestVersion = 40;

    public static GatewayHello Read(JsonElement payload) =>
        new(
            Payloads.Number(payload, "protocol") ?? 0,
            PlainLine.OrNull(Payloads.Text(Payloads.Member(payload, "server"), "version"), LongestVersion),
            Math.Clamp(
                Payloads.Number(Payloads.Member(payload, "policy"), "maxPayload") ?? Gateway.GatewayLimits.Payload,
                LeastPayload,
                Gateway.GatewayLimits.Payload
            )
        );
}
