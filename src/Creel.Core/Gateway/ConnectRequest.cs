using System.Text.Json;

namespace Creel.Core.Gateway;

/// <summary>What a client says of itself in its first frame.</summary>
/// <param name="Scopes">As asked for, in its order.</param>
public sealed record ConnectRequest(
    int LeastProtocol,
    int MostProtocol,
    ConnectClient Client,
    string Role,
    IReadOnlyList<string> Scopes,
    ConnectDevice? Device,
    ConnectSecrets Secrets
)
{
    /// <summary>The ids that there are; others are refused.</summary>
    private static readonly string[] Ids =
    [
        "webchat-ui",
        "openclaw-control-ui",
        "openclaw-tui",
        "webchat",
        "cli",
        "gateway-client",
        "openclaw-macos",
        "openclaw-ios",
        "openclaw-android",
        "node-host",
        "test",
        "fingerprint",
        "openclaw-probe",
    ];

    private static readonly string[] Modes = ["webchat", "cli", "ui", "backend", "node", "probe", "test"];

    private static readonly ParamShape Shape = new(
        ParamRule.Integer("minProtocol", from: 1),
        ParamRule.Integer("maxProtocol", from: 1),
        ParamRule.Object(
            "client",
            new ParamShape(
                ParamRule.Text("id") with
                {
                    OneOf = Ids,
                },
                ParamRule.Text("displayName", 1).Optional(),
                ParamRule.Text("version", 1),
                ParamRule.Text("buildId", 1).Optional(),
                ParamRule.Text("platform", 1),
                ParamRule.Text("deviceFamily", 1).Optional(),
                ParamRule.Text("modelIdentifier", 1).Optional(),
                ParamRule.Text("mode") with
                {
                    OneOf = Modes,
                },
                ParamRule.Text("instanceId", 1).Optional()
            )
        ),
        ParamRule.Texts("caps").Optional(),
        ParamRule.Texts("commands").Optional(),
        ParamRule.Object("permissions").Optional(),
        ParamRule.Text("pathEnv").Optional(),
        ParamRule.Text("role", 1).Optional(),
        ParamRule.Texts("scopes").Optional(),
        ParamRule
            .Object(
                "device",
                new ParamShape(
                    ParamRule.Text("id", 1),
                    ParamRule.Text("publicKey", 1),
                    ParamRule.Text("signature", 1),
                    ParamRule.Integer("signedAt", from: 0),
                    ParamRule.Text("nonce").Optional()
                )
            )
            .Optional(),
        ParamRule
            .Object(
                "auth",
                new ParamShape(
                    ParamRule.Text("token").Optional(),
                    ParamRule.Text("deviceToken").Optional(),
                    ParamRule.Text("bootstrapToken").Optional(),
                    ParamRule.Text("password").Optional()
                )
            )
            .Optional(),
        ParamRule.Text("locale").Optional(),
        ParamRule.Text("userAgent").Optional()
    );

    /// <returns>What is wrong; null where the request was read.</returns>
    public static string? TryRead(JsonElement given, out ConnectRequest? request)
    {
        request = null;
        if (Shape.Check(given, GatewayLimits.HighestProtocol) is { } wrong)
        {
            return wrong;
        }

        var client = given.GetProperty("client");
        var auth = Object(given, "auth");
        request = new ConnectRequest(
            Number(given, "minProtocol"),
            Number(given, "maxProtocol"),
            new ConnectClient(Text(client, "id")!, Text(client, "mode")!, Text(client, "version")!, Text(client, "platform")!)
            {
                DisplayName = PlainLine.OrNull(Text(client, "displayName")),
                DeviceFamily = Text(client, "deviceFamily"),
                ModelIdentifier = Text(client, "modelIdentifier"),
                InstanceId = Text(client, "instanceId"),
            },
            Text(given, "role") ?? "operator",
            given.TryGetProperty("scopes", out var scopes) ? [.. scopes.EnumerateArray().Select(s => s.GetString()!)] : [],
            DeviceOf(Object(given, "device")),
            new ConnectSecrets(Text(auth, "token"), Text(auth, "deviceToken"), Text(auth, "password"))
        );
        return null;
    }

    private static ConnectDevice? DeviceOf(JsonElement given) =>
        given.ValueKind != JsonValueKind.Object
            ? null
            : new ConnectDevice(
                Text(given, "id")!,
                Text(given, "publicKey")!,
                Text(given, "signature")!,
                given.GetProperty("signedAt").GetDouble(),
                Text(given, "nonce")
            );

    private static JsonElement Object(JsonElement given, string name) =>
        given.TryGetProperty(name, out var value) ? value : default;

    private static string? Text(JsonElement given, string name) =>
        given.ValueKind == JsonValueKind.Object && given.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int Number(JsonElement given, string name) =>
        (int)Math.Clamp(given.GetProperty(name).GetDouble(), 0, int.MaxValue);
}
