using System.Text.Json.Nodes;

namespace Creel.Core.Gateway;

/// <summary>Who is let in, with which scopes, and what the others are told: decided in the protocol's own order.</summary>
public static class ConnectDecision
{
    private const int Policy = 1008;
    private const int ProtocolError = 1002;

    /// <summary>From this one on scopes are a device's.</summary>
    private const int DeviceBound = 4;

    public static ConnectOutcome Decide(ConnectFacts facts, ISignatureCheck signatures)
    {
        var request = facts.Request;
        var protocol = Math.Min(request.MostProtocol, GatewayLimits.HighestProtocol);
        if (protocol < Math.Max(request.LeastProtocol, GatewayLimits.LowestProtocol))
        {
            return new ConnectOutcome.Refusal(Mismatch(request), ProtocolError);
        }

        if (request.Role != "operator")
        {
            return Refuse(
                request.Role == "node" ? "invalid role: this gateway runs agents in cells and takes no nodes" : "invalid role"
            );
        }

        if (facts.HasOrigin ? !facts.OriginAllowed : request.Client.IsPage)
        {
            return Refuse(
                "origin not allowed (add it to gateway.controlUi.allowedOrigins)",
                Coded("CONTROL_UI_ORIGIN_NOT_ALLOWED")
            );
        }

        return facts.Limited is { } wait ? Limited(wait) : Admit(facts, protocol, signatures);
    }

    private static ConnectOutcome Admit(ConnectFacts facts, int protocol, ISignatureCheck signatures)
    {
        var request = facts.Request;
        var method = Shared(facts);
        if (request.Device is not { } device)
        {
            return WithoutDevice(facts, protocol, method);
        }

        if (DeviceProof.Check(request, device, facts.Nonce, facts.Now, signatures) is { } wrong)
        {
            return new ConnectOutcome.Refusal(wrong, Policy);
        }

        var paired = facts.Paired is { } known && known.PublicKey == device.PublicKey ? known : null;
        if (method is null)
        {
            var token = OwnToken(request, paired);
            if (token is null)
            {
                return Unauthorized(facts);
            }

            return GatewayScopes.Within(request.Scopes, token.Scopes)
                ? Welcome(facts, protocol, "device-token", null)
                : Unauthorized(facts, "scope_mismatch");
        }

        var lacking = Lacking(request, paired);
        // A device on this machine whose user can read the secret needs nobody else to vouch for it; a page does.
        return lacking is null || (facts.Local && !facts.HasOrigin)
            ? Welcome(facts, protocol, method, lacking)
            : new ConnectOutcome.Pairing(device, lacking);
    }

    /// <summary>
    /// A shared secret alone opens the door. What it asks for is kept from this machine alone: for the two clients that run
    /// beside the gateway, and for those that speak the older protocol, whose gateway kept it for all. Anybody else holds no
    /// scope until a device stands for it.
    /// </summary>
    private static ConnectOutcome WithoutDevice(ConnectFacts facts, int protocol, string? method)
    {
        var request = facts.Request;
        var own = facts is { Local: true, HasOrigin: false } && (request.Client.IsOwn || protocol < DeviceBound);
        if (method is null && request.Secrets.Shared)
        {
            return Unauthorized(facts);
        }

        if (request.Client.IsControlPage)
        {
            return Refuse(
                "control ui requires device identity (use HTTPS or localhost secure context)",
                Coded("CONTROL_UI_DEVICE_IDENTITY_REQUIRED")
            );
        }

        if (method is null || (method == "none" && !own))
        {
            return new ConnectOutcome.Refusal(
                new GatewayError(GatewayError.NotPaired, "device identity required")
                {
                    Details = Coded("DEVICE_IDENTITY_REQUIRED"),
                },
                Policy
            );
        }

        return new ConnectOutcome.Welcome(protocol, request.Role, own ? request.Scopes : [], method, null, null);
    }

    private static ConnectOutcome.Welcome Welcome(ConnectFacts facts, int protocol, string method, string? pair) =>
        new(protocol, facts.Request.Role, facts.Request.Scopes, method, facts.Request.Device, pair);

