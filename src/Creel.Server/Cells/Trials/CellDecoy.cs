using System.Text.Json;
using Creel.Core;
using Creel.Core.Isolation;
using Creel.Core.Link;
using Creel.Server.Hub;

namespace Creel.Server.Cells.Trials;

/// <summary>A decoy that stands in a cell, for the others to find. Ends in order with this object.</summary>
internal sealed class CellDecoy : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly TaskCompletionSource enough = new();
    private readonly IAsyncEnumerator<string> lines;

    private CellDecoy(Cell cell, string word, IAsyncEnumerator<string> lines) => (Cell, Word, this.lines) = (cell, word, lines);

    public Cell Cell { get; }

    public string Word { get; }

    public DecoyFacts Facts { get; private set; } = new(0, 0, []);

    /// <summary>By the host's count; null where the host does not see it.</summary>
    public int? Pid { get; private set; }

    /// <summary>Null where it can't stand: the cell is not connected, or has no process left.</summary>
    public static async Task<CellDecoy?> StandAsync(Cell cell, CellDoors doors, string secret, CancellationToken cancel)
    {
        var word = Bait.Word();
        var order = new DecoyOrder(secret, cell.Design!.Network == NetworkMode.Host);
        var program = new CellProgram(doors, cell.Record.Id, cell.Design.Agents[0].Id, "decoy");
        var enough = new TaskCompletionSource();
        var lines = program
            .LinesAsync([word], JsonSerializer.SerializeToUtf8Bytes(order, LinkJson.Default.DecoyOrder), enough.Task, cancel)
            .GetAsyncEnumerator(cancel);
        var decoy = new CellDecoy(cell, word, lines);
        _ = decoy.enough.Task.ContinueWith(_ => enough.TrySetResult(), TaskScheduler.Default);
        try
        {
            while (await lines.MoveNextAsync().AsTask().WaitAsync(Patience, cancel))
            {
                if (Read(lines.Current) is { } facts)
                {
                    decoy.Facts = facts;
                    decoy.Pid = Find(word);
                    return decoy;
                }
            }
        }
        catch (Exception e) when (e is CreelException or TimeoutException)
        {
            // A cell without a decoy is attacked all the same; it is only no target.
        }

        await decoy.DisposeAsync();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        enough.TrySetResult();
        try
        {
            // It clears away, and then ends.
            while (await lines.MoveNextAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5)))
            {
                // It has nothing more to say.
            }

            await lines.DisposeAsync();
        }
        catch (Exception e) when (e is TimeoutException or NotSupportedException or CreelException or OperationCanceledException)
        {
            // Its stream goes with the link.
        }
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
