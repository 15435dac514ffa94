using System.Text.Json;
using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>
/// The counts as they stand in an answer of Anthropic's. Input does not include what was written into a cache or read from it.
/// </summary>
internal sealed record AnthropicUsage(long? Input, long? Output, long? CacheRead, long? CacheWrite, long? Write5m, long? Write1h)
{
    public static readonly AnthropicUsage Nothing = new(null, null, null, null, null, null);

    public static Usage? Read(ReadOnlySpan<byte> json) => Parse(json)?.Counted;

    public static AnthropicUsage? Parse(ReadOnlySpan<byte> json) =>
        UsageNumbers.Read(
            json,
            usage =>
            {
                var writes = UsageNumbers.Below(usage, "cache_creation");
                return new AnthropicUsage(
                    UsageNumbers.Count(usage, "input_tokens"),
                    UsageNumbers.Count(usage, "output_tokens"),
                    UsageNumbers.Count(usage, "cache_read_input_tokens"),
                    UsageNumbers.Count(usage, "cache_creation_input_tokens"),
                    UsageNumbers.Count(writes, "ephemeral_5m_input_tokens"),
                    UsageNumbers.Count(writes, "ephemeral_1h_input_tokens")
                );
            }
        );

    /// <summary>Counts are cumulative: what comes later replaces what was there, count by count.</summary>
    public AnthropicUsage Then(AnthropicUsage later) =>
        new(
            later.Input ?? Input,
            later.Output ?? Output,
            later.CacheRead ?? CacheRead,
            later.CacheWrite ?? CacheWrite,
            later.Write5m ?? Write5m,
            later.Write1h ?? Write1h
        );

    /// <summary>Null where input or output is missing.</summary>
    public Usage? Counted
    {
        get
        {
            if (Input is not { } input || Output is not { } output)
            {
                return null;
            }

            // What is not known to be kept for five minutes is charged as for an hour, which is dearer.
            var writes = Math.Max(CacheWrite ?? 0, (Write5m ?? 0) + (Write1h ?? 0));
            var five = Math.Min(Write5m ?? 0, writes);
            return new Usage(input, output, CacheRead ?? 0, five, writes - five);
        }
    }
}
