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
        var delete = new Option<bool>("--delete-workspaces") { Description = "Also delete the agents' workspaces" };
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
            if (!await call.ConfirmAsync(delete ? $"{what} and DELETE their workspaces?" : $"{what}? Workspaces stay.", cancel))
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
