using System.Net.WebSockets;
using System.Text.Json;

namespace Creel.Adapters.OpenClaw;

/// <summary>The frames that come in on a socket, one after another, none longer than is allowed.</summary>
internal sealed class FrameBuffer(WebSocket socket, int most)
{
    private const int Piece = 16 * 1024;
    private const int Kept = 1024 * 1024;

    /// <summary>One who says a thing twice is understood by each reader in another way.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private MemoryStream text = new();

    /// <returns>Null: it is closed.</returns>
    /// <exception cref="InvalidDataException">The frame is too long.</exception>
    /// <exception cref="JsonException">It is no JSON, or no text at all, or says a thing twice.</exception>
    public async Task<JsonElement?> NextAsync(CancellationToken cancel)
    {
        if (text.Capacity > Kept)
        {
            text = new MemoryStream();
        }

        text.SetLength(0);
        var buffer = new byte[Piece];
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), cancel).ConfigureAwait(false);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (got.MessageType != WebSocketMessageType.Text)
            {
                throw new JsonException("bytes");
            }

            if (text.Length + got.Count > most)
            {
                throw new InvalidDataException();
            }

            text.Write(buffer, 0, got.Count);
            if (got.EndOfMessage)
            {
                var frame = text.GetBuffer().AsSpan(0, (int)text.Length);
                HalfSigns.Mend(frame);
                return JsonElement.Parse(frame, Strict);
            }
        }
    }
}
