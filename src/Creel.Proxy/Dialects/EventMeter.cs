using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>What a provider's events tell about what the answer costs.</summary>
internal interface IEventUsage : IEventSink
{
    /// <summary>Null until the provider's last word was there.</summary>
    Usage? Final { get; }

    /// <summary>The event that ended last is there only because the proxy asked for it.</summary>
    bool WasExtra { get; }
}

/// <summary>
/// Meters a stream of events. Where the client did not ask for the usage, its event is taken out: then an event is held back
/// until it is whole, up to <see cref="LongestHeld"/>; everything else goes by as it came.
/// </summary>
internal sealed class EventMeter(IEventUsage usage, bool hidesUsage = false) : IUsageMeter
{
    private const int LongestHeld = 64 * 1024;

    private readonly EventReader reader = new(usage);
    private byte[] held = [];
    private int heldLength;
    private bool isTooLong;
    private byte[] passed = [];
    private int passedLength;

    public Usage? Final => usage.Final;

    public ReadOnlyMemory<byte> Observe(ReadOnlyMemory<byte> slice)
    {
        passedLength = 0;
        var isWhole = heldLength == 0;
        var rest = slice;
        while (!rest.IsEmpty)
        {
            var (read, ended) = reader.Feed(rest.Span);
            if (hidesUsage)
            {
                var part = rest.Span[..read];
                isWhole &= ended && !usage.WasExtra;
                if (!ended)
                {
                    Hold(part);
                }
                else if (usage.WasExtra && !isTooLong)
                {
                    heldLength = 0;
                }
                else
                {
                    Release();
                    Pass(part);
                }

                isTooLong &= !ended;
            }

            rest = rest[read..];
        }

        return !hidesUsage || isWhole ? slice : passed.AsMemory(0, passedLength);
    }

    public ReadOnlyMemory<byte> End()
    {
        passedLength = 0;
        if (!reader.End() || !usage.WasExtra)
        {
            Release();
        }

        return passed.AsMemory(0, passedLength);
    }

    private void Hold(ReadOnlySpan<byte> part)
    {
        if (isTooLong || heldLength + part.Length > LongestHeld)
        {
            // Not the event that is looked for, which is short.
            isTooLong = true;
            Release();
            Pass(part);
            return;
        }

        Add(ref held, ref heldLength, part);
    }

    private void Release()
    {
        Pass(held.AsSpan(0, heldLength));
        heldLength = 0;
    }

    private void Pass(ReadOnlySpan<byte> part) => Add(ref passed, ref passedLength, part);

    private static void Add(ref byte[] buffer, ref int length, ReadOnlySpan<byte> part)
    {
        if (length + part.Length > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(1024, 2 * (length + part.Length)));
        }

        part.CopyTo(buffer.AsSpan(length));
        length += part.Length;
    }
}
