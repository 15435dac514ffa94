using Creel.Proxy.Dialects;

namespace Creel.Proxy.Ledger;

/// <summary>May a call go?</summary>
internal abstract record Admission
{
    private Admission() { }

    /// <param name="Body">What is sent: the client's, or one in which something was set.</param>
    /// <param name="Call">Its id in the book; null: it is not written down there.</param>
    /// <param name="Window">The most tokens that a prompt of its model can have; null: nobody knows.</param>
    public sealed record Goes(ReadOnlyMemory<byte> Body, ICallMeter Meter, string? Call = null, long? Window = null) : Admission;

    /// <summary>Nothing was reserved, and nothing may be sent upstream.</summary>
    /// <param name="Call">Its id in the book; null: it is not written down there.</param>
    public sealed record Refused(CallRefusal Why, string? Call = null) : Admission;
}