    /// <summary>By which shared secret it gets in; null: by none.</summary>
    private static string? Shared(ConnectFacts facts) =>
        facts.Auth.Kind switch
        {
            SharedSecretKind.None => "none",
            SharedSecretKind.Token => SharedSecret.Matches(facts.Request.Secrets.Token, facts.Auth.Hash) ? "token" : null,
            _ => SharedSecret.Matches(facts.Request.Secrets.Password, facts.Auth.Hash) ? "password" : null,
        };

    /// <summary>Some clients show it where the shared one would be.</summary>
    private static DeviceToken? OwnToken(ConnectRequest request, PairedDevice? paired) =>
        paired?.Tokens.FirstOrDefault(t =>
            SharedSecret.Matches(request.Secrets.DeviceToken, t.Hash) || SharedSecret.Matches(request.Secrets.Token, t.Hash)
        );

    private static string? Lacking(ConnectRequest request, PairedDevice? paired) =>
        paired is null ? "not-paired"
        : paired.Role != request.Role ? "role-upgrade"
        : GatewayScopes.Within(request.Scopes, paired.Scopes) ? null
        : "scope-upgrade";

    private static ConnectOutcome.Refusal Refuse(string message, JsonObject? details = null) =>
        new(GatewayError.Invalid(message, details), Policy);

    private static JsonObject Coded(string code) => new() { ["code"] = code };

    private static GatewayError Mismatch(ConnectRequest request) =>
        GatewayError.Invalid(
            "protocol mismatch",
            new JsonObject
            {
                ["code"] = "PROTOCOL_MISMATCH",
                ["clientMinProtocol"] = request.LeastProtocol,
                ["clientMaxProtocol"] = request.MostProtocol,
                ["expectedProtocol"] = GatewayLimits.HighestProtocol,
                ["lowestProtocol"] = GatewayLimits.LowestProtocol,
            }
        );

    private static ConnectOutcome.Refusal Limited(TimeSpan wait) =>
        new(
            GatewayError.Invalid(
                "unauthorized: too many failed authentication attempts (retry later)",
                new JsonObject { ["code"] = "AUTH_RATE_LIMITED", ["authReason"] = "rate_limited" }
            ) with
            {
                Retryable = true,
                RetryAfter = wait,
            },
            Policy
        );

    private static ConnectOutcome.Refusal Unauthorized(ConnectFacts facts, string? reason = null)
    {
        var (request, mode) = (facts.Request, facts.Auth.Kind);
        var password = mode == SharedSecretKind.Password;
        var given = password ? request.Secrets.Password : request.Secrets.Token;
        var deviceToken = request.Device is not null && !string.IsNullOrEmpty(request.Secrets.DeviceToken);
        reason ??=
            facts.Auth.Hash is null ? (password ? "password_missing_config" : "token_missing_config")
            : deviceToken ? "device_token_mismatch"
            : string.IsNullOrEmpty(given) ? (password ? "password_missing" : "token_missing")
            : password ? "password_mismatch"
            : "token_mismatch";
        var (message, code) = Words(reason);
        var missing = reason.EndsWith("_missing", StringComparison.Ordinal);
        return new ConnectOutcome.Refusal(
            GatewayError.Invalid($"unauthorized: {message}", new JsonObject { ["code"] = code, ["authReason"] = reason }),
            Policy,
            Wrong: !missing
        );
    }

    private static (string Message, string Code) Words(string reason) =>
        reason switch
        {
            "token_missing" => ("gateway token missing (provide gateway auth token)", "AUTH_TOKEN_MISSING"),
            "token_missing_config" => (
                "gateway token not configured on gateway (set gateway.auth.token)",
                "AUTH_TOKEN_NOT_CONFIGURED"
            ),
            "password_missing" => ("gateway password missing (provide gateway auth password)", "AUTH_PASSWORD_MISSING"),
            "password_mismatch" => ("gateway password mismatch (provide gateway auth password)", "AUTH_PASSWORD_MISMATCH"),
            "password_missing_config" => (
                "gateway password not configured on gateway (set gateway.auth.password)",
                "AUTH_PASSWORD_NOT_CONFIGURED"
            ),
            "device_token_mismatch" => ("device token mismatch (rotate/reissue device token)", "AUTH_DEVICE_TOKEN_MISMATCH"),
            "scope_mismatch" => ("device token scope mismatch (re-pair or approve scope upgrade)", "AUTH_SCOPE_MISMATCH"),
            _ => ("gateway token mismatch (provide gateway auth token)", "AUTH_TOKEN_MISMATCH"),
        };
}
