namespace Creel.Proxy.Prices;

/// <summary>Tokens of one call, each counted in exactly one kind.</summary>
internal sealed record Usage(long Input, long Output, long CacheRead = 0, long CacheWrite5m = 0, long CacheWrite1h = 0)
{
    /// <summary>The whole prompt, from a cache or not.</summary>
    public long Prompt => Input + CacheRead + CacheWrite5m + CacheWrite1h;
}
