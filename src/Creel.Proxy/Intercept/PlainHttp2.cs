using System.Buffers.Binary;

namespace Creel.Proxy.Intercept;

/// <summary>
/// What the web server writes, but for one setting: it offers extended CONNECT (RFC 8441) and can't be told not to. The line carries
/// no sockets, and a client that is offered them would not fall back to HTTP/1.1. The first frame is the settings.
/// </summary>
internal sealed class PlainHttp2(Stream to) : FlowingStream
{
    private const int HeadLength = 9;
    private const int SettingLength = 6;
    private const byte SettingsFrame = 4;
    private const int EnableConnectProtocol = 8;
    private bool isOver;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isOver || buffer.Length == 0)
        {
            return to.WriteAsync(buffer, cancellationToken);
        }

        isOver = true;
        var first = buffer.ToArray();
        Withdraw(first);
        return to.WriteAsync(first, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => to.FlushAsync(cancellationToken);

    private static void Withdraw(Span<byte> frames)
    {
        if (frames.Length < HeadLength || frames[3] != SettingsFrame)
        {
            return;
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(frames) >>> 8;
        var settings = frames[HeadLength..Math.Min(frames.Length, HeadLength + length)];
        for (; settings.Length >= SettingLength; settings = settings[SettingLength..])
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(settings) == EnableConnectProtocol)
            {
                settings[2..SettingLength].Clear();
            }
        }
    }
}
