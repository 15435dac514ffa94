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
        var said = Key(request);
        if (said is not null && said.StartsWith(Prefix, StringComparison.Ordinal))
        {
            foreach (var agent in cell.Agents)
            {
                if (said.AsSpan(Prefix.Length).SequenceEqual(agent.Value))
                {
                    return agent.Value;
                }
            }
        }

        return cell.Agents.Count == 1 ? cell.Agents[0].Value : null;
    }

    private static string? Key(HttpRequest request)
    {
        string? key = request.Headers["x-api-key"];
        if (key is not null)
        {
            return key;
        }

        string? authorization = request.Headers.Authorization;
        return authorization is not null && authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..]
            : null;
    }
}
