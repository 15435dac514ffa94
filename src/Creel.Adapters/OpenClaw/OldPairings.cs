using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Routing;

namespace Creel.Adapters.OpenClaw;

/// <summary>Who waits with a code, as an OpenClaw keeps it: <c>credentials/&lt;channel&gt;-pairing.json</c>.</summary>
public static class OldPairings
{
    /// <param name="state">Its state folder.</param>
    /// <returns>Oldest first, also those whose time is over; what is no request of a messenger that there is is left out.</returns>
    /// <exception cref="CreelException">The folder can't be read.</exception>
    public static IReadOnlyList<PairingRequest> Waiting(string state, IReadOnlyList<IChannelKind> kinds) =>
        [
            .. kinds
                .SelectMany(kind =>
                    OldCredentials.List(state, $"{kind.Channel}-pairing.json", "requests").Select(e => Request(kind, e))
                )
                .OfType<PairingRequest>()
                .OrderBy(r => r.CreatedAt),
        ];

    private static PairingRequest? Request(IChannelKind kind, JsonElement entry) =>
        entry.ValueKind == JsonValueKind.Object
        && Text(entry, "id") is { } id
        && kind.SenderId(id, out var sender)
        && Text(entry, "code")?.Trim().ToUpperInvariant() is { } code
        && Pairing.IsCode(code)
        && Time(entry, "createdAt") is { } created
            ? new PairingRequest(
                ChannelAccount.Of(kind.Channel, Meta(entry, "accountId") ?? RoutingText.DefaultAccount),
                sender,
                PlainLine.OrNull(Meta(entry, "firstName") ?? Meta(entry, "name") ?? Meta(entry, "username")),
                code,
                created,
                Time(entry, "lastSeenAt") ?? created
            )
            : null;

    private static string? Meta(JsonElement entry, string name) =>
        entry.TryGetProperty("meta", out var meta) && meta.ValueKind == JsonValueKind.Object ? Text(meta, name) : null;

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static DateTimeOffset? Time(JsonElement entry, string name) =>
        DateTimeOffset.TryParse(
            Text(entry, name),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}
