using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Provisioning;
using Creel.Tests.Hub;
using Creel.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

public sealed class CheckInBookTests : IAsyncLifetime
{
    private static readonly Resident Bart = new(AgentId.Parse("bart"), "prod");
    private static readonly Resident Ours = Bart with { Gateway = null };

    private static readonly WakeOrder Order = new(
        "agent:mc-bart:main",
        "Bart",
        WakeReason.Nudged,
        WakeOrder.UsualLimit,
        TimeSpan.FromMinutes(10)
    );

    private readonly StoreFolder folder = new();
    private readonly ShiftedTime time = new();
    private readonly List<string> keys = [];
    private Func<string, Task<WakeAnswer?>> answer = _ => Task.FromResult<WakeAnswer?>(null);
    private readonly List<string> asked = [];
    private Func<string, string?> failure = _ => null;
    private Func<string, Task<string?>>? explained;
    private bool? lives = true;
    private string? file = "/a/habitat.json5";
    private SqliteStore store = null!;
    private CheckInBook book = null!;

    public async Task InitializeAsync()
    {
        store = await folder.OpenAsync();
        await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await book.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_wake_goes_out_and_the_call_that_follows_ends_the_wait()
    {
        var generation = await book.WakeAsync(Bart, Order);
        var settled = book.SettledAsync(Bart, generation, default);
        settled.IsCompleted.ShouldBeFalse();

        book.Seen(Bart);

        (await settled).Standing.ShouldBe(CheckInStanding.Online);
        keys.ShouldBe(["creel-wake-bart-1-1"]);
    }

    [Fact]
    public async Task Without_a_call_it_is_woken_three_times_and_given_up()
    {
        var settled = book.SettledAsync(Bart, await book.WakeAsync(Bart, Order), default);
        for (var n = 2; n <= 4; n++)
        {
            time.Shift(WakeOrder.UsualLimit + TimeSpan.FromSeconds(1));
            await book.TickAsync();
            await Eventually.Until(() => keys.Count == Math.Min(n, 3));
            await Eventually.Until(() => book.Find(Bart) is { Sent: true });
        }

        (await settled).Standing.ShouldBe(CheckInStanding.Offline);
        keys.ShouldBe(["creel-wake-bart-1-1", "creel-wake-bart-1-2", "creel-wake-bart-1-3"]);
        book.Find(Bart).Why.ShouldNotBeNull().ShouldContain("3 times");
    }

    [Fact]
    public async Task Why_its_turns_failed_there_is_told_and_asked_for_only_where_no_call_followed()
    {
        failure = key => $"its turn there failed: no key ({key[^1]})";
        var generation = await book.WakeAsync(Bart, Order);
        asked.ShouldBeEmpty();

        time.Shift(WakeOrder.UsualLimit + TimeSpan.FromSeconds(1));
        await book.TickAsync();
        await Eventually.Until(() => book.Find(Bart) is { Sent: true, Wakes: 2, Why: "its turn there failed: no key (1)" });
        for (var n = 3; n <= 4; n++)
        {
            time.Shift(WakeOrder.UsualLimit + TimeSpan.FromSeconds(1));
            await book.TickAsync();
            await Eventually.Until(() => book.Find(Bart) is { Sent: true, Why: { } why } && why.EndsWith($"no key ({n - 1})"));
        }

        var settled = await book.SettledAsync(Bart, generation, default);
        settled.Standing.ShouldBe(CheckInStanding.Offline);
        settled.Why.ShouldBe("it was called 3 times, and the last time in vain: its turn there failed: no key (3)");
        asked.ShouldBe(["creel-wake-bart-1-1", "creel-wake-bart-1-2", "creel-wake-bart-1-3"]);
    }

    [Fact]
    public async Task A_gateway_that_does_not_take_it_is_told_at_once_and_tried_again()
    {
        answer = _ => throw new CreelException(Fault.Unavailable("gateway-gone", "the gateway is gone"));

        (await Should.ThrowAsync<CreelException>(() => book.WakeAsync(Bart, Order))).Fault.Code.ShouldBe("gateway-gone");
        book.Find(Bart).Why.ShouldBe("the gateway is gone");
        answer = _ => Task.FromResult<WakeAnswer?>(null);
        time.Shift(TimeSpan.FromSeconds(31));
        await book.TickAsync();
        await Eventually.Until(() => book.Find(Bart) is { Sent: true, Wakes: 2, Why: null });
    }

    [Fact]
    public async Task One_that_was_on_its_way_when_serve_was_killed_is_sent_again_as_the_same()
    {
        answer = _ => new TaskCompletionSource<WakeAnswer?>().Task;
        _ = book.WakeAsync(Bart, Order);
        await Eventually.Until(() => keys.Count == 1);

        // Another serve on the same store, without a word of the first.
        answer = _ => Task.FromResult<WakeAnswer?>(null);
        await OpenAsync();
        await book.TickAsync();

        await Eventually.Until(() => book.Find(Bart) is { Sent: true });
        keys.ShouldBe(["creel-wake-bart-1-1", "creel-wake-bart-1-1"]);
    }

    [Fact]
    public async Task One_that_was_due_while_nothing_ran_is_sent_once()
    {
        await book.WakeAsync(Bart, Order);
        await book.TickAsync();
        time.Shift(TimeSpan.FromHours(5));

        await OpenAsync();
        await book.TickAsync();
        await book.TickAsync();
        await book.TickAsync();

        await Eventually.Until(() => book.Find(Bart) is { Sent: true, Wakes: 2 });
        await book.TickAsync();
        keys.ShouldBe(["creel-wake-bart-1-1", "creel-wake-bart-1-2"]);
    }

    [Fact]
    public async Task Signs_survive_a_restart_and_are_written_seldom()
    {
        book.Seen(Bart);
        await book.TickAsync();
        var first = (await store.CheckIns.ListAsync()).ShouldHaveSingleItem().LastSeen;
        time.Shift(TimeSpan.FromSeconds(20));
        book.Seen(Bart);
        await book.TickAsync();
        (await store.CheckIns.ListAsync()).Single().LastSeen.ShouldBe(first);
        time.Shift(TimeSpan.FromSeconds(20));
        book.Seen(Bart);
        await book.TickAsync();
        (await store.CheckIns.ListAsync()).Single().LastSeen.ShouldNotBe(first);

        await OpenAsync();
        book.Find(Bart).Standing.ShouldBe(CheckInStanding.Online);
    }

    [Fact]
    public async Task The_last_sign_before_an_orderly_end_is_kept()
    {
        await book.WakeAsync(Bart, Order);
        book.Seen(Bart);
        await book.DisposeAsync();

        (await store.CheckIns.ListAsync()).Single().Standing.ShouldBe(CheckInStanding.Online);
    }

    [Fact]
    public async Task A_new_generation_forgets_the_deadline_of_the_old_one()
    {
        var first = await book.WakeAsync(Bart, Order);
        var waiting = book.SettledAsync(Bart, first, default);
        time.Shift(TimeSpan.FromSeconds(29));
        (await book.WakeAsync(Bart, Order with { Reason = WakeReason.Updated })).ShouldBe(first + 1);
        time.Shift(TimeSpan.FromSeconds(29));
        await book.TickAsync();

        book.Find(Bart).Wakes.ShouldBe(1);
        (await waiting).Generation.ShouldBe(first + 1);
        keys.ShouldBe(["creel-wake-bart-1-1", "creel-wake-bart-2-1"]);
    }

    [Fact]
    public async Task One_that_left_the_habitat_is_woken_no_more_and_one_without_a_habitat_waits()
    {
        await book.WakeAsync(Bart, Order);
        time.Shift(TimeSpan.FromMinutes(5));
        lives = null;
        await book.TickAsync();
        book.Find(Bart).Standing.ShouldBe(CheckInStanding.Awaited);

        lives = false;
        await book.TickAsync();

        book.Find(Bart).ShouldBe(new CheckInState(Bart) { Habitat = file, Generation = 1 });
        (await store.CheckIns.ListAsync()).ShouldBe([book.Find(Bart)]);
        keys.Count.ShouldBe(1);
    }

    [Fact]
    public async Task One_that_left_and_was_never_woken_is_forgotten()
    {
        book.Seen(Bart);
        await book.TickAsync();
        lives = false;

        await book.TickAsync();

        (await store.CheckIns.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_is_made_again_is_not_taken_for_who_it_was_and_waits_for_nothing_of_its_former_life()
    {
        var waiting = book.SettledAsync(Bart, await book.WakeAsync(Bart, Order), default);
        lives = false;
        await book.TickAsync();
        (await waiting.WaitAsync(TimeSpan.FromSeconds(20))).Standing.ShouldBe(CheckInStanding.Unseen);

        await OpenAsync();
        await book.TickAsync();
        lives = true;
        (await book.WakeAsync(Bart, Order)).ShouldBe(2);

        // A message of the same name would be one that its gateway, or our own conversation, has taken already.
        keys.ShouldBe(["creel-wake-bart-1-1", "creel-wake-bart-2-1"]);
    }

    [Fact]
    public async Task Why_a_turn_of_a_former_life_failed_is_not_said_of_the_new_one()
    {
        var why = new TaskCompletionSource<string?>();
        explained = _ => why.Task;
        await book.WakeAsync(Bart, Order);
        time.Shift(WakeOrder.UsualLimit + TimeSpan.FromSeconds(1));
        await book.TickAsync();
        await Eventually.Until(() => asked.Count == 1 && book.Find(Bart) is { Sent: true, Wakes: 2 });
        lives = false;
        await book.TickAsync();
        lives = true;
        await book.WakeAsync(Bart, Order);

        why.SetResult("no key");
        await book.DisposeAsync();

        book.Find(Bart).Why.ShouldBeNull();
    }

    [Fact]
    public async Task A_sign_is_of_an_agent_where_it_lives_and_of_no_other_of_its_name()
    {
        book.Seen(Bart);

        book.Find(Bart).Standing.ShouldBe(CheckInStanding.Online);
        book.Find(Ours).Standing.ShouldBe(CheckInStanding.Unseen);
        book.Find(Bart with { Gateway = "other" }).Standing.ShouldBe(CheckInStanding.Unseen);
        book.Seen(Ours);
        await book.TickAsync();
        (await store.CheckIns.ListAsync()).Select(s => s.Resident).ShouldBe([Ours, Bart]);
        await store.CheckIns.RemoveAsync(Ours);
        await OpenAsync();
        ((book.Find(Bart).Standing, book.Find(Ours).Standing)).ShouldBe((CheckInStanding.Online, CheckInStanding.Unseen));
    }

    [Fact]
    public async Task A_sign_in_another_habitat_is_none_in_this_one_and_no_message_is_taken_for_an_older_one()
    {
        await book.WakeAsync(Bart, Order);
        book.Seen(Bart);
        await book.TickAsync();

        file = "/b/habitat.json5";
        book.Find(Bart).Standing.ShouldBe(CheckInStanding.Unseen);
        await OpenAsync();
        book.Find(Bart).Standing.ShouldBe(CheckInStanding.Unseen);
        await book.WakeAsync(Bart, Order);

        book.Find(Bart).Standing.ShouldBe(CheckInStanding.Awaited);
        keys.ShouldBe(["creel-wake-bart-1-1", "creel-wake-bart-2-1"]);
    }

    [Fact]
    public async Task Those_from_before_places_were_kept_are_where_they_were_woken()
    {
        await book.DisposeAsync();
        await store.DisposeAsync();
        folder.GoBack(9);
        folder.Run(
            """
            INSERT INTO check_ins VALUES
                ('bart', '{"Standing":2,"Generation":7,"Order":{"Gateway":"prod","Session":"s","Name":"Bart","Reason":2,"Limit":"00:00:30"}}'),
                ('homer', '{"Standing":2,"Generation":0}')
            """
        );
        store = await folder.OpenAsync();
        file = null;
        await OpenAsync();

        var bart = book.Find(Bart);
        (bart.Standing, bart.Generation, bart.Order!.Session).ShouldBe((CheckInStanding.Online, 7, "s"));
        book.Find(new Resident(AgentId.Parse("homer"), null)).Standing.ShouldBe(CheckInStanding.Online);
    }

    [Fact]
    public async Task An_agent_of_ours_gives_its_sign_by_its_answer_and_is_not_hurried()
    {
        var end = new TaskCompletionSource<string?>();
        answer = _ => Task.FromResult<WakeAnswer?>(new WakeAnswer(end.Task));
        var generation = await book.WakeAsync(Ours, Order);
        time.Shift(TimeSpan.FromMinutes(5));
        await book.TickAsync();
        keys.Count.ShouldBe(1);

        end.SetResult(null);

        (await book.SettledAsync(Ours, generation, default)).Standing.ShouldBe(CheckInStanding.Online);
    }

    [Fact]
    public async Task An_agent_of_ours_whose_turn_fails_is_tried_again_and_told_why()
    {
        answer = _ => Task.FromResult<WakeAnswer?>(new WakeAnswer(Task.FromResult<string?>("no model answers")));
        var generation = await book.WakeAsync(Ours, Order);
        for (var n = 0; n < 3; n++)
        {
            await Eventually.Until(() => book.Find(Ours) is { Sent: true });
            time.Shift(TimeSpan.FromSeconds(31));
            await book.TickAsync();
        }

        (await book.SettledAsync(Ours, generation, default)).Why.ShouldNotBeNull().ShouldContain("no model answers");
        keys.Count.ShouldBe(3);
    }

    private async Task OpenAsync()
    {
        book = new CheckInBook(
            store.CheckIns,
            (_, _, _, key, cancel) =>
            {
                lock (keys)
                {
                    keys.Add(key);
                }

                return answer(key).WaitAsync(cancel);
            },
            () => file,
            _ => lives,
            time,
            NullLogger.Instance,
            (_, key, _) =>
            {
                lock (asked)
                {
                    asked.Add(key);
                }

                return explained?.Invoke(key) ?? Task.FromResult(failure(key));
            }
        );
        await book.LoadAsync();
    }
}
