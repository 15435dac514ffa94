using Creel.Core;

namespace Creel.Commands.Agents;

/// <summary>Agents that the habitat has at gateways elsewhere.</summary>
internal static class Elsewhere
{
    /// <returns>By gateway and id; none where serve is one that knows of no gateways.</returns>
    public static async Task<IReadOnlyList<ElsewhereView>> AskAsync(Call call, CancellationToken cancel)
    {
        try
        {
            var answer = Call.Read<Answer>(await call.Client.GetAsync("gateways", cancel));
            return
            [
                .. answer
                    .Gateways.SelectMany(g => g.Agents ?? [])
                    .OrderBy(a => a.Gateway, StringComparer.Ordinal)
                    .ThenBy(a => a.Id, StringComparer.Ordinal),
            ];
        }
        catch (CreelException e) when (e.Fault.Kind == FaultKind.NotFound)
        {
            return [];
        }
    }

    private sealed record Answer(IReadOnlyList<Gateway> Gateways);

    private sealed record Gateway(IReadOnlyList<ElsewhereView>? Agents);
}

internal sealed record ElsewhereView(string Id, string Gateway, string Name, string Kind, string? Board, bool Files);
