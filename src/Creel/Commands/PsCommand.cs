using System.CommandLine;
using System.Text.Json;
using Creel.Commands.Agents;
using Creel.Commands.Views;
using Creel.Core;
using Creel.Terminal;

namespace Creel.Commands;

/// <summary><c>creel ps</c>: cells and their agents.</summary>
internal static class PsCommand
{
    private static readonly string[] Figures = ["NETWORK", "STATE", "TASKS", "CPU", "MEMORY", "SINCE"];

    public static Command Build(Cli cli)
    {
        var watch = new Option<bool>("--watch", "-w") { Description = "Go on, every two seconds" };
        var wide = new Option<bool>("--wide")
        {
            Description = "A line a cell, however long; else what is wider than the terminal is folded",
        };
        var command = new Command(
            "ps",
            "Show cells and their agents: level, driver, state, tasks, health; and agents at gateways elsewhere"
        )
        {
            watch,
            wide,
        };
        return cli.Runs(
            command,
            (call, cancel) =>
                call.Value(watch) ? WatchAsync(call, call.Value(wide), cancel) : OnceAsync(call, call.Value(wide), cancel)
        );
    }

    /// <summary>What is shown, and what is remarked beside it.</summary>
    /// <param name="columns">So wide at most.</param>
    public static (string Table, IEnumerable<string> Remarks) Draw(IReadOnlyList<CellView> cells, DateTimeOffset now, int columns)
    {
        var table = Wide(cells, now);
        if (table.Width <= columns)
        {
            return (table.Text(), Remarks(cells, now));
        }

        var restarts = cells
            .Where(cell => cell.Restarts > 0)
            .Select(cell => $"{cell.Group ?? cell.Id}: {Words.Count(cell.Restarts, "restart", "restarts")}");
        return (Narrow(cells, now).Text(columns), restarts.Concat(Remarks(cells, now)));
    }

    /// <summary>Columns that say nothing of their own are left out, so that 80 characters are enough as a rule.</summary>
    private static TextTable Wide(IReadOnlyList<CellView> cells, DateTimeOffset now)
    {
        var table = new TextTable(["CELL", "AGENTS", "LEVEL", "DRIVER", .. Figures, "RESTARTS"]);
        foreach (var cell in cells)
        {
            var agents = string.Join(", ", cell.Agents ?? []);
            table.Add([
                cell.Group ?? cell.Id,
                agents,
                cell.Level,
                cell.Driver,
                .. FiguresOf(cell, now),
                cell.Restarts.ToString(),
            ]);
        }

        table = cells.All(Alone) ? table.Without("AGENTS") : table;
        return cells.All(cell => cell.Restarts == 0) ? table.Without("RESTARTS") : table;
    }

    /// <summary>What can be folded is in one column: a cell's name and its agents, its level and its driver.</summary>
    private static TextTable Narrow(IReadOnlyList<CellView> cells, DateTimeOffset now)
    {
        var table = new TextTable(["CELL", "LEVEL, DRIVER", .. Figures]);
        foreach (var cell in cells)
        {
            var name = cell.Group ?? cell.Id;
            var agents = cell.Agents is { Count: > 0 } && !Alone(cell) ? $"{name}: {string.Join(", ", cell.Agents)}" : name;
            var means = new[] { cell.Level, cell.Driver }.Where(word => !string.IsNullOrEmpty(word));
            table.Add([agents, string.Join(", ", means), .. FiguresOf(cell, now)]);
        }

        return table;
    }

    private static bool Alone(CellView cell) => cell.Agents is [var only] && only == cell.Group;

    private static string?[] FiguresOf(CellView cell, DateTimeOffset now) =>
        [
            cell.Network,
            State(cell),
            Tasks(cell.Tasks),
            cell.Usage?.CpuWords,
            cell.Usage?.MemoryWords,
            cell.Since is { } since ? Words.Span(now - since) : "",
        ];

    private sealed record Others(IReadOnlyList<ElsewhereView>? Elsewhere);

    private static async Task<JsonElement> WithOthersAsync(Call call, JsonElement answer, CancellationToken cancel) =>
        Elsewhere.Beside(answer, await Elsewhere.AskWithStandingsAsync(call, cancel));

