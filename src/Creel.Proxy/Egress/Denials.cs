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

    /// <summary>Of one cell in a minute; more tell nothing new.</summary>
    private const int MostAMinute = 600;

    public void Add(
        Cell cell,
        string kind,
        string host,
        int port,
        string rule,
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
            call
        );
        recent.Add(denial);
        file.Add(JsonSerializer.SerializeToUtf8Bytes(denial, OutboundJson.Default.Denial));
    }

    private static string? Cut(string? text) => text is { Length: > Longest } ? text[..Longest] : text;
}
