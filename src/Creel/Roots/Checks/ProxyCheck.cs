using Creel.Commands.Views;
using Creel.Core;
using Creel.Core.Outbound;
using Creel.Server.Outbound;
using Creel.Terminal;

namespace Creel.Roots.Checks;

/// <summary>The proxy serves all cells that it was told of. One that does not run is serve's business, and no finding here.</summary>
internal static class ProxyCheck
{
    private const string Name = "proxy";

    public static async Task<IReadOnlyList<CheckView>> OfAsync(string run, CancellationToken cancel)
    {
        try
        {
            using var link = new ProxyLink(Path.Combine(run, ControlPaths.SocketName));
            return await link.StatusAsync(cancel) is { } status ? [.. Of(status)] : [];
        }
        catch (CreelException e)
        {
            return [new CheckView(Name, CheckState.Warning, e.Fault.Message, e.Fault.Remedy)];
        }
    }

    private static IEnumerable<CheckView> Of(ProxyStatus status) =>
        status.Closed.Count == 0
            ?
            [
                CheckView.Fine(
                    Name,
                    $"it runs (process {status.ProcessId}) and serves {Words.Count(status.Cells.Count, "cell", "cells")}"
                ),
            ]
            : status.Closed.Select(closed =>
            {
                var name = closed.Group?.Value ?? closed.Cell.Value;
                return new CheckView(
                    $"{Name} {name}",
                    CheckState.Warning,
                    $"cell {name} reaches nothing outside: {closed.Reason}",
                    $"creel agent restart {name}; a cell that is stopped wants nothing"
                );
            });
}
