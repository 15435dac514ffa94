using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>Reads an answer in the slices in which it comes, and keeps little of it.</summary>
internal interface IUsageMeter
{
    /// <summary>What to pass on of this slice: nearly always the slice itself. Valid until the next call.</summary>
    ReadOnlyMemory<byte> Observe(ReadOnlyMemory<byte> slice);

    /// <summary>The answer has ended as it should. Answers what was held back.</summary>
    ReadOnlyMemory<byte> End();

    /// <summary>What the provider counted in the end; null until it has said its last word.</summary>
    Usage? Final { get; }
}
