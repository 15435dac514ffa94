namespace Creel.Proxy.Dialects;

/// <summary>Why a call does not go out.</summary>
/// <param name="Status">What the client is answered.</param>
/// <param name="Rule">For the log: which rule it was, as a short word.</param>
/// <param name="Message">For the caller: one sentence, and what to do. Nothing of the request's content but names.</param>
/// <param name="Retry">Seconds after which it may go through; null: never, so clients are told not to try again.</param>
/// <param name="Model">Where it is the model that has no price.</param>
internal sealed record CallRefusal(int Status, string Rule, string Message, int? Retry = null, string? Model = null)
{
    /// <summary>The request is not what the provider's documentation describes.</summary>
    public static CallRefusal Malformed(string what) => new(400, "malformed", $"this request can't be read: {what}");

    /// <summary>The policy does not allow it.</summary>
    public static CallRefusal Policy(string rule, string message) => new(403, rule, message);

    /// <summary>Names come from the request, and go into answers and logs.</summary>
    public static string Shown(string name) =>
        string.Concat(name.Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || "._-:/".Contains(c) ? c : '?'));
}
