using System.Runtime.CompilerServices;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Core.Policy;
using Creel.Server.Hub;

namespace Creel.Server.Cells.Trials;

/// <summary>Attacks running cells from inside, one after the other, and compares what came of it with what they claim.</summary>
internal sealed class Trial(CellsConfig config, CellBook book, CellDoors doors)
{
    /// <summary>Longer than any one attempt takes on a slow machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    /// <summary>Some ten times what all of them take.</summary>
    private static readonly TimeSpan AllPatience = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim gate = new(1);

    /// <summary>Where the proxy is; null: there is none.</summary>
    public Func<CancellationToken, Task<ProxyPlace?>> ProxyAsync { get; set; } = _ => Task.FromResult<ProxyPlace?>(null);

    /// <param name="chosen">Only these; empty: all.</param>
    public async IAsyncEnumerable<TrialEvent> RunAsync(
        IReadOnlySet<CellId> chosen,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        await gate.WaitAsync(cancel);
        try
        {
            using var bait = new Bait(config.Home);
            await using var decoys = new Decoys();
            var all = book.All.OrderBy(c => c.Record.Group).ToList();
            foreach (var cell in all.Where(IsUp))
            {
                decoys.Add(await CellDecoy.StandAsync(cell, doors, bait.Secret, cancel));
            }

            var proxy = await ProxyAsync(cancel);
            var counts = new Counts();
            foreach (var cell in all.Where(c => chosen.Count == 0 || chosen.Contains(c.Record.Id)))
            {
                if (!IsUp(cell))
                {
                    var left = new TrialEvent.Left(cell, Why(cell));
                    counts.Add(left);
                    yield return left;
                    continue;
                }

                var claimed = cell.Design!.Claimed;
                var claims = Claims.Attempts.Count(a => Claims.Claimed(a, claimed));
                yield return new TrialEvent.Began(cell, claims, Claims.Attempts.Count, Claims.Note(claimed));
                counts.Cells++;
                await foreach (var row in AttackAsync(cell, claimed, bait, decoys.For(cell), proxy, cancel))
                {
                    counts.Add(row);
                    yield return row;
                }
            }

            yield return counts.Done();
        }
        finally
        {
            gate.Release();
        }
    }

    private static string Why(Cell cell) =>
        cell.Running ? "its runtime is not connected, so nothing of it is proven" : cell.Reason ?? "it is not running";

    private bool IsUp(Cell cell) =>
        cell is { Running: true, Design.Agents.Count: > 0 } && doors.Presence(cell.Record.Id) is { Connected: true };

    private async IAsyncEnumerable<TrialEvent.Row> AttackAsync(
        Cell cell,
        ClaimedCell claimed,
        Bait bait,
        CellDecoy? neighbour,
        ProxyPlace? proxy,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        var open = new Dictionary<string, Attempt>();
        foreach (var attempt in Claims.Attempts)
        {
            if (Claims.Spared(attempt, claimed) is { } why)
            {
                yield return new TrialEvent.Row(cell, attempt, Claims.Claimed(attempt, claimed), null, why, false);
            }
            else
            {
                open.Add(attempt.Id, attempt);
            }
        }

        var order = JsonSerializer.SerializeToUtf8Bytes(
            Order(cell, claimed, bait, neighbour, proxy, [.. open.Keys]),
            LinkJson.Default.AttemptOrder
        );
        var program = new CellProgram(doors, cell.Record.Id, cell.Design!.Agents[0].Id, "attempt");
        var asked = open.Keys.ToHashSet();
        var rows = new TrialRows(Patience, AllPatience).ReadAsync(
            c => program.LinesAsync([], order, Task.CompletedTask, c),
            asked,
            cancel
        );
        await foreach (var row in rows)
        {
            open.Remove(row.Id, out var attempt);
            yield return new TrialEvent.Row(
                cell,
                attempt!,
                Claims.Claimed(attempt!, claimed),
                row.Held,
                row.Evidence,
                row.Broken
            );
        }

        // Whatever it was that ended it: these have not been proven.
        foreach (var attempt in open.Values)
        {
            var how = program.ExitCode is { } code
                ? $"the program of attempts ended with {code}"
                : "the program of attempts ended";
            yield return new TrialEvent.Row(cell, attempt, Claims.Claimed(attempt, claimed), null, how, true);
        }
    }

    private AttemptOrder Order(
        Cell cell,
        ClaimedCell claimed,
        Bait bait,
        CellDecoy? neighbour,
        ProxyPlace? proxy,
        IReadOnlyList<string> ids
    )
    {
        var limits = cell.Design!.Group.Limits;
        return new AttemptOrder(
            ids,
            cell.Design.Agents[0].Id.Value,
            bait.Secret,
            config.Home,
            bait.File,
            HubSocket(cell),
            Environment.ProcessId,
            bait.Port,
            Bait.HostAddresses(),
            [.. cell.Design.Shared.Select(s => new AttemptFolder(s.Path, s.Writable))],
            new AttemptLimits(
                claimed.Limits.Memory ? limits.Memory?.Value : null,
                claimed.Limits.Cpu ? limits.Cpu?.Value : null,
                claimed.Limits.Pids ? limits.Pids?.Value : null
            ),
            neighbour is null ? null : Neighbour(neighbour),
            proxy is null ? null : new AttemptProxy(proxy.Pid, proxy.Home, proxy.Control, ProxySocket(cell), proxy.Upstream),
            ClaimGrounds.Of(claimed).Contains(ClaimGround.NoWayOut)
        );
    }

    private AttemptNeighbour Neighbour(CellDecoy decoy)
    {
        var cell = decoy.Cell;
        var agent = cell.Design!.Agents[0];
        return new AttemptNeighbour(
            cell.Record.Group.Value,
            cell.Record.Id.Value,
            agent.Id.Value,
            decoy.Word,
            book.Layout.Workspace(agent),
            book.Layout.State(cell.Record.Id),
            HubSocket(cell),
            decoy.Pid,
            decoy.Facts,
            ProxySocket(cell)
        );
    }

    private string? ProxySocket(Cell cell) =>
        cell.Design!.Network == NetworkMode.Proxy
            ? Path.Combine(book.Layout.ProxyFolder(cell.Record.Id), CellPaths.ProxySocketName)
            : null;

    private string HubSocket(Cell cell) => Path.Combine(book.Layout.HubFolder(cell.Record.Id), CellPaths.HubSocketName);
}
