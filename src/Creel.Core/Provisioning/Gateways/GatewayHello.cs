using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>What a gateway said of itself when it let us in.</summary>
/// <param name="Protocol">That both speak.</param>
/// <param name="Version">As it writes it; <c>dev</c> where it does not know.</param>
/// <param name="Scopes">Those that we have; null: it did not say.</param>
/// <param name="MaxPayload">Bytes of one frame that it takes.</param>
public sealed record GatewayHello(int Protocol, string? Version, IReadOnlyList<string>? Scopes, int MaxPayload)
{
    private const int LeastPayload = 64 * 1024;

    /// <summary>The whole, as it came.</summary>
    public JsonElement Json { get; init; }

    public static GatewayHello Read(JsonElement payload) =>
        new(
            Payloads.Number(payload, "protocol") ?? 0,
            Payloads.Text(Payloads.Member(payload, "server"), "version"),
            Payloads.Member(Payloads.Member(payload, "auth"), "scopes") is { ValueKind: JsonValueKind.Array } scopes
                ? [.. scopes.EnumerateArray().Where(s => s.ValueKind == JsonValueKind.String).Select(s => s.GetString()!)]
                : null,
            Math.Clamp(
                Payloads.Number(Payloads.Member(payload, "policy"), "maxPayload") ?? Gateway.GatewayLimits.Payload,
                LeastPayload,
                Gateway.GatewayLimits.Payload
            )
        )
        {
            Json = payload,
        };
}
