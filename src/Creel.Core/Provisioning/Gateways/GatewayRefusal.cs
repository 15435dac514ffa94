using System.Text.Json;

namespace Creel.Core.Provisioning.Gateways;

/// <summary>The <c>error</c> with which a gateway answered a call.</summary>
/// <param name="Message">Without secrets, and short enough for a line.</param>
public sealed record GatewayRefusal(string Method, string Code, string Message)
{
    private const int LongestMessage = 400;
    private const int MostDetails = 32;

    public bool Retryable { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary><c>details.code</c>, <c>reason</c>, <c>requestId</c> and the like, where they are texts.</summary>
    public IReadOnlyDictionary<string, string> Details { get; init; } = new Dictionary<string, string>();

    /// <summary><c>details.expectedProtocol</c>.</summary>
    public int? ExpectedProtocol { get; init; }

    /// <param name="error">Of the frame; anything.</param>
    /// <param name="secrets">What the gateway may have repeated and nobody is to read.</param>
    public static GatewayRefusal Read(string method, JsonElement error, IEnumerable<string> secrets)
    {
        var details = Payloads.Member(error, "details");
        return new GatewayRefusal(
            method,
            Payloads.Text(error, "code") ?? "",
            Plain(Payloads.Text(error, "message") ?? "no reason given", secrets)
        )
        {
            Retryable = Payloads.Flag(error, "retryable"),
            RetryAfter = Payloads.Number(error, "retryAfterMs") is { } wait and >= 0 ? TimeSpan.FromMilliseconds(wait) : null,
            Details =
                details.ValueKind == JsonValueKind.Object
                    ? details
                        .EnumerateObject()
                        .Where(d => d.Value.ValueKind == JsonValueKind.String)
                        .DistinctBy(d => d.Name)
                        .Take(MostDetails)
                        .ToDictionary(d => d.Name, d => Plain(d.Value.GetString()!, secrets))
                    : new Dictionary<string, string>(),
            ExpectedProtocol = Payloads.Number(details, "expectedProtocol"),
        };
    }

    /// <summary>One line of signs that are all seen (<see cref="PlainLine"/>), in which no secret is, and no agent's token.</summary>
    public static string Plain(string text, IEnumerable<string> secrets)
    {
        text = SecretText.Plain(text, [.. secrets]);
        return text.Length <= LongestMessage ? text : PlainLine.Of(text, LongestMessage) + "…";
    }

    /// <summary>What a person is told.</summary>
    /// <param name="access">How it was called, where it is one of those elsewhere.</param>
    public Fault ToFault(GatewayAccess? access = null) =>
        this switch
        {
            { Code: Gateway.GatewayError.NotPaired } when access is { ShowsAnything: false } => access.NothingShown(
                "gateway-pairing"
            ),
            _ when access is { ShowsAnything: false } && Starts("unauthorized") => access.NothingShown("gateway-token"),
            _ when ExpectedProtocol is { } expected => Fault.Invalid(
                "gateway-protocol",
                $"the gateway speaks protocol {expected}, and Creel {Gateway.GatewayLimits.LowestProtocol} to {Gateway.GatewayLimits.HighestProtocol}",
                "Update the older of the two."
            ),
            { Code: Gateway.GatewayError.NotPaired } when Said("requestId") is { } request && IsRequest(request) => Fault.Refused(
                "gateway-pairing",
                $"the gateway does not let this device in yet ({Said("reason") ?? "not paired"}, request {request})",
                $"Allow it on the gateway's machine: openclaw devices approve {request}; then try again."
            ),
            { Code: Gateway.GatewayError.NotPaired } => Fault.Refused(
                "gateway-pairing",
                $"the gateway lets nobody in without a device that it knows: {Message}",
                access is { Device: null }
                    ? $"Come as a device: {access.Add} --device; then allow it on the gateway's machine: openclaw devices approve"
                    : "Allow it on the gateway's machine: openclaw devices approve; then try again."
            ),
            _ when Starts("unauthorized") => Fault.Refused(
                "gateway-token",
                $"the gateway does not take what it was shown: {Message}",
                Said("code") == "AUTH_RATE_LIMITED" ? "It was shown too many wrong ones: wait a while."
                    : access is { Name: not null }
                        ? $"Give it the token (or --password-stdin) of gateway.auth in its openclaw.json: {access.Add} --token-stdin <token"
                    : "Give it the token (or password) of gateway.auth in its openclaw.json."
            ),
            _ when Starts("device ") => Fault.Refused(
                "gateway-device",
                $"the gateway does not take this device: {Message}",
                Said("reason") == "device-signature-stale" ? "Set the clocks of both machines." : null
            ),
            _ when Starts("missing scope") => Fault.Refused(
                "gateway-scope",
                $"{Method}: {Message}",
                "Let this device or token have that scope on the gateway."
            ),
            _ when IsUnsupportedFile => Fault.Invalid("unsupported-file", $"{Method}: {Message}"),
            _ when RetryAfter is { } wait => new Fault(
                FaultKind.TooMany,
                "gateway-rate",
                $"{Method}: the gateway takes no more of it for {Math.Ceiling(wait.TotalSeconds):0} s",
                "It is tried again by then."
            ),
            { Code: Gateway.GatewayError.Unavailable or "AGENT_TIMEOUT" } => Fault.Unavailable(
                "gateway-unavailable",
                $"{Method}: {Message}"
            ),
            _ when IsConflict => Fault.Conflict("gateway-conflict", $"{Method}: {Message}", "Somebody else writes there too."),
            _ when IsUnknownAgent => Fault.NotFound("gateway-agent", $"{Method}: {Message}"),
            _ => Fault.Invalid("gateway-refused", $"{Method}: {Message}"),
        };

    /// <summary>Somebody else has written the configuration since it was read.</summary>
    public bool IsConflict => Starts("config changed since") || Starts("config base hash");

    public bool IsUnknownAgent =>
        Starts("unknown agent id")
        || (
            Starts("agent \"")
            && (
                Message.EndsWith("\" not found", StringComparison.OrdinalIgnoreCase)
                || Message.EndsWith("\" no longer exists in configuration", StringComparison.OrdinalIgnoreCase)
            )
        );

    public bool IsUnsupportedFile => Message.Contains("unsupported file", StringComparison.OrdinalIgnoreCase);

    private bool Starts(string start) => Message.StartsWith(start, StringComparison.OrdinalIgnoreCase);

    /// <summary>It stands in a command that somebody copies.</summary>
    private static bool IsRequest(string id) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private string? Said(string key) => Details.GetValueOrDefault(key);
}
