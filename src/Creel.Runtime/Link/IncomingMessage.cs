using System.Net.WebSockets;
using Creel.Core.Link;

namespace Creel.Runtime.Link;

/// <summary>Collects the pieces of one WebSocket message at a time; small again after a large one.</summary>
internal sealed class IncomingMessage
{
    private const int Usual = 32 * 1024;
    private byte[] buffer = new byte[Usual];
    private int length;

    public bool IsText { get; private set; }

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>False: the other side closes.</summary>
    public async Task<bool> ReadAsync(WebSocket socket, CancellationToken cancel)
    {
        if (buffer.Length > Usual)
        {
            buffer = new byte[Usual];
        }

        length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                Grow();
            }

            var piece = await socket.ReceiveAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (piece.MessageType == WebSocketMessageType.Close)
            {
                return false;
            }

            length += piece.Count;
            IsText = piece.MessageType == WebSocketMessageType.Text;
            if (piece.EndOfMessage)
            {
                return true;
            }
        }
    }

    private void Grow()
    {
        if (buffer.Length >= EnvelopeCodec.MaxMessage)
        {
            throw new WebSocketException(WebSocketError.Faulted, "the hub sent a message that is too long");
        }

        Array.Resize(ref buffer, Math.Min(buffer.Length * 2, EnvelopeCodec.MaxMessage));
    }
}
