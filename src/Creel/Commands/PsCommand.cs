using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel ps</c>: cells and their agents.</summary>
internal static class PsCommand
{
    public static Command Build(Cli cli)
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on, every two seconds" };
        var command = new Command("ps", "Show cells and their agents: level, driver, state, tasks, health") { watch };
        return cli.Runs(command, (call, cancel) => call.Value(watch) ? WatchAsync(call, cancel) : OnceAsync(call, cancel));
    }

    public static TextTable Table(IReadOnlyList<CellView> cells, DateTimeOffset now)
    {
        var table = new TextTable(
            "CELL",
            "AGENTS",
            "LEVEL",
            "DRIVER",
            "NETWORK",
            "STATE",
            "TASKS",
            "CPU",
            "MEMORY",
            "SINCE",
            "RESTARTS"
        );
        foreach (var cell in cells)
        {
            table.Add(
                cell.Group ?? cell.Id,
                string.Join(", ", cell.Agents ?? []),
                cell.Level,
                cell.Driver,
                cell.Network,
                State(cell),
                Tasks(cell.Tasks),
                cell.Usage?.CpuWords,
                cell.Usage?.MemoryWords,
                cell.Since is { } since ? Words.Span(now - since) : "",
                cell.Restarts.ToString()
            );
        }

        return Short(table, cells);
    }

    /// <summary>Columns that say nothing of their own are left out, so that 80 characters are enough as a rule.</summary>
    private static TextTable Short(TextTable table, IReadOnlyList<CellView> cells)
    {
        table = cells.All(cell => cell.Agents is [var only] && only == cell.Group) ? table.Without("AGENTS") : table;
        return cells.All(cell => cell.Restarts == 0) ? table.Without("RESTARTS") : table;
    }

    private static async Task<int> OnceAsync(Call call, CancellationToken cancel)
    {
        var answer = await call.Client.GetAsync("cells", cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var cells = Call.Read<CellsView>(answer).Cells ?? [];
        if (cells.Count == 0)
        {
            call.Say("no cells");
            call.Note("  → bring a habitat up with: creel up FILE");
            return ExitCodes.Ok;
        }

        call.Show(Table(cells, call.Time.GetUtcNow()));
        foreach (var remark in Remarks(cells, call.Time.GetUtcNow()))
        {
            call.Note(remark);
        }

        return ExitCodes.Ok;
    }

    private static Task<int> WatchAsync(Call call, CancellationToken cancel) =>
        Watching.RunAsync(
            call,
            "cells",
            TimeSpan.FromSeconds(2),
            answer => Task.FromResult(Draw(answer, call.Time.GetUtcNow())),
            cancel
        );

    private static string Draw(JsonElement answer, DateTimeOffset now)
    {
        var cells = Call.Read<CellsView>(answer).Cells ?? [];
        return cells.Count == 0
            ? "no cells"
            : string.Join('\n', Remarks(cells, now).Prepend(Table(cells, now).Text().TrimEnd('\n')));
    }

    private static IEnumerable<string> Remarks(IReadOnlyList<CellView> cells, DateTimeOffset now)
    {
        var reasons = cells
            .Where(cell => cell.Reason is { Length: > 0 })
            .Select(cell => $"{cell.Group ?? cell.Id}: {cell.Reason}{Again(cell, now)}");
        var notes = CellNotes.Lines([.. cells.Select(cell => (cell.Group ?? cell.Id, cell.Notes))]);
        return reasons.Concat(notes).Select(remark => PlainText.Line(remark));
    }

    private static string Again(CellView cell, DateTimeOffset now) =>
        cell.NextTry is { } next ? $"; it is started again in {Words.Span(next - now)}" : "";

    private static string State(CellView cell) =>
        cell is { State: "running", Connected: false } ? "running, not connected" : cell.State ?? "";

    /// <summary>Waiting, running, succeeded and not: <c>2 queued, 1 running, 40 ok, 1 failed</c>, what is nought left out.</summary>
    private static string Tasks(IReadOnlyDictionary<string, long>? tasks)
    {
        var words = (tasks ?? new Dictionary<string, long>())
            .Where(pair => pair.Value > 0)
            .Select(pair => $"{pair.Value} {(pair.Key == "succeeded" ? "ok" : pair.Key)}")
            .ToList();
        return words.Count == 0 ? "none" : string.Join(", ", words);
    }
}
