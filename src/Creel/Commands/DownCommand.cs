using System.CommandLine;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel down</c>: every cell stops; workspaces stay unless asked otherwise.</summary>
internal static class DownCommand
{
    public static Command Build(Cli cli)
    {
        var yes = YesOption.Make();
        var delete = new Option<bool>("--delete-workspaces")
        {
            Description = "Also delete the agents' workspaces, homes and sessions",
        };
        var command = new Command("down", "Stop every cell of the habitat; workspaces stay (with --json an event a line)")
        {
            yes,
            delete,
        };
        return cli.Runs(command, (call, cancel) => RunAsync(call, call.Value(yes), call.Value(delete), cancel));
    }

    private static async Task<int> RunAsync(Call call, bool yes, bool delete, CancellationToken cancel)
    {
        if (!yes)
        {
            var cells = Call.Read<CellsView>(await call.Client.GetAsync("cells", cancel)).Cells ?? [];
            var names = string.Join(", ", cells.Select(cell => cell.Group ?? cell.Id));
            var what = $"Stop {Words.Count(cells.Count, "cell", "cells")}{(names.Length > 0 ? $" ({names})" : "")}";
            var running = cells.Sum(cell => cell.Tasks?.GetValueOrDefault("running") ?? 0);
            var tasks =
                running == 0 ? "" : $" {Words.Count((int)running, "task that runs is", "tasks that run are")} interrupted.";
            var files = delete ? " and DELETE their workspaces, homes and sessions?" : "? Workspaces, homes and sessions stay.";
            if (!await call.ConfirmAsync($"{what}{files}{tasks}", cancel))
            {
                call.Note("nothing was changed");
                return ExitCodes.Negative;
            }
        }

        var body = Call.Body(new { deleteWorkspaces = delete, by = UpCommand.Asker });
        var events = call.Client.LinesAsync(HttpMethod.Post, "habitat/down", body, cancel);
        return await ApplyProgress.ShowAsync(call, events, cancel, "bring it up again: creel up FILE");
    }
}
