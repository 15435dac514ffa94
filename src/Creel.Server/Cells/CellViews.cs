using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Outbound;
using Creel.Core.Work;
using Creel.Server.Hub;

namespace Creel.Server.Cells;

/// <summary>Puts together what the runner, the hub and the store know of a cell.</summary>
/// <param name="warnings">What else a person should know of a group.</param>
internal sealed class CellViews(
    CellBook book,
    HabitatKeeper habitats,
    CellDoors doors,
    ITaskStore tasks,
    CellUsages usages,
    CellDrifts drifts,
    Func<GroupId, IEnumerable<string>> warnings
)
{
    /// <summary>Why the proxy does not serve a cell; null: it does, or it was not asked.</summary>
    public Func<CellId, string?> Closed { get; init; } = _ => null;

    public async Task<IReadOnlyList<CellView>> AllAsync(CancellationToken cancel)
    {
        var counts = await tasks.CountAsync(cancel);
        usages.Keep(book.All);
        await drifts.LookAsync(cancel);
        var views = new List<CellView>();
        foreach (var cell in book.All.OrderBy(c => c.Record.Group))
        {
            views.Add(View(cell, counts, await usages.OfAsync(cell, cancel)));
        }

        return views;
    }

    /// <summary>What the cell of each agent uses; in a shared cell all say the same.</summary>
    public async ValueTask<IReadOnlyDictionary<AgentId, JsonElement>> UsageAsync(CancellationToken cancel)
    {
        var all = new Dictionary<AgentId, JsonElement>();
        await drifts.LookAsync(cancel);
        foreach (var cell in book.All)
        {
            if (await usages.OfAsync(cell, cancel) is { } usage)
            {
                var json = JsonSerializer.SerializeToElement(usage, ViewReply.Json);
                cell.Design?.Agents.ToList().ForEach(agent => all[agent.Id] = json);
            }
        }

        return all;
    }

    public async Task<CellView> OneAsync(Cell cell, CancellationToken cancel) =>
        View(cell, await tasks.CountAsync(cancel), await usages.OfAsync(cell, cancel));

    private CellView View(Cell cell, IReadOnlyList<TaskCount> counts, UsageView? usage)
    {
        var presence = doors.Presence(cell.Record.Id);
        var connected = presence is { Connected: true };
        var agents = cell.Design?.Agents.Select(a => a.Id).ToList() ?? [];
        var state = cell switch
        {
            { Running: true } => connected ? "running"
            : cell.Unknown is not null ? "unknown"
            : "starting",
            { Record.Stopped: true } => "stopped",
            { Ending: false, NextTry: not null } => "restarting",
            _ => "failed",
        };
        return new CellView(
            cell.Record.Id.Value,
            cell.Record.Group.Value,
            [.. agents.Select(a => a.Value)],
            cell.Design is null ? "" : StepView.Word(cell.Design.Group.Level),
            cell.Record.Driver,
            cell.Design is null ? "" : StepView.Word(cell.Design.Network),
            state,
            connected,
            cell.Since?.ToUnixTimeMilliseconds(),
            cell.Restarts,
            cell.Reason,
            state == "restarting" ? cell.NextTry?.ToUnixTimeMilliseconds() : null,
            presence?.Health,
            usage,
            [.. Notes(cell)],
            counts
                .Where(c => agents.Contains(c.Agent))
                .GroupBy(c => c.State.Word())
                .ToDictionary(group => group.Key, group => group.Sum(c => c.Count))
        );
    }

    private IEnumerable<string> Notes(Cell cell)
    {
        if ((cell.Unknown ?? cell.Drift) is { } drift)
        {
            yield return drift;
        }

        if (cell.Running && Closed(cell.Record.Id) is { } closed)
        {
            yield return $"it reaches nothing outside: {closed}";
        }

        if (habitats.Current?.Offline is not null && cell.Design is { Network: not NetworkMode.None })
        {
            yield return OfflineScript.Note;
        }

        foreach (var note in warnings(cell.Record.Group).Concat(cell.Design?.Notes ?? []))
        {
            yield return note;
        }
    }
}
