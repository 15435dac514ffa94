using System.Buffers;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Creel.Runtime.Relay;

/// <summary>
/// One request to the hub, on a connection of its own, with a head of our own making and a body of known length: nothing in
/// it can be read in two ways.
/// </summary>
internal sealed class HubRequest(Socket client, ClientReader reader, RequestHead head, CancellationToken cancel)
{
    private const int MaxBody = 4 * 1024 * 1024;
    private static readonly string[] NotPassedOn =
    [
        "host",
        "connection",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "content-length",
        "upgrade",
        "expect",
        "proxy-connection",
        "proxy-authorization",
    ];

    private readonly ArrayBufferWriter<byte> body = new();

    /// <summary>Passes it on and the answer back; where that can't be, says why.</summary>
    public async Task ServeAsync(string? socket)
    {
        if (await ReadBodyAsync().ConfigureAwait(false) is { } refusal)
        {
            await refusal.SendAsync(client, cancel).ConfigureAwait(false);
            return;
        }

        using var hub = await SocketBytes.ConnectAsync(socket, cancel).ConfigureAwait(false);
        if (hub is null)
        {
            await RelayAnswer.NoHub.SendAsync(client, cancel).ConfigureAwait(false);
            return;
        }

        await hub.SendAllAsync(Encoding.Latin1.GetBytes(Head()), cancel).ConfigureAwait(false);
        await hub.SendAllAsync(body.WrittenMemory, cancel).ConfigureAwait(false);
        await SocketBytes.CopyAsync(hub, client, cancel).ConfigureAwait(false);
    }

    private async Task<RelayAnswer?> ReadBodyAsync()
    {
        if (head.ExpectsContinue)
        {
            await client.SendAllAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), cancel).ConfigureAwait(false);
        }

        if (head.Length > MaxBody)
        {
            return RelayAnswer.BodyTooLarge;
        }

        var whole = await RequestBody.CopyAsync(head, reader, Keep, cancel).ConfigureAwait(false);
        return body.WrittenCount > MaxBody ? RelayAnswer.BodyTooLarge
            : whole ? null
            : RelayAnswer.BadBody;
    }

    private ValueTask Keep(ReadOnlyMemory<byte> piece, bool own)
    {
        if (own && body.WrittenCount <= MaxBody)
        {
            body.Write(piece.Span);
        }

        return ValueTask.CompletedTask;
    }

    private string Head()
    {
        var dropped = head.All("connection")
            .SelectMany(v => v.Split(','))
            .Select(v => v.Trim())
            .Concat(NotPassedOn)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{head.Method} {head.Target} {head.Version}\r\nHost: hub\r\nConnection: close\r\n"
        );
        text.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.WrittenCount}\r\n");
        foreach (var (name, value) in head.Headers.Where(h => !dropped.Contains(h.Name)))
        {
            text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        }

        return text.Append("\r\n").ToString();
    }
}
