using System.Net;
using Creel.Core.Sessions;

namespace Creel.Runtime.Brains.Native.Models;

/// <summary>A call to a model that gave no answer.</summary>
/// <param name="status">HTTP's; 0: the connection itself failed.</param>
/// <param name="said">The provider's words.</param>
/// <param name="code">Its word for the kind of error, where it has one.</param>
internal sealed class ModelFault(int status, string said, string? code = null) : Exception(said)
{
    public int Status => status;

    public string? Code => code;

    /// <summary>How long to wait, where it was said.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The proxy or the provider said that trying again is of no use.</summary>
    public bool Final { get; init; }

    public bool IsOverloaded => status is 0 or 408 or 409 or 429 or >= 500;

    public bool MayTryAgain => !Final && IsOverloaded && code != "no-proxy";

    /// <summary>No money left, by the proxy's book: another model would cost money as well.</summary>
    public bool NoBudget => status == (int)HttpStatusCode.PaymentRequired;

    /// <summary>The code of an answer in which the model said nothing but no.</summary>
    public const string ModelRefuses = "model-refuses";

    /// <summary>It is this message that is not taken; sent again with the next one it would not be taken either.</summary>
    public bool Refused => code == ModelRefuses || (status is 400 or 413 or 422 && !ContextFull);

    /// <summary>The conversation is longer than the model holds.</summary>
    public bool ContextFull =>
        status is 400 or 413
        && (
            code is "context_length_exceeded" or "request_too_large"
            || Says("prompt is too long")
            || Says("context length")
            || Says("context window")
            || Says("maximum context")
        );

    /// <summary>The word for it in a turn's result; null: it is none that anybody else could mend.</summary>
    public string? Stop =>
        NoBudget ? TurnTroubles.NoBudget
        : Refused ? TurnTroubles.Refused
        : IsOverloaded ? TurnTroubles.ModelAway
        : null;

    private bool Says(string words) => Message.Contains(words, StringComparison.OrdinalIgnoreCase);
}
