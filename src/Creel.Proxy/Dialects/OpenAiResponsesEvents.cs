using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>The events of a response: the one that ends it carries the usage, whether it was completed, cut off or failed.</summary>
internal sealed class OpenAiResponsesEvents : IEventUsage
{
    private static readonly TapPaths Paths = new("type", "response.usage");

    private readonly JsonTap tap = new(4096, Paths);

    public Usage? Final { get; private set; }

    public bool WasExtra => false;

    public void Data(ReadOnlySpan<byte> slice) => tap.Feed(slice);

    public void EndEvent()
    {
        var type = tap[0];
        if (
            tap.IsComplete
            && (
                type.SequenceEqual("\"response.completed\""u8)
                || type.SequenceEqual("\"response.incomplete\""u8)
                || type.SequenceEqual("\"response.failed\""u8)
            )
        )
        {
            Final = OpenAiUsage.Read(tap[1]);
        }

        tap.Reset();
    }
}
