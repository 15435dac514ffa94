namespace Creel.Proxy.Dialects;

/// <summary>A provider's wire format, as far as money is concerned: what a request may cost, what an answer did cost.</summary>
internal interface IDialect
{
    /// <summary>Reads a request and bounds what it can cost, or says why it can't be let through.</summary>
    /// <param name="path">Below the upstream's base address, without the query.</param>
    CallReading Read(string method, string path, ReadOnlyMemory<byte> body, CallTerms terms);

    /// <summary>What reads the answer as it goes by. Null where the answer's format is not one that tells what it cost.</summary>
    /// <param name="contentType">As the upstream says.</param>
    IUsageMeter? Meter(CallAsk ask, string? contentType);
}
