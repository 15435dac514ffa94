using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>
/// <c>message_start</c> counts the prompt, each <c>message_delta</c> counts the answer so far, and <c>message_stop</c> says that
/// no other will come: only then is the last count the final one.
/// </summary>
internal sealed class AnthropicEvents : IEventUsage
{
    private static readonly TapPaths Paths = new("type", "usage", "message.usage");

    private readonly JsonTap tap = new(4096, Paths);
    private AnthropicUsage sofar = AnthropicUsage.Nothing;
    private bool hasDelta;
    private bool isUnusable;
    private bool stopped;

    public Usage? Final => stopped && hasDelta && !isUnusable ? sofar.Counted : null;

    public bool WasExtra => false;

    public void Data(ReadOnlySpan<byte> slice) => tap.Feed(slice);

    public void EndEvent()
    {
        if (tap.IsComplete)
        {
            switch (tap[0])
            {
                case var type when type.SequenceEqual("\"message_start\""u8):
                    Take(tap[2]);
                    break;
                case var type when type.SequenceEqual("\"message_delta\""u8):
                    hasDelta = true;
                    Take(tap[1]);
                    break;
                case var type when type.SequenceEqual("\"message_stop\""u8):
                    stopped = true;
                    break;
            }
        }

        tap.Reset();
    }

    private void Take(ReadOnlySpan<byte> usage)
    {
        if (AnthropicUsage.Parse(usage) is { } counts)
        {
            sofar = sofar.Then(counts);
        }
        else
        {
            isUnusable = true;
        }
    }
}
