using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Logs;

namespace Creel.Proxy.Egress;

/// <summary>What was refused, to whom and why.</summary>
internal sealed class Denials(Recent<Denial> recent, TimeProvider time)
{
    /// <summary>Characters of what a cell sent, at most: it chooses them.</summary>
    private const int Longest = 256;

    public void Add(
        Cell cell,
        string kind,
        string host,
        int port,
        string rule,
        string? method = null,
        string? path = null,
        string? agent = null
    ) =>
        recent.Add(
            new Denial(
                time.GetUtcNow(),
                cell.Orders.Cell,
                cell.Orders.Group,
                kind,
                Cut(host)!,
                port,
                rule,
                Cut(method),
                Cut(path),
                agent
            )
        );

    private static string? Cut(string? text) => text is { Length: > Longest } ? text[..Longest] : text;
}
