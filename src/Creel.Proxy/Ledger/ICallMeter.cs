using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>
/// Follows one call's answer. Whoever sends the call shows it the answer as it comes, and closes it once, whatever happens. Nothing
/// of this may block.
/// </summary>
internal interface ICallMeter
{
    /// <summary>The answer may come out longer or shorter than it came in: a length that the upstream told must not be passed on.</summary>
    bool ChangesLength { get; }

    /// <summary>When the client leaves, the answer is read to its end all the same.</summary>
    bool ReadsOn { get; }

    /// <summary>Tokens that it used, prompt and answers, once it is closed; null: nobody knows.</summary>
    long? Used { get; }

    /// <summary>The head of the answer is here.</summary>
    /// <param name="contentEncoding">
    /// What is compressed can't be read and is charged in full: ask the upstream for plain answers.
    /// </param>
    void Begin(int status, string? contentType, string? contentEncoding);

    /// <summary>A slice of the answer is here.</summary>
    /// <returns>What the client gets of it now: the very bytes, mostly. Valid until the next call.</returns>
    ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> slice);

    /// <summary>The answer is complete.</summary>
    /// <returns>What was held back until then.</returns>
    ReadOnlyMemory<byte> End();

    /// <summary>It is over. A second time does nothing.</summary>
    void Close(CallOutcome outcome);
}
