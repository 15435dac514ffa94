using Creel.Core.Outbound;

namespace Creel.Proxy.Routes;

/// <summary>
/// Where calls are read, priced and booked. The forwarder asks it before a call, shows it the answer, and tells it how the call
/// ended; nothing of this may block.
/// </summary>
internal interface ICallBook
{
    /// <summary>May it go? What it may cost at most is reserved then.</summary>
    /// <param name="body">Valid until it has been sent: not to be read once an answer is there.</param>
    ValueTask<Admission> AdmitAsync(ModelCall call, ReadOnlyMemory<byte> body, CancellationToken cancel);

    /// <summary>Which budgets count from now on; called before the cells of these orders are let in.</summary>
    Task FollowAsync(ProxyOrders orders);
}

/// <summary>The book's answer.</summary>
internal abstract record Admission
{
    /// <param name="Body">What is sent: the client's, or one in which something was set.</param>
    /// <param name="Call">Its id in the book; null: it is not written down there.</param>
    /// <param name="Tokens">The most that it may use, prompt and answers; 0 where nobody counts them.</param>
    public sealed record Go(ReadOnlyMemory<byte> Body, ICallMeter Meter, string? Call = null, long Tokens = 0) : Admission;

    /// <param name="Rule">As a code, for the log of denials.</param>
    /// <param name="Call">Its id in the book; null: it is not written down there.</param>
    public sealed record No(ProviderAnswer Answer, string Rule, string? Call = null) : Admission;
}

/// <summary>Follows one call's answer. Exactly one <see cref="CloseAsync"/> ends it, whatever happens.</summary>
internal interface ICallMeter
{
    /// <summary>The answer may come out longer or shorter than it came in.</summary>
    bool ChangesLength { get; }

    /// <summary>When the client leaves, the answer is read to its end all the same.</summary>
    bool ReadsOn { get; }

    /// <param name="contentType">The answer's; empty where it has none.</param>
    /// <param name="encoded">It is compressed, so nothing can be read in it.</param>
    void Begin(int status, string contentType, bool encoded);

    /// <returns>What the client gets of it now: the very bytes, mostly. Valid until the next call.</returns>
    ReadOnlyMemory<byte> Pass(ReadOnlyMemory<byte> bytes);

    /// <returns>What was held back until the answer's end.</returns>
    ReadOnlyMemory<byte> End();

    ValueTask CloseAsync(CallEnd end);
}
