using Creel.Core.Outbound;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Routes;

/// <summary>
/// Which of a cell's agents a call says it is from: <c>proxy:AGENT</c> as the key. It is no proof and no secret; it serves to
/// tell agents of one group apart in the book.
/// </summary>
internal static class CellLabel
{
    private const string Prefix = "proxy:";
    private const string Bearer = "Bearer ";

    /// <returns>Null: it says nothing, or names none of the cell's agents. The only one of a cell needs no label.</returns>
    public static string? Of(HttpRequest request, CellOrders cell)
    {
        var said = Said(request.Headers["x-api-key"]) ?? Said(request.Headers.Authorization);
        foreach (var agent in cell.Agents)
        {
            if (agent.Value == said)
            {
                return said;
            }
        }

        return cell.Agents.Count == 1 ? cell.Agents[0].Value : null;
    }

    private static string? Said(string? value)
    {
        var key = value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true ? value[Bearer.Length..] : value;
        return key?.StartsWith(Prefix, StringComparison.Ordinal) == true ? key[Prefix.Length..] : null;
    }
}
