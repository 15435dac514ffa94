using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Server.Hub;

namespace Creel.Server.Cells.Trials;

/// <summary>
/// A decoy that stands in a cell, for the others to find. Ends in order with this object. What it says is the cell's word, which
/// may be anything, or nothing, or come without end: that costs this cell its decoy and nobody else anything.
/// </summary>
internal sealed class CellDecoy : IAsyncDisposable
{
    private const int MostAddresses = 16;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(5);

    private readonly TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource ending;
    private readonly IAsyncEnumerator<string> lines;

    private CellDecoy(Cell cell, string word, DecoyLines program, CancellationToken cancel)
    {
        (Cell, Word) = (cell, word);
        ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lines = program(word, enough.Task, ending.Token).GetAsyncEnumerator(ending.Token);
    }

    public Cell Cell { get; }

    public string Word { get; }

    public DecoyFacts Facts { get; private set; } = new(0, 0, []);

    /// <summary>By the host's count; null where the host does not see it.</summary>
    public int? Pid { get; private set; }

    /// <summary>Null where it can't stand: the cell is not connected, or has no process left.</summary>
    public static Task<CellDecoy?> StandAsync(Cell cell, CellDoors doors, string secret, CancellationToken cancel)
    {
        var order = JsonSerializer.SerializeToUtf8Bytes(
            new DecoyOrder(secret, cell.Design!.Network == NetworkMode.Host),
            LinkJson.Default.DecoyOrder
        );
        var program = new CellProgram(doors, cell.Record.Id, cell.Design.Agents[0].Id, "decoy");
        return StandAsync(cell, (word, enough, c) => program.LinesAsync([word], order, enough, c), Patience, cancel);
    }

    /// <param name="program">Begins it.</param>
    /// <param name="patience">Until it stands, all in all.</param>
    internal static async Task<CellDecoy?> StandAsync(Cell cell, DecoyLines program, TimeSpan patience, CancellationToken cancel)
    {
        var decoy = new CellDecoy(cell, Bait.Word(), program, cancel);
        decoy.ending.CancelAfter(patience);
        try
        {
            while (await decoy.lines.MoveNextAsync() && !decoy.ending.IsCancellationRequested)
            {
                if (Read(decoy.lines.Current) is { } facts)
                {
                    decoy.ending.CancelAfter(Timeout.InfiniteTimeSpan);
                    decoy.Pid = Find(decoy.Word);
                    decoy.Facts = facts with { Addresses = Addresses(facts, decoy.Pid) };
                    return decoy;
                }
            }
        }
        catch (Exception e) when (e is CreelException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            // A cell without a decoy is attacked all the same; it is only no target.
        }

        await decoy.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        enough.TrySetResult();
        ending.CancelAfter(EndPatience);
        try
        {
            // It clears away, and then ends.
            while (!ending.IsCancellationRequested && await lines.MoveNextAsync())
            {
                // It has nothing more to say.
            }
        }
        catch (Exception e) when (e is CreelException or OperationCanceledException)
        {
            // Its stream goes with the link.
        }

        await lines.DisposeAsync();
        ending.Dispose();
    }

    private static DecoyFacts? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, LinkJson.Default.DecoyFacts);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>
    /// What the kernel says of its network, where the host sees it; and of what it says itself, what is an address. One that told
    /// of none would be no target, and one that told of others' would have those attacked.
    /// </summary>
    private static IReadOnlyList<string> Addresses(DecoyFacts facts, int? pid)
    {
        var known = pid is { } seen ? NetworkAddresses.Of(seen) : [];
        return known.Count > 0
            ? known
            :
            [
                .. (facts.Addresses ?? [])
                    .Take(MostAddresses)
                    .Where(a => IPAddress.TryParse(a, out var ip) && ip.AddressFamily == AddressFamily.InterNetwork),
            ];
    }

    private static int? Find(string word)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            try
            {
                if (
                    int.TryParse(Path.GetFileName(folder), out var pid)
                    && File.ReadAllText($"{folder}/cmdline").Contains(word, StringComparison.Ordinal)
                )
                {
                    return pid;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile.
            }
        }

        return null;
    }
}

/// <summary>Begins a decoy and gives what it prints, until it was enough.</summary>
internal delegate IAsyncEnumerable<string> DecoyLines(string word, Task enough, CancellationToken cancel);
