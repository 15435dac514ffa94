using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;

namespace Creel.Adapters.OpenClaw;

/// <summary>
/// The frames that come in on a socket, one after another, each as long as its head allows. The memory is rented: what a long frame took
/// goes back before the next is waited for.
/// </summary>
internal sealed class FrameBuffer(WebSocket socket, ArrayPool<byte> memory) : IDisposable
{
    private const int Piece = 16 * 1024;

    /// <summary>One who says a thing twice is understood by each reader in another way.</summary>
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private byte[] held = [];

    /// <summary>Bytes of the frame, or of what was read of it.</summary>
    public int Length { get; private set; }

    /// <summary>False: it was longer than is allowed, and nothing can be read any more.</summary>
    public bool IsWhole { get; private set; }

    private Span<byte> Frame => held.AsSpan(0, Length);

    /// <param name="most">Bytes of a frame with that head; of the empty one, for what has not said yet what it is.</param>
    /// <returns>Null: it is closed.</returns>
    /// <exception cref="JsonException">It is no JSON, or no text at all, or says twice what it is.</exception>
    public async Task<FrameHead?> NextAsync(Func<FrameHead, int> most, CancellationToken cancel)
    {
        (Length, IsWhole) = (0, false);
        if (held.Length != Piece)
        {
            Exchange(Piece);
        }

        var allowed = most(default);
        while (!IsWhole)
        {
            if (Length == held.Length)
            {
                Exchange(2 * Length);
            }

            var got = await socket.ReceiveAsync(held.AsMemory(Length), cancel).ConfigureAwait(false);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            if (got.MessageType != WebSocketMessageType.Text)
            {
                throw new JsonException("bytes");
            }

            Length += got.Count;
            IsWhole = got.EndOfMessage;
            if (Length <= allowed)
            {
                continue;
            }

            var head = FrameHead.Read(Frame, whole: false);
            allowed = most(head);
            if (Length > allowed)
            {
                IsWhole = false;
                return head;
            }
        }

        HalfSigns.Mend(Frame);
        return FrameHead.Read(Frame, whole: true);
    }

    /// <summary>All that is in the frame.</summary>
    /// <exception cref="JsonException">It says a thing twice.</exception>
    public JsonElement Tree() => JsonElement.Parse(Frame, Strict);

    /// <summary>Once nobody reads any more.</summary>
    public void Dispose()
    {
        Length = 0;
        Exchange(0);
    }

    private void Exchange(int size)
    {
        var next = size > 0 ? memory.Rent(size) : [];
        Frame.CopyTo(next);
        if (held.Length > 0)
        {
            memory.Return(held);
        }

        held = next;
    }
}
