namespace Creel.Proxy.Dialects;

internal enum RefusalKind
{
    /// <summary>The request is not what the provider's documentation describes.</summary>
    Malformed,

    /// <summary>The policy does not allow it.</summary>
    Policy,

    /// <summary>There is no price for it.</summary>
    Unpriced,

    /// <summary>There is no money for it.</summary>
    Budget,

    /// <summary>The book can't be written, so that nothing may be spent.</summary>
    Book,
}

/// <summary>Why a call does not go out.</summary>
/// <param name="Rule">For the log: which rule it was, as a short word.</param>
/// <param name="Message">For the caller: one sentence, and what to do. Nothing of the request's content but names of fields.</param>
/// <param name="Model">Where it is the model that has no price.</param>
internal sealed record CallRefusal(RefusalKind Kind, string Rule, string Message, string? Model = null)
{
    public static CallReading Of(RefusalKind kind, string rule, string message) =>
        new CallReading.Refuses(new CallRefusal(kind, rule, message));
}

/// <summary>An answer of the proxy's own, ready to be sent.</summary>
internal sealed record RefusedAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>
    /// The official clients retry 408, 409, 429 and from 500 on, unless the server says in this header that they should not.
    /// None of what is refused here gets better by asking again at once.
    /// </summary>
    public static RefusedAnswer Of(CallRefusal refusal, byte[] body) =>
        new(
            refusal.Kind switch
            {
                RefusalKind.Malformed => 400,
                RefusalKind.Budget => 402,
                RefusalKind.Book => 503,
                _ => 403,
            },
            [("content-type", "application/json"), ("x-should-retry", "false"), ("x-creel-refused", refusal.Rule)],
            body
        );
}
