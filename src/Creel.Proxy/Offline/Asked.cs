namespace Creel.Proxy.Offline;

/// <summary>A request for an answer, whatever API it came by.</summary>
/// <param name="InputTokens">A quarter of its bytes.</param>
/// <param name="Most">The most tokens that it wants; null: any number.</param>
/// <param name="Text">Of the last message, its texts a line each.</param>
/// <param name="AfterTool">That message is what a tool answered.</param>
/// <param name="Turn">How many messages of the user there are.</param>
/// <param name="Offers">The names of the tools that may be called.</param>
/// <param name="Choices">So many answers, all the same.</param>
/// <param name="Counts">A stream ends with its usage, where that is not always so.</param>
internal sealed record Asked(
    string Model,
    bool Streams,
    long InputTokens,
    long? Most,
    string Text,
    bool AfterTool,
    int Turn,
    IReadOnlySet<string> Offers,
    int Choices = 1,
    bool Counts = true
);
