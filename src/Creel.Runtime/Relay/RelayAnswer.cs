using System.Net.Sockets;
using System.Text;

namespace Creel.Runtime.Relay;

/// <summary>A whole answer of the relay's own, after which the connection ends.</summary>
/// <param name="Error">One sentence without quotes.</param>
internal sealed record RelayAnswer(string Status, string Code, string Error)
{
    public static readonly RelayAnswer HeadTooLarge = new(
        "431 Request Header Fields Too Large",
        "head-large",
        "the request's head is longer than 64 KiB"
    );

    public static readonly RelayAnswer BadHead = new(
        "400 Bad Request",
        "bad-request",
        "the request's head is not HTTP/1.1 without doubt"
    );

    public static readonly RelayAnswer BadBody = new(
        "400 Bad Request",
        "bad-request",
        "the request's body is not framed as its head says"
    );

    public static readonly RelayAnswer BodyTooLarge = new(
        "413 Content Too Large",
        "body-large",
        "a request to the hub has at most 4 MiB"
    );

    public static readonly RelayAnswer NoProxy = new(
        "503 Service Unavailable",
        "no-proxy",
        "this cell has no proxy, so nothing outside of it can be reached"
    );

    public static readonly RelayAnswer NoHub = new("503 Service Unavailable", "no-hub", "the hub can't be reached at the moment");

    public async Task SendAsync(Socket client, CancellationToken cancel)
    {
        var body = $$"""{"error":"{{Error}}","code":"{{Code}}"}""";
        var head =
            $"HTTP/1.1 {Status}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n"
            + "Retry-After: 5\r\nConnection: close\r\n\r\n";
        await client.SendAllAsync(Encoding.ASCII.GetBytes(head + body), cancel).ConfigureAwait(false);
        client.Shutdown(SocketShutdown.Send);

        // Closing with bytes unread would take the answer back before it is seen.
        await SocketBytes
            .DrainAsync(SocketBytes.IgnoreAsync(client, cancel), TimeSpan.FromSeconds(1), cancel)
            .ConfigureAwait(false);
    }
}
