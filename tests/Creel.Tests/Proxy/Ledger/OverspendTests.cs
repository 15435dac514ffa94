using Creel.Core.Budgets;

namespace Creel.Tests.Proxy.Ledger;

public class OverspendTests
{
    [Fact]
    public async Task Whoever_hangs_up_fails_or_is_killed_nobody_spends_more_than_the_cap_and_every_whole_answer_is_counted_right()
    {
        var folder = Directory.CreateTempSubdirectory("creel-overspend-").FullName;
        var results = new List<OverspendResult>();
        for (var seed = 0; seed < 50; seed++)
        {
            results.Add(await OverspendTrial.RunAsync(seed, folder, mostCalls: 300));
        }

        Directory.Delete(folder, recursive: true);
        results.ShouldAllBe(r => r.Over <= Money.Zero && r.Miscounted == 0);

        // The trials are trials: caps were reached, calls went through and calls were refused, and the proxy was killed.
        results.Max(r => r.Used).ShouldBeGreaterThan(0.5);
        results.Sum(r => r.Completed).ShouldBeGreaterThan(200);
        results.Sum(r => r.Refused).ShouldBeGreaterThan(200);
        results.Sum(r => r.Kills).ShouldBeGreaterThan(20);
    }
}
