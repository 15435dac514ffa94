using Creel.Core;
using Creel.Core.Sessions;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Gateway.Sessions;

public class LaneBoardTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);

    /// <summary>Any story of turns that come, are kept, end and are aborted, against what must hold after each of them.</summary>
    [Fact]
    public void Whatever_happens_one_turn_runs_in_a_session_in_order_within_the_limits_and_none_is_lost() =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(400),
            Prop.ForAll(Gen.ListOf(Gen.Choose(0, int.MaxValue - 1)).ToArbitrary(), story => Play([.. story]))
        );

    private static bool Play(int[] story)
    {
        var model = new Model();
        foreach (var step in story)
        {
            model.Step(new Random(step));
        }

        model.Finish();
        return true;
    }

    [Fact]
    public void A_free_place_goes_to_agents_in_turn()
    {
        var board = new LaneBoard(_ => new LaneLimits(10, 10), most: 1, longest: 10);
        board.Enter(Item("a0", "a"), Rule(QueueMode.Followup), Start).ShouldBeOfType<LaneEntry.Free>();
        foreach (var name in new[] { "a1", "a2", "b1" })
        {
            board.Enter(Item(name, name[..1], name), Rule(QueueMode.Followup), Start).ShouldBeOfType<LaneEntry.Waits>();
            board.Kept(name);
        }

        board.Take(Start, out _).ShouldBeEmpty();
        List<string> order = [];
        for (var last = "a0"; order.Count < 3; last = order[^1])
        {
            board.Leave(last);
            order.Add(board.Take(Start, out _).ShouldHaveSingleItem().Carrier.RunId);
        }

        order.ShouldBe(["a1", "b1", "a2"]);
    }

    [Fact]
    public void What_waits_becomes_a_turn_only_when_it_has_been_quiet()
    {
        var board = new LaneBoard(_ => LaneLimits.Default, 10, 10);
        var rule = Rule(QueueMode.Collect) with { Debounce = TimeSpan.FromSeconds(1) };
        board.Enter(Item("one", "a"), rule, Start);
        board.Enter(Item("two", "a"), rule, Start);
        board.Kept("two");
        board.Leave("one");
        board.Take(Start.AddMilliseconds(400), out var wake).ShouldBeEmpty();
        wake.ShouldBe(Start.AddSeconds(1));
        board.Enter(Item("three", "a"), rule, Start.AddMilliseconds(900));
        board.Kept("three");
        board.Take(Start.AddSeconds(1), out wake).ShouldBeEmpty();
        wake.ShouldBe(Start.AddMilliseconds(1900));
        var start = board.Take(Start.AddMilliseconds(1900), out _).ShouldHaveSingleItem();
        start.Carrier.RunId.ShouldBe("three");
        start.Joined.Select(j => j.RunId).ShouldBe(["two"]);
    }

    [Theory]
    [InlineData(QueueDrop.Summarize)]
    [InlineData(QueueDrop.Old)]
    [InlineData(QueueDrop.New)]
    public void A_full_queue_gives_way_as_it_is_told(QueueDrop drop)
    {
        var board = new LaneBoard(_ => LaneLimits.Default, 10, 10);
        var rule = Rule(QueueMode.Collect) with { Cap = 2, Drop = drop };
        board.Enter(Item("runs", "a"), rule, Start);
        board.Enter(Item("one", "a"), rule, Start);
        board.Enter(Item("two", "a"), rule, Start);
        var entry = board.Enter(Item("three", "a"), rule, Start);
        foreach (var name in new[] { "one", "two", "three" })
        {
            board.Kept(name);
        }

        board.Leave("runs");
        var start = board.Take(Start, out _).ShouldHaveSingleItem();
        switch (drop)
        {
            case QueueDrop.New:
                entry.ShouldBeOfType<LaneEntry.Full>().Waiting.ShouldBe(2);
                start.Carrier.RunId.ShouldBe("two");
                break;
            case QueueDrop.Old:
                entry.ShouldBeOfType<LaneEntry.Waits>().Ended.ShouldHaveSingleItem().RunId.ShouldBe("one");
                start.Brief.ShouldBeEmpty();
                break;
            default:
                entry.ShouldBeOfType<LaneEntry.Waits>().Shortened.ShouldHaveSingleItem().RunId.ShouldBe("one");
                start.Brief.ShouldHaveSingleItem().RunId.ShouldBe("one");
                start.Joined.ShouldHaveSingleItem().RunId.ShouldBe("two");
                break;
        }
    }

    [Fact]
    public void An_interruption_takes_the_place_of_all_that_waits()
    {
        var board = new LaneBoard(_ => LaneLimits.Default, 10, 10);
        var rule = Rule(QueueMode.Interrupt);
        board.Enter(Item("runs", "a"), rule, Start);
        board.Enter(Item("one", "a"), rule, Start);
        var waits = board.Enter(Item("two", "a"), rule, Start).ShouldBeOfType<LaneEntry.Waits>();
        waits.Abort.ShouldBe("runs");
        waits.Ended.ShouldHaveSingleItem().RunId.ShouldBe("one");
    }

    [Fact]
    public void An_interruption_waits_for_no_quiet_that_others_asked_for()
    {
        var board = new LaneBoard(_ => LaneLimits.Default, 10, 10);
        var rule = Rule(QueueMode.Collect) with { Debounce = TimeSpan.FromMinutes(1) };
        board.Enter(Item("runs", "a"), rule, Start);
        board.Enter(Item("one", "a"), rule, Start);
        board.Enter(Item("now", "a"), rule with { Mode = QueueMode.Interrupt }, Start);
        board.Kept("now");
        board.Leave("runs");
        board.Take(Start, out _).ShouldHaveSingleItem().Carrier.RunId.ShouldBe("now");
    }

    [Fact]
    public void A_lane_holds_so_many_and_no_more()
    {
        var board = new LaneBoard(_ => LaneLimits.Default, most: 10, longest: 2);
        var rule = Rule(QueueMode.Followup);
        board.Enter(Item("runs", "a"), rule, Start);
        board.Enter(Item("one", "a", tie: null), rule, Start).ShouldBeOfType<LaneEntry.Waits>();
        board.Enter(Item("two", "a", tie: null), rule, Start).ShouldBeOfType<LaneEntry.Waits>();
        board.Enter(Item("three", "a", tie: null), rule, Start).ShouldBeOfType<LaneEntry.Full>().Waiting.ShouldBe(2);
        board.Waiting("agent:a:s").ShouldBe(2);
    }

    [Theory]
    [InlineData(QueueMode.Steer, true, true)]
    [InlineData(QueueMode.SteerBacklog, true, false)]
    [InlineData(QueueMode.Followup, false, false)]
    public void What_comes_meanwhile_is_offered_and_keeps_its_place(QueueMode mode, bool offered, bool ends)
    {
        var board = new LaneBoard(_ => LaneLimits.Default, 10, 10);
        var rule = Rule(mode) with { Cap = 1 };
        board.Enter(Item("runs", "a"), rule, Start);
        board.Enter(Item("more", "a"), rule, Start);
        board.Offer("runs", _ => true).ShouldBeEmpty("it is not on disk yet");
        board.Kept("more");
        board.Offer("more", _ => true).ShouldBeEmpty("it does not run");
        board.Offer("runs", _ => false).ShouldBeEmpty();
        board.Offer("runs", _ => true).Select(i => i.RunId).ShouldBe(offered ? ["more"] : []);
        board.Offer("runs", _ => false).Count.ShouldBe(offered ? 1 : 0, "what was told stays told");
        board.Offered("runs", too: false).Count.ShouldBe(ends ? 1 : 0);

        // What was heard is in nobody's way; what only waits is.
        var waits = board.Enter(Item("other", "a", tie: "another"), rule, Start).ShouldBeOfType<LaneEntry.Waits>();
        waits.Shortened.Count.ShouldBe(offered ? 0 : 1);
        board.Offer("runs", _ => true).ShouldNotContain(i => i.RunId == "other", "it is not tied to what runs");
        board.Kept("other");
        board.Leave("runs");
        board.Take(Start, out _).ShouldHaveSingleItem().Carrier.RunId.ShouldBe(offered ? "more" : "other");
    }

    [Fact]
    public void What_comes_behind_a_turn_of_its_own_is_not_heard_before_it()
    {
        var board = new LaneBoard(_ => new LaneLimits(4, 4), 10, 10);
        var rule = Rule(QueueMode.Steer);
        board.Enter(Item("runs", "a"), rule, Start);
        foreach (var (run, tie) in ((string, string?)[])[("before", "tie"), ("anew", null), ("after", "tie")])
        {
            board.Enter(Item(run, "a", tie: tie), rule, Start);
            board.Kept(run);
        }

        board.Offer("runs", _ => true).Select(i => i.RunId).ShouldBe(["before"]);
    }

    [Fact]
    public void No_more_is_heard_in_a_turn_than_may_become_one()
    {
        var board = new LaneBoard(_ => new LaneLimits(4, 4), 10, 10);
        var rule = Rule(QueueMode.Steer);
        board.Enter(Item("runs", "a"), rule, Start);
        foreach (var (run, size) in ((string, int)[])[("one", 400_000), ("two", 200_000), ("three", 1)])
        {
            board.Enter(Item(run, "a") with { Size = size }, rule, Start);
            board.Kept(run);
        }

        board.Offer("runs", _ => true).Select(i => i.RunId).ShouldBe(["one"]);
        board.Offered("runs", too: true).Count.ShouldBe(1, "what was not told is not marked as if it were");
    }

    private static LaneItem Item(string run, string agent, string session = "s", string? tie = "tie") =>
        new(run, AgentId.Parse(agent), $"agent:{agent}:{session}", tie, false);

    private static QueueRule Rule(QueueMode mode) => new(mode, TimeSpan.Zero, 20, QueueDrop.Summarize);

    private sealed class Model
    {
        private const int Most = 4;
        private readonly LaneBoard board = new(_ => new LaneLimits(2, 1), Most, 6);
        private readonly Dictionary<string, LaneItem> running = [];
        private readonly List<LaneItem> waiting = [];
        private readonly List<string> notKept = [];
        private readonly Dictionary<string, int> lastOf = [];
        private readonly HashSet<string> over = [];
        private DateTimeOffset now = Start;
        private int number;

        public void Step(Random dice)
        {
            switch (dice.Next(8))
            {
                case <= 3:
                    Come(dice);
                    break;
                case 4 when running.Count > 0:
                    End(running.Keys.Order().ElementAt(dice.Next(running.Count)));
                    break;
                case 5 when notKept.Count > 0:
                    Keep(dice.Next(notKept.Count));
                    break;
                case 5 when running.Count > 0:
                    board.Offer(running.Keys.Order().ElementAt(dice.Next(running.Count)), _ => dice.Next(2) == 0);
                    break;
                case 6 when waiting.Count > 0:
                    var gone = waiting[dice.Next(waiting.Count)];
                    board.Leave(gone.RunId);
                    Gone(gone.RunId);
                    break;
                default:
                    now += TimeSpan.FromMilliseconds(dice.Next(400));
                    break;
            }

            Take();
        }

        /// <summary>All that was accepted comes to its end.</summary>
        public void Finish()
        {
            for (var round = 0; round < 10_000 && (running.Count > 0 || waiting.Count > 0); round++)
            {
                while (notKept.Count > 0)
                {
                    Keep(0);
                }

                now += TimeSpan.FromSeconds(1);
                running.Keys.ToList().ForEach(End);
                Take();
            }

            waiting.ShouldBeEmpty();
            running.ShouldBeEmpty();
            over.Count.ShouldBe(number);
            board.Lanes.ShouldBe(0);
            board.Running.ShouldBe(0);
        }

        private void Come(Random dice)
        {
            var agent = dice.Next(2) == 0 ? "a" : "b";
            var item = new LaneItem(
                $"{++number:d6}",
                AgentId.Parse(agent),
                $"agent:{agent}:{dice.Next(3)}",
                dice.Next(4) == 0 ? null : $"tie{dice.Next(2)}",
                dice.Next(4) == 0
            );
            var rule = new QueueRule(
                (QueueMode)dice.Next(5),
                TimeSpan.FromMilliseconds(dice.Next(2) * 300),
                1 + dice.Next(3),
                (QueueDrop)dice.Next(3)
            );
            switch (board.Enter(item, rule, now))
            {
                case LaneEntry.Full:
                    over.Add(item.RunId);
                    break;
                case LaneEntry.Free free:
                    Started(free.Start);
                    break;
                case LaneEntry.Waits waits:
                    waiting.Add(item);
                    notKept.Add(item.RunId);
                    waits.Ended.ToList().ForEach(e => Gone(e.RunId));
                    break;
            }
        }

        private void Keep(int index)
        {
            var run = notKept[index];
            notKept.RemoveAt(index);
            board.Kept(run);
        }

        private void End(string run)
        {
            running.Remove(run).ShouldBeTrue();
            over.Add(run).ShouldBeTrue();
            board.Leave(run);
        }

        private void Gone(string run)
        {
            waiting.RemoveAll(w => w.RunId == run).ShouldBe(1);
            notKept.Remove(run);
            over.Add(run).ShouldBeTrue();
        }

        private void Take()
        {
            foreach (var start in board.Take(now, out _))
            {
                Started(start);
            }

            running.Count.ShouldBe(board.Running);
            running.Count.ShouldBeLessThanOrEqualTo(Most);
            running.Values.GroupBy(r => r.SessionKey).ShouldAllBe(g => g.Count() == 1);
            running.Values.GroupBy(r => (r.Agent, r.Helper)).ShouldAllBe(g => g.Count() <= (g.Key.Helper ? 1 : 2));
        }

        private void Started(LaneStart start)
        {
            var together = start.Brief.Concat(start.Joined).ToList();
            foreach (var joined in together)
            {
                notKept.ShouldNotContain(joined.RunId);
                Gone(joined.RunId);
            }

            waiting.RemoveAll(w => w.RunId == start.Carrier.RunId);
            notKept.ShouldNotContain(start.Carrier.RunId);
            running.Add(start.Carrier.RunId, start.Carrier);
            start.Joined.ShouldAllBe(j => j.Tie == start.Carrier.Tie && j.Tie != null);

            // In the order in which they came; a turn of its own may overtake what is only a line any more.
            var numbers = start.Joined.Append(start.Carrier).Select(i => int.Parse(i.RunId, null)).ToList();
            numbers.ShouldBe(numbers.Order());
            var last = lastOf.GetValueOrDefault(start.Carrier.SessionKey);
            if (!start.Carrier.Brief)
            {
                numbers[0].ShouldBeGreaterThan(last);
            }

            lastOf[start.Carrier.SessionKey] = start.Carrier.Brief ? last : numbers[^1];
        }
    }
}
