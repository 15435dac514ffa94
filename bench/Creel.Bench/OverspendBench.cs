using System.Globalization;
using Creel.Core.Budgets;
using Creel.Tests.Proxy.Ledger;

namespace Creel.Bench;

/// <summary>
/// Seeded trials of up to 1,000 calls at once through the book, against an upstream that bills what was cut off in full, while
/// the proxy is killed again and again.
/// </summary>
internal static class OverspendBench
{
    public static async Task<IReadOnlyList<Figure>> RunAsync(int trials)
    {
        var folder = Directory.CreateTempSubdirectory("creel-overspend-").FullName;
        var results = new List<OverspendResult>();
        try
        {
            for (var seed = 0; seed < trials; seed++)
            {
                results.Add(await OverspendTrial.RunAsync(seed, folder, mostCalls: 1000));
                if ((seed + 1) % 50 == 0)
                {
                    Console.WriteLine(
                        string.Create(CultureInfo.InvariantCulture, $"{seed + 1} trials, {Over(results)} over a cap")
                    );
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        var (completed, kills) = (results.Sum(r => r.Completed), results.Sum(r => r.Kills));
        var seen = string.Create(
            CultureInfo.InvariantCulture,
            $"{trials} trials, {results.Sum(r => r.Calls)} calls, {results.Sum(r => r.Refused)} refusals, {kills} kills"
        );
        return
        [
            new Figure("trials in which more than a cap was billed", Over(results), "", 0, Note: seen),
            new Figure(
                "whole answers that were charged otherwise than billed",
                results.Sum(r => r.Miscounted),
                "",
                0,
                Note: $"of {completed}"
            ),
            new Figure(
                "share of the tightest cap that was billed, median",
                100 * results.Select(r => r.Used).ToArray().Percentile(50),
                "%"
            ),
            new Figure("the same, at most", 100 * results.Max(r => r.Used), "%", 100),
        ];
    }

    private static int Over(List<OverspendResult> results) => results.Count(r => r.Over > Money.Zero);
}
