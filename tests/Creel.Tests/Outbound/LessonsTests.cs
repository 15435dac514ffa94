using Creel.Core;
using Creel.Core.Outbound;
using Creel.Server.Outbound;
using Creel.Tests.Proxy;

namespace Creel.Tests.Outbound;

public class LessonsTests
{
    private static readonly GroupId Bart = ProxyServer.Orders.Cells[0].Group;
    private readonly SetTime time = new();
    private readonly Lessons lessons;

    public LessonsTests() => lessons = new Lessons(time);

    [Fact]
    public void Without_a_lesson_orders_are_what_they_were() => lessons.In(ProxyServer.Orders).ShouldBe(ProxyServer.Orders);

    [Fact]
    public void Only_the_group_that_learns_does_and_only_for_a_moment_ahead()
    {
        lessons.Begin(Bart, time.Now.AddHours(1));

        var cells = lessons.In(ProxyServer.Orders).Cells;

        cells.Where(c => c.Learn).ShouldHaveSingleItem().Group.ShouldBe(Bart);
        cells[0].LearnUntil!.Value.ShouldBeInRange(time.Now, time.Now + Lessons.Ahead);
    }

    [Fact]
    public void The_end_moves_on_while_it_lasts_and_never_past_what_was_asked_for()
    {
        var end = time.Now.AddSeconds(65);
        lessons.Begin(Bart, end);
        var seen = new List<DateTimeOffset>();
        for (; time.Now < end; time.Now = time.Now.AddSeconds(1))
        {
            var until = lessons.In(ProxyServer.Orders).Cells[0].LearnUntil!.Value;
            until.ShouldBeGreaterThan(time.Now);
            until.ShouldBeLessThanOrEqualTo(end);
            seen.Add(until);
        }

        seen.ShouldBe(seen.Order());
        seen.Distinct().Count().ShouldBeLessThan(12);
        lessons.In(ProxyServer.Orders).Cells.ShouldAllBe(c => !c.Learn);
        lessons.IsOn(Bart).ShouldBeFalse();
    }

    [Fact]
    public void It_ends_with_who_asked_for_it()
    {
        lessons.Begin(Bart, time.Now.AddHours(1));
        lessons.IsOn(Bart).ShouldBeTrue();
        lessons.End(Bart);
        lessons.In(ProxyServer.Orders).ShouldBe(ProxyServer.Orders);
    }

    [Fact]
    public void Two_do_not_teach_one_group()
    {
        lessons.Begin(Bart, time.Now.AddHours(1));
        Should.Throw<CreelException>(() => lessons.Begin(Bart, time.Now.AddHours(1))).Fault.Code.ShouldBe("learning");
    }

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 3, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
