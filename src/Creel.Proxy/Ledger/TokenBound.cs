namespace Creel.Proxy.Ledger;

/// <summary>The most tokens that a call can use.</summary>
/// <param name="Input">Of its prompt.</param>
/// <param name="Output">Of all its answers.</param>
internal readonly record struct TokenBound(long Input, long Output);
