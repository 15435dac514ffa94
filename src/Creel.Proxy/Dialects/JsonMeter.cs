using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

internal delegate Usage? UsageReading(ReadOnlySpan<byte> json);

/// <summary>Meters an answer that is one JSON object with its usage at the top.</summary>
internal sealed class JsonMeter(UsageReading read) : IUsageMeter
{
    private static readonly TapPaths Paths = new("usage");

    private readonly JsonTap tap = new(16 * 1024, Paths);
    private bool ended;

    public Usage? Final => ended && tap.IsComplete ? read(tap[0]) : null;

    public ReadOnlyMemory<byte> Observe(ReadOnlyMemory<byte> slice)
    {
        tap.Feed(slice.Span);
        return slice;
    }

    public ReadOnlyMemory<byte> End()
    {
        ended = true;
        return default;
    }
}
