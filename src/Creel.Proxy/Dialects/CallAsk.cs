using Creel.Core.Budgets;
using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

internal enum CallKind
{
    /// <summary>Costs nothing: a list of models, a count of tokens.</summary>
    Free,
    Messages,
    Chat,
    Responses,
    Embeddings,
}

/// <summary>A request that may go, and what it can cost at most.</summary>
/// <param name="Body">What to send: the client's bytes, or with a field put in.</param>
/// <param name="Price">Null where the call is free or its model has no price.</param>
/// <param name="InputTokens">The most tokens that the prompt can have.</param>
/// <param name="OutputTokens">The most tokens that all answers can have.</param>
/// <param name="Caches">The prompt may be written into a cache.</param>
/// <param name="Extra">The bounds of features that have none of their own, together.</param>
/// <param name="HidesUsage">The client did not ask for the chunk with the usage, and must not see it.</param>
internal sealed record CallAsk(
    CallKind Kind,
    string? Model,
    bool Streams,
    ReadOnlyMemory<byte> Body,
    ModelPrice? Price,
    long InputTokens,
    long OutputTokens,
    bool Caches,
    Money Extra,
    bool HidesUsage
)
{
    /// <summary>What was put into the request, as JSON; null: nothing.</summary>
    public IReadOnlyList<string>? Added { get; init; }

    public Money Worst => Price is null ? Extra : Money.Min(Price.Worst(InputTokens, OutputTokens, Caches) + Extra, Money.Most);

    public static CallAsk Free(string? model, ReadOnlyMemory<byte> body) =>
        new(CallKind.Free, model, false, body, null, 0, 0, false, Money.Zero, false);
}

/// <summary>What came of reading a request.</summary>
internal abstract record CallReading
{
    private CallReading() { }

    public sealed record Asks(CallAsk Ask) : CallReading;

    public sealed record Refuses(CallRefusal Refusal) : CallReading;
}
