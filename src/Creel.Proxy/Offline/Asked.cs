namespace Creel.Proxy.Offline;

/// <summary>A request for an answer, whatever API it came by.</summary>
/// <param name="InputTokens">A quarter of its bytes.</param>
/// <param name="Most">The most tokens that it wants; null: any number.</param>
/// <param name="Last">What it is to answer.</param>
/// <param name="Offers">The names of the tools that may be called.</param>
/// <param name="Choices">So many answers, all the same.</param>
/// <param name="Counts">A stream ends with its usage, where that is not always so.</param>
internal sealed record Asked(
    string Model,
    bool Streams,
    long InputTokens,
    long? Most,
    Lately Last,
    IReadOnlySet<string> Offers,
    int Choices = 1,
    bool Counts = true
);
