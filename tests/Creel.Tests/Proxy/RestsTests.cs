using Creel.Proxy.Doors;

namespace Creel.Tests.Proxy;

public class RestsTests
{
    [Fact]
    public void Of_one_cell_sixty_four_answers_are_read_on_at_once()
    {
        var rests = new Rests();
        var open = Enumerable.Range(0, 64).Select(_ => rests.TryBegin().ShouldNotBeNull()).ToList();
        rests.TryBegin().ShouldBeNull();
        open[0].Dispose();
        open[0].Dispose();
        using var next = rests.TryBegin().ShouldNotBeNull();
        rests.TryBegin().ShouldBeNull();
    }

    [Fact]
    public void An_answer_is_read_on_for_sixteen_mebibytes_and_five_minutes()
    {
        using var rest = new Rests().TryBegin()!;
        rest.TimeLeft.ShouldBeInRange(TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        rest.Take(16 * 1024 * 1024 - 1).ShouldBeTrue();
        rest.Take(1).ShouldBeTrue();
        rest.Take(1).ShouldBeFalse();
    }
}
