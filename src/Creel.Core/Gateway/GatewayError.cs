using System.Text.Json.Nodes;

namespace Creel.Core.Gateway;

/// <summary>The <c>error</c> of a response.</summary>
/// <param name="Code">One of the constants here.</param>
/// <param name="Message">One sentence; never a secret.</param>
public sealed record GatewayError(string Code, string Message)
{
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string NotPaired = "NOT_PAIRED";
    public const string Unavailable = "UNAVAILABLE";

    public JsonObject? Details { get; init; }

    public bool Retryable { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public static GatewayError Invalid(string message, JsonObject? details = null) =>
        new(InvalidRequest, message) { Details = details };

    /// <summary>What a fault is to a client: its own mistake, or ours for the moment.</summary>
    public static GatewayError Of(Fault fault) =>
        fault.Kind
            is FaultKind.Unavailable
                or FaultKind.TooMany
                or FaultKind.Timeout
                or FaultKind.ApplyFailed
                or FaultKind.Missing
                or FaultKind.Internal
            ? new GatewayError(Unavailable, fault.ToString())
            : Invalid(fault.ToString());

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["code"] = Code, ["message"] = Message };
        if (Details is not null)
        {
            json["details"] = Details.DeepClone();
        }

        if (Retryable)
        {
            json["retryable"] = true;
        }

        if (RetryAfter is { } after)
        {
            json["retryAfterMs"] = (long)after.TotalMilliseconds;
        }

        return json;
    }
}
