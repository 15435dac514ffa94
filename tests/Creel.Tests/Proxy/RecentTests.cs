using Creel.Core;
using Creel.Proxy.Logs;

namespace Creel.Tests.Proxy;

public class RecentTests
{
    private static readonly CellId Loud = new("aaaaaaa1");
    private static readonly CellId Quiet = new("aaaaaaa2");

    [Fact]
    public void Who_makes_much_noise_covers_up_nothing_of_the_others()
    {
        var recent = new Recent<(CellId Cell, int Number)>(10, one => one.Cell);
        recent.Add((Quiet, 0));
        recent.Add((Quiet, 1));
        for (var i = 2; i < 100; i++)
        {
            recent.Add((Loud, i));
        }

        recent.All.Select(one => one.Number).ShouldBe([0, 1, .. Enumerable.Range(92, 8)]);
        for (var i = 100; i < 110; i++)
        {
            recent.Add((Quiet, i));
        }

        recent.All.Select(one => one.Number).ShouldBe([95, 96, 97, 98, 99, .. Enumerable.Range(105, 5)]);
    }

    [Fact]
    public void What_is_kept_is_bounded_for_any_number_of_cells()
    {
        var recent = new Recent<CellId>(10, cell => cell);
        for (var i = 0; i < 1000; i++)
        {
            recent.Add(new CellId(i.ToString("x8")));
        }

        recent.All.Count.ShouldBe(10);
    }
}
