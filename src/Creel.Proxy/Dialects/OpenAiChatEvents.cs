using Creel.Proxy.Prices;

namespace Creel.Proxy.Dialects;

/// <summary>
/// The chunks of a chat completion. The usage comes in a chunk of its own without choices, just before <c>[DONE]</c>; others
/// count along in every chunk. Without <c>[DONE]</c> nobody knows whether the last count was the final one.
/// </summary>
internal sealed class OpenAiChatEvents : IEventUsage
{
    private static readonly byte[] DoneMark = [.. "[DONE]"u8];

    private static readonly TapPaths Paths = new("usage", "choices");

    private readonly JsonTap tap = new(4096, Paths);
    private readonly byte[] start = new byte[8];
    private int length;
    private Usage? latest;
    private bool done;

    public Usage? Final => done ? latest : null;

    public bool WasExtra { get; private set; }

    public void Data(ReadOnlySpan<byte> slice)
    {
        var room = Math.Clamp(start.Length - length, 0, slice.Length);
        slice[..room].CopyTo(start.AsSpan(Math.Min(length, start.Length)));
        length += Math.Min(slice.Length, 1024);
        tap.Feed(slice);
    }

    public void EndEvent()
    {
        WasExtra = false;
        if (length == DoneMark.Length && start.AsSpan(0, length).SequenceEqual(DoneMark))
        {
            done = true;
        }
        else if (tap.IsComplete && OpenAiUsage.Read(tap[0]) is { } usage)
        {
            latest = usage;
            var choices = tap[1];
            WasExtra = choices is [(byte)'[', .., (byte)']'] && !choices[1..^1].ContainsAnyExcept(" \t\r\n"u8);
        }

        length = 0;
        tap.Reset();
    }
}
