using Creel.Core;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Work;

namespace Creel.Conformance.Stores;

/// <summary>What every store of conversations and turns owes.</summary>
public abstract class SessionStoreConformance : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, 7, TimeSpan.Zero);
    private static readonly AgentId Bart = AgentId.Parse("bart");
    private StoreUnderTest store = null!;

    protected abstract Task<StoreUnderTest> OpenAsync();

    public async Task InitializeAsync() => store = await OpenAsync();

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task Turns_come_back_whole_and_in_the_order_in_which_they_came()
    {
        var (first, second) = (Turn(1, "one"), Whole(Turn(2, "two")));

        (await AddAsync(second, first)).ShouldBeTrue();
        await store.ReopenAsync();

        var kept = await store.Sessions.LoadAsync();
        kept.Open.ShouldBe([first, second]);
        kept.LastOrder.ShouldBe(2);
        (await store.Sessions.FindAsync("two")).ShouldBe(second);
        (await store.Sessions.FindAsync("three")).ShouldBeNull();
    }

    [Fact]
    public async Task Sessions_come_back_whole()
    {
        var plain = Session("agent:bart:main");
        var full = Session("agent:bart:telegram:direct:7") with
        {
            Label = "odd \0 🐚",
            DisplayName = "Ann",
            ThinkingLevel = "high",
            VerboseLevel = "on",
            ReasoningLevel = "stream",
            ElevatedLevel = "ask",
            ResponseUsage = "full",
            Model = "openai/x",
            SendPolicy = "deny",
            GroupActivation = "always",
            SpawnedBy = "agent:bart:main",
            SpawnDepth = 2,
            LastChannel = "telegram",
            LastTo = "7",
            LastAccountId = "bot",
            LastThreadId = "5",
            InputTokens = 1,
            OutputTokens = 2,
            TotalTokens = 1L << 40,
            ContextTokens = 200_000,
        };

        await store.Sessions.WriteAsync(SessionWrite.Of(plain, full));
        await store.ReopenAsync();

        (await store.Sessions.LoadAsync()).Sessions.ShouldBe([plain, full], ignoreOrder: true);
    }

    [Fact]
    public async Task A_run_that_is_there_already_takes_all_that_came_with_it_back()
    {
        await AddAsync(Turn(1, "one"));
        var write = new SessionWrite(
            [Turn(2, "two"), Turn(3, "one")],
            [Turn(1, "one") with { State = TurnState.Running }],
            [Session("agent:bart:main")],
            []
        );

        (await store.Sessions.WriteAsync(write)).ShouldBeFalse();

        var kept = await store.Sessions.LoadAsync();
        kept.Open.ShouldBe([Turn(1, "one")]);
        kept.Sessions.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_many_that_bring_one_run_at_once_one_is_first()
    {
        var writes = Enumerable.Range(1, 20).Select(order => Task.Run(() => AddAsync(Turn(order, "one")).AsTask()));

        (await Task.WhenAll(writes)).Count(first => first).ShouldBe(1);

        (await store.Sessions.LoadAsync()).Open.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_older_revision_of_a_session_never_replaces_a_newer_one()
    {
        var (old, now) = (Session("agent:bart:main"), Session("agent:bart:main") with { Revision = 3, Label = "now" });

        await store.Sessions.WriteAsync(SessionWrite.Of(now));
        await store.Sessions.WriteAsync(SessionWrite.Of(old));
        await store.Sessions.WriteAsync(new SessionWrite([], [], [], [old with { Revision = 2 }]));

        (await store.Sessions.LoadAsync()).Sessions.ShouldBe([now]);
    }

    [Fact]
    public async Task That_a_session_is_gone_is_remembered_until_there_is_a_newer_one()
    {
        var session = Session("agent:bart:main");
        await store.Sessions.WriteAsync(SessionWrite.Of(session));

        await store.Sessions.WriteAsync(new SessionWrite([], [], [], [session with { Revision = 2 }]));
        await store.ReopenAsync();

        var kept = await store.Sessions.LoadAsync();
        kept.Sessions.ShouldBeEmpty();
        var gone = kept.Gone.ShouldHaveSingleItem();
        (gone.Key, gone.Agent, gone.SessionId, gone.Revision).ShouldBe((session.Key, Bart, session.SessionId, 2));

        var anew = session with { Revision = 3, SessionId = "another" };
        await store.Sessions.WriteAsync(SessionWrite.Of(anew));
        kept = await store.Sessions.LoadAsync();
        (kept.Sessions.Single(), kept.Gone.Count).ShouldBe((anew, 0));
    }

    [Fact]
    public async Task Changes_of_a_turn_may_come_late_and_take_nothing_back()
    {
        var turn = Turn(1, "one");
        await AddAsync(turn);
        var running = Whole(turn) with { State = TurnState.Running };

        await store.Sessions.WriteAsync(SessionWrite.Of([running]));
        await store.Sessions.WriteAsync(SessionWrite.Of([turn]));

        (await store.Sessions.FindAsync("one")).ShouldBe(running);
    }

    [Fact]
    public async Task What_is_over_stays_as_it_ended_and_its_words_are_gone()
    {
        await AddAsync(Turn(1, "one"), Turn(2, "two"));
        var end = Turn(1, "one") with
        {
            Request = null,
            State = TurnState.Error,
            EndedAt = Noon.AddMinutes(1),
            Text = "said",
            Error = "broke",
        };

        await store.Sessions.WriteAsync(SessionWrite.Of([end]));
        await store.Sessions.WriteAsync(SessionWrite.Of([end with { State = TurnState.Ok, Error = null }]));
        await store.Sessions.WriteAsync(SessionWrite.Of([Turn(1, "one") with { State = TurnState.Aborted }]));
        await store.ReopenAsync();

        (await store.Sessions.FindAsync("one")).ShouldBe(end);
        (await store.Sessions.LoadAsync()).Open.Select(t => t.RunId).ShouldBe(["two"]);
    }

    [Fact]
    public async Task What_is_over_is_forgotten_by_age_and_by_number_and_what_is_open_never()
    {
        await AddAsync([.. Enumerable.Range(1, 6).Select(order => Turn(order, $"r{order}"))]);
        foreach (var order in (int[])[1, 2, 3, 5])
        {
            var end = Turn(order, $"r{order}") with { Request = null, State = TurnState.Ok, EndedAt = Noon.AddHours(order) };
            await store.Sessions.WriteAsync(SessionWrite.Of([end]));
        }

        (await store.Sessions.PruneAsync(Noon.AddHours(1), 10)).ShouldBe(0);
        (await store.Sessions.PruneAsync(Noon.AddHours(1).AddMilliseconds(1), 10)).ShouldBe(1);
        (await LeftAsync()).ShouldBe(["r2", "r3", "r4", "r5", "r6"]);
        (await store.Sessions.PruneAsync(Noon, 1)).ShouldBe(2);
        (await LeftAsync()).ShouldBe(["r4", "r5", "r6"]);
        (await store.Sessions.PruneAsync(Noon.AddDays(1), 0)).ShouldBe(1);
        (await LeftAsync()).ShouldBe(["r4", "r6"]);
    }

    [Fact]
    public async Task A_number_that_was_given_is_known_after_its_turn_was_forgotten()
    {
        await AddAsync(Turn(7, "one"));
        var end = Turn(7, "one") with { Request = null, State = TurnState.Ok, EndedAt = Noon };
        await store.Sessions.WriteAsync(SessionWrite.Of([end]));
        await store.Sessions.PruneAsync(Noon.AddDays(1), 0);
        await store.ReopenAsync();

        (await store.Sessions.LoadAsync()).LastOrder.ShouldBe(7);
        (await AddAsync(Turn(8, "one"))).ShouldBeTrue();
    }

    private ValueTask<bool> AddAsync(params TurnRecord[] turns) => store.Sessions.WriteAsync(new SessionWrite(turns, [], [], []));

    private async Task<List<string>> LeftAsync()
    {
        var left = new List<string>();
        foreach (var order in Enumerable.Range(1, 6))
        {
            if (await store.Sessions.FindAsync($"r{order}") is { } turn)
            {
                left.Add(turn.RunId);
            }
        }

        return left;
    }

    private static TurnRecord Turn(long order, string run) =>
        new(
            order,
            run,
            Bart,
            "agent:bart:main",
            new TurnRequest(run, Bart, "agent:bart:main", "hi \0 🐚")
            {
                From = "channel:telegram",
                Origin = new TurnOrigin("telegram", "bot", Peer.Of("group", "-100:topic:4"), "7", "Ann", true)
                {
                    ThreadId = "5",
                    MessageId = "9",
                },
                Thinking = "low",
                Model = "openai/x",
                ExtraSystemPrompt = "be brief",
                Timeout = TimeSpan.FromSeconds(90),
                Subagent = true,
                Alone = true,
            }
        )
        {
            AcceptedAt = Noon,
        };

    private static TurnRecord Whole(TurnRecord turn) =>
        turn with
        {
            State = TurnState.Running,
            Task = new TaskId(Guid.Parse("0196b6c0-0000-7000-8000-00000000000a")),
            SessionId = "s1",
            Into = "another",
            Brief = true,
            AbortBy = "admin",
            StartedAt = Noon.AddSeconds(1),
        };

    private static SessionEntry Session(string key) => new(key, Bart, "s1", Noon) { Revision = 1 };
}
