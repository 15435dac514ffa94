using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Logs;

namespace Creel.Proxy.Egress;

/// <summary>What was refused, to whom and why.</summary>
/// <param name="file">Where they stay.</param>
internal sealed class Denials(Recent<Denial> recent, LineFile file, TimeProvider time)
{
    /// <summary>Characters of what a cell sent, at most: it chooses them.</summary>
    private const int Longest = 256;

    private const int LongestWhy = 1024;

    /// <summary>Of one cell in a minute; more tell nothing new.</summary>
    private const int MostAMinute = 600;

    /// <param name="why">The sentence that the cell is told; null: it is told none.</param>
    public void Add(
        Cell cell,
        string kind,
        string host,
        int port,
        string rule,
        string? why = null,
        string? method = null,
        string? path = null,
        string? agent = null,
        string? call = null
    )
    {
        if (cell.Refusals.TryAdd(1, MostAMinute) is not null)
        {
            return;
        }

        var denial = new Denial(
            time.GetUtcNow(),
            cell.Orders.Cell,
            cell.Orders.Group,
            kind,
            Cut(host)!,
            port,
            rule,
            Cut(method),
            Cut(path),
            agent,
            call,
            Cut(why ?? Usual(rule), LongestWhy)
        );
        recent.Add(denial);
        file.Add(JsonSerializer.SerializeToUtf8Bytes(denial, OutboundJson.Default.Denial));
    }

    private static string? Cut(string? text, int longest = Longest) => text?.Length > longest ? text[..longest] : text;

    /// <summary>Where a connection just ends, nobody is told.</summary>
    private static string? Usual(string rule) =>
        rule switch
        {
            "no-hello" => "no TLS began in ten seconds",
            "not-tls" => "nothing but TLS goes through",
            "no-name" => "TLS named no server",
            "server-name" => "the server that TLS named is not the host of the CONNECT",
            "encrypted-name" => "TLS hid the name of the server",
            "handshake" => "the client did not take the proxy's certificate: it trusts none but the provider's own",
            _ => null,
        };
}
