using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class CheckInsTests
{
    private static readonly Resident Bart = new(AgentId.Parse("bart"), "prod");
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly WakeOrder Order = new("agent:mc-bart:main", "Bart", WakeReason.Provisioned, Limit, Beat: null);

    [Fact]
    public void What_is_known_of_it_in_one_habitat_is_not_known_of_its_namesake_in_another()
    {
        var old = CheckIns.Seen(CheckIns.Woken(new CheckInState(Bart), Order, Start), Start);

        // One of a time when that was not kept is of the habitat that is up.
        var mine = CheckIns.In(old, "/a/habitat.json5");
        mine.ShouldBe(old with { Habitat = "/a/habitat.json5" });
        CheckIns.In(mine, null).ShouldBe(mine);
        CheckIns.In(mine, "/a/habitat.json5").ShouldBe(mine);
        CheckIns
            .In(mine, "/b/habitat.json5")
            .ShouldBe(new CheckInState(Bart) { Habitat = "/b/habitat.json5", Generation = mine.Generation });
    }

    [Fact]
    public void One_that_checks_in_is_online_and_is_left_alone()
    {
        var state = CheckIns.Sent(CheckIns.Woken(new CheckInState(Bart), Order, Start), 1, Start);
        state.Standing.ShouldBe(CheckInStanding.Awaited);

        state = CheckIns.Seen(state, Start.AddSeconds(5));

        state.Standing.ShouldBe(CheckInStanding.Online);
        CheckIns.Tick(state, Start.AddYears(1)).ShouldBe(state);
    }

    [Fact]
    public void One_that_does_not_is_called_three_times_and_then_offline_with_the_reason()
    {
        var state = CheckIns.Woken(new CheckInState(Bart), Order, Start);
        var now = Start;
        for (var wake = 1; wake <= 3; wake++)
        {
            state.Wakes.ShouldBe(wake);
            state = CheckIns.Sent(state, 1, now);
            CheckIns.Tick(state, now + Limit - TimeSpan.FromSeconds(1)).ShouldBe(state);
            now += Limit;
            state = CheckIns.Tick(state, now);
        }

        state.Standing.ShouldBe(CheckInStanding.Offline);
        state.Why.ShouldBe("it was called 3 times, and did not check in within 30 s of the last");
        CheckIns.Tick(state, now.AddYears(1)).ShouldBe(state);
        CheckIns.Seen(state, now).Standing.ShouldBe(CheckInStanding.Online);
    }

    [Fact]
    public void What_kept_the_last_message_from_going_out_is_the_reason()
    {
        var state = CheckIns.Woken(new CheckInState(Bart), Order, Start);
        for (var wake = 1; wake <= 3; wake++)
        {
            state = CheckIns.Tick(CheckIns.NotSent(state, 1, "the gateway is gone", Start), Start.AddHours(wake));
        }

        state.Why.ShouldBe("it was called 3 times, and the last time in vain: the gateway is gone");
    }

    [Fact]
    public void With_a_heartbeat_it_is_offline_ten_minutes_after_one_was_due()
    {
        var order = Order with { Beat = TimeSpan.FromMinutes(10) };
        var state = CheckIns.Seen(CheckIns.Woken(new CheckInState(Bart), order, Start), Start);

        CheckIns.Tick(state, Start.AddMinutes(20)).Standing.ShouldBe(CheckInStanding.Online);
        var quiet = CheckIns.Tick(state, Start.AddMinutes(20).AddSeconds(1));

        quiet.Standing.ShouldBe(CheckInStanding.Offline);
        quiet.Why.ShouldBe("no sign of it for 20 min, though its heartbeat comes each 10 min");
    }

    [Fact]
    public void A_clock_that_is_set_back_has_nobody_wait_longer()
    {
        var state = CheckIns.Sent(CheckIns.Woken(new CheckInState(Bart), Order, Start), 1, Start);
        var back = Start.AddDays(-3);

        state = CheckIns.Tick(state, back);

        state.Due.ShouldBe(back + Limit);
        CheckIns.Tick(state, back + Limit).Wakes.ShouldBe(2);
        var online = CheckIns.Seen(CheckIns.Woken(new CheckInState(Bart), Order with { Beat = Limit }, Start), Start);
        CheckIns.Tick(online, back).LastSeen.ShouldBe(back);
    }

    [Fact]
    public void A_clock_that_leaps_ahead_costs_one_message_and_no_more()
    {
        var state = CheckIns.Sent(CheckIns.Woken(new CheckInState(Bart), Order, Start), 1, Start);
        var later = Start.AddYears(1);

        state = CheckIns.Tick(state, later);

        (state.Wakes, state.Sent).ShouldBe((2, false));
        CheckIns.Tick(state, later).ShouldBe(state);
        CheckIns.Tick(CheckIns.Sent(state, 1, later), later).Standing.ShouldBe(CheckInStanding.Awaited);
    }

    /// <summary>Whatever happens in whatever order.</summary>
    [Fact]
    public void No_order_of_events_wakes_too_often_revives_what_is_past_or_waits_for_ever() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(byte What, byte Seconds)[]>(),
                events =>
                {
                    var (state, now) = (new CheckInState(Bart), Start);
                    HashSet<string> keys = [];
                    foreach (var (what, seconds) in events)
                    {
                        now = now.AddSeconds(what % 16 == 15 ? -seconds * 1000 : seconds);
                        var before = state;
                        state = (what % 8) switch
                        {
                            0 => CheckIns.Woken(state, Order, now),
                            1 => CheckIns.Seen(state, now),
                            2 => CheckIns.Sent(state, state.Generation, now),
                            3 => CheckIns.NotSent(state, state.Generation, "no", now),
                            4 => CheckIns.Sent(state, state.Generation - 1, now),
                            5 => CheckIns.NotSent(state, state.Generation - 1, "old", now),
                            _ => CheckIns.Tick(state, now),
                        };
                        state.Wakes.ShouldBeLessThanOrEqualTo(CheckIns.MostWakes);
                        state.Generation.ShouldBe(before.Generation + (what % 8 == 0 ? 1 : 0));
                        if (what % 8 is 4 or 5)
                        {
                            state.ShouldBe(before);
                        }

                        if (what % 8 == 1)
                        {
                            state.Standing.ShouldBe(CheckInStanding.Online);
                        }

                        if (
                            state is { Standing: CheckInStanding.Awaited, Sent: false }
                            && (state.Wakes, state.Generation) != (before.Wakes, before.Generation)
                        )
                        {
                            keys.Add(CheckIns.Key(state)).ShouldBeTrue();
                        }

                        state.Why.ShouldBe(state.Standing is CheckInStanding.Online or CheckInStanding.Unseen ? null : state.Why);
                    }

                    // Left to itself, with each message's fate told, it comes to rest.
                    for (var step = 0; step < 2 * CheckIns.MostWakes && state.Standing == CheckInStanding.Awaited; step++)
                    {
                        state = CheckIns.Sent(state, state.Generation, now);
                        now += Limit;
                        state = CheckIns.Tick(state, now);
                    }

                    state.Standing.ShouldNotBe(CheckInStanding.Awaited);
                    (state.Standing == CheckInStanding.Offline).ShouldBe(state.Why is not null);
                }
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void First_words_that_may_not_have_been_heard_are_in_the_next_wake_too()
    {
        var first = CheckIns.Woken(new CheckInState(Bart), Order with { FirstWords = "# begin" }, Start);
        var nudge = Order with { Reason = WakeReason.Nudged };

        CheckIns.Woken(first, nudge, Start).Order!.FirstWords.ShouldBe("# begin");
        CheckIns.Woken(first with { Standing = CheckInStanding.Offline }, nudge, Start).Order!.FirstWords.ShouldBe("# begin");
        CheckIns.Woken(CheckIns.Seen(first, Start), nudge, Start).Order!.FirstWords.ShouldBeNull();
    }

    [Fact]
    public void First_words_stand_at_the_end_of_what_it_is_told_and_no_file_is_named_for_them()
    {
        var text = WakeText.Of(Order with { FirstWords = "# begin" }, 1);

        text.ShouldEndWith("\n\n# begin");
        text.ShouldNotContain("BOOTSTRAP.md");
    }

    [Fact]
    public void What_it_is_told_names_it_says_why_and_what_to_do()
    {
        var text = WakeText.Of(Order with { Name = "Bart\nSimpson" }, 2);

        text.ShouldStartWith("Bart Simpson, you have just been set up here by Creel.");
        text.ShouldContain("BOOTSTRAP.md");
        text.ShouldContain("GET /whoami");
        text.ShouldContain("message 2 of at most 3");
        text.ShouldNotContain("\n");
        Enum.GetValues<WakeReason>().Select(r => WakeText.Of(Order with { Reason = r }, 1)).Distinct().Count().ShouldBe(3);
    }
}
