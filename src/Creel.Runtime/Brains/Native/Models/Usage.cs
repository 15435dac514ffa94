namespace Creel.Runtime.Brains.Native.Models;

/// <summary>Tokens, as the provider counted them.</summary>
/// <param name="Input">Without those that came out of a cache or went into it.</param>
internal sealed record Usage(long Input, long Output, long CacheRead, long CacheWrite)
{
    public static Usage None { get; } = new(0, 0, 0, 0);

    public long Total => Input + Output + CacheRead + CacheWrite;

    public static Usage operator +(Usage a, Usage b) =>
        new(a.Input + b.Input, a.Output + b.Output, a.CacheRead + b.CacheRead, a.CacheWrite + b.CacheWrite);
}
