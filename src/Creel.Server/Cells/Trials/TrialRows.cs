using System.Runtime.CompilerServices;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;

namespace Creel.Server.Cells.Trials;

/// <summary>
/// What the program of attempts says, as far as it was asked. The cell may print anything: what is no row of an attempt that is open
/// renews no patience, and there is an end to all of it.
/// </summary>
/// <param name="each">From one row to the next.</param>
/// <param name="all">For all of them.</param>
internal sealed class TrialRows(TimeSpan each, TimeSpan all)
{
    private const int MostOther = 10_000;
    private const int LongestEvidence = 1000;

    /// <param name="open">The ids that were asked for; each is taken out when it has its row.</param>
    public async IAsyncEnumerable<AttemptRow> ReadAsync(
        Func<CancellationToken, IAsyncEnumerable<string>> begin,
        HashSet<string> open,
        [EnumeratorCancellation] CancellationToken cancel
    )
    {
        using var whole = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        whole.CancelAfter(all);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(whole.Token);
        patience.CancelAfter(each);
        await using var lines = begin(patience.Token).GetAsyncEnumerator(patience.Token);
        var other = 0;
        while (open.Count > 0 && other < MostOther && await NextAsync(lines, patience.Token, cancel))
        {
            if (Read(lines.Current) is { Id: not null } row && open.Remove(row.Id))
            {
                patience.CancelAfter(each);
                yield return row with
                {
                    Evidence = Short(row.Evidence),
                };
            }
            else
            {
                other++;
            }
        }
    }

    /// <summary>A cell that goes away leaves its rows open; the others are attacked all the same.</summary>
    private static async ValueTask<bool> NextAsync(
        IAsyncEnumerator<string> lines,
        CancellationToken patience,
        CancellationToken cancel
    )
    {
        try
        {
            return !patience.IsCancellationRequested && await lines.MoveNextAsync();
        }
        catch (Exception e) when (e is CreelException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return false;
        }
    }

    private static string Short(string? evidence) =>
        evidence is { Length: > LongestEvidence } ? evidence[..LongestEvidence] + "…" : evidence ?? "";

    private static AttemptRow? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, LinkJson.Default.AttemptRow);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