    /// <summary>Agents at gateways elsewhere have no cell here.</summary>
    private static TextTable? OthersTable(JsonElement answer, DateTimeOffset now)
    {
        if (Call.Read<Others>(answer).Elsewhere is not { Count: > 0 } others)
        {
            return null;
        }

        var table = new TextTable("ELSEWHERE", "GATEWAY", "STANDING", "STATUS", "SEEN");
        foreach (var agent in others)
        {
            var seen = Words.Ago(agent.LastSeen, now);
            table.Add(agent.Id, agent.Gateway, agent.Standing, agent.Status, seen);
        }

        return table;
    }

    private static async Task<int> OnceAsync(Call call, bool wide, CancellationToken cancel)
    {
        var answer = await WithOthersAsync(call, await call.Client.GetAsync("cells", cancel), cancel);
        if (call.Json)
        {
            call.Print(answer);
            return ExitCodes.Ok;
        }

        var view = Call.Read<CellsView>(answer);
        if (view.Notice is { } notice)
        {
            call.Note(PlainText.Line($"note: {notice}"));
        }

        var cells = view.Cells ?? [];
        var now = call.Time.GetUtcNow();
        var others = OthersTable(answer, now);
        if (cells.Count == 0 && others is null)
        {
            call.Say("no cells");
            call.Note($"  → {await NobodyThere.RemedyAsync(call, cancel)}");
            return ExitCodes.Ok;
        }

        if (cells.Count > 0)
        {
            var (table, remarks) = Draw(cells, now, Columns(call, wide));
            call.Io.Out.Write(table);
            foreach (var remark in remarks)
            {
                call.Note(remark);
            }
        }

        if (others is not null)
        {
            call.Io.Out.Write(others.Text());
        }

        return ExitCodes.Ok;
    }

    private static int Columns(Call call, bool wide) => wide ? int.MaxValue : call.Io.Columns;

    private static Task<int> WatchAsync(Call call, bool wide, CancellationToken cancel) =>
        Watching.RunAsync(
            call,
            "cells",
            TimeSpan.FromSeconds(2),
            answer => Task.FromResult(Lines(answer, call.Time.GetUtcNow(), Columns(call, wide))),
            cancel,
            answer => WithOthersAsync(call, answer, cancel)
        );

    private static string Lines(JsonElement answer, DateTimeOffset now, int columns)
    {
        var others = OthersTable(answer, now)?.Text().TrimEnd('\n');
        if (Call.Read<CellsView>(answer).Cells is not { Count: > 0 } cells)
        {
            return others ?? "no cells";
        }

        var (table, remarks) = Draw(cells, now, columns);
        return string.Join('\n', remarks.Prepend(table.TrimEnd('\n')).Concat(others is null ? [] : [others]));
    }

    private static IEnumerable<string> Remarks(IReadOnlyList<CellView> cells, DateTimeOffset now)
    {
        var reasons = cells
            .Where(cell => cell.Reason is { Length: > 0 })
            .Select(cell => $"{cell.Group ?? cell.Id}: {cell.Reason}{Again(cell, now)}");
        var brains = cells
            .Where(cell => cell is { Connected: true, Health.Brain: { Healthy: false, Reason.Length: > 0 } })
            .Select(cell =>
                $"{cell.Group ?? cell.Id}: {cell.Health!.Brain!.Kind} is {cell.Health.Brain.State}: {cell.Health.Brain.Reason}"
            );
        var setups = cells
            .Where(cell => cell is { Connected: true, Health.Setup: { Done: false, Reason.Length: > 0 } })
            .Select(cell => $"{cell.Group ?? cell.Id}: its setupCommand has failed: {cell.Health!.Setup!.Reason}");
        var notes = CellNotes.Lines([.. cells.Select(cell => (cell.Group ?? cell.Id, cell.Notes))]);
        return reasons.Concat(setups).Concat(brains).Concat(notes).Select(remark => PlainText.Line(remark));
    }

    private static string Again(CellView cell, DateTimeOffset now) =>
        cell.NextTry is { } next ? $"; it is started again in {Words.Span(next - now)}" : "";

    private static string State(CellView cell) =>
        cell switch
        {
            { State: "running", Connected: false } => "running, not connected",
            { State: "running", Health.Setup: { Done: false, State: { } setup } } => $"running, setup {setup}",
            { State: "running", Health.Brain: { State: { } brain } } => $"running, brain {brain}",
            _ => cell.State ?? "",
        };

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
