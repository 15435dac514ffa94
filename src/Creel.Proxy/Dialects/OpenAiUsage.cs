using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>
/// The counts of OpenAI's answers. The prompt's include what was read from a cache; the answer's include what was thought.
/// Chat completions and responses call them differently.
/// </summary>
internal static class OpenAiUsage
{
    public static Usage? Read(ReadOnlySpan<byte> json) =>
        UsageNumbers.Read(
            json,
            usage =>
            {
                var prompt = UsageNumbers.Count(usage, "prompt_tokens") ?? UsageNumbers.Count(usage, "input_tokens");
                var output = UsageNumbers.Count(usage, "completion_tokens") ?? UsageNumbers.Count(usage, "output_tokens");
                var details = UsageNumbers.Below(usage, "prompt_tokens_details");
                details = details.ValueKind == default ? UsageNumbers.Below(usage, "input_tokens_details") : details;
                var cached = Math.Min(UsageNumbers.Count(details, "cached_tokens") ?? 0, prompt ?? 0);

                // What a gateway wrote into a cache of Anthropic's; for how long it does not say.
                var written = Math.Min(UsageNumbers.Count(details, "cache_write_tokens") ?? 0, (prompt ?? 0) - cached);

                // Embeddings have no answer that is counted.
                return prompt is { } all ? new Usage(all - cached - written, output ?? 0, cached, 0, written) : null;
            }
        );
}
