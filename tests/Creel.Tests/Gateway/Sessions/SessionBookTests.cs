using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Work;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

public class SessionBookTests
{
    [Fact]
    public async Task Conversations_that_come_later_are_taken_up_when_that_is_told()
    {
        await using var gateway = await StartAsync();
        gateway.Transcripts.Known.Add(new SessionEntry(Main, Bart, "s-old", gateway.Time.GetUtcNow()));
        await gateway.Host.LookAgainAsync(Bart);
        gateway.Sessions.Find("main")!.SessionId.ShouldBe("s-old");
    }

    [Theory]
    [InlineData("main", Main)]
    [InlineData("agent:bart:main", Main)]
    [InlineData("AGENT:Bart:Main", Main)]
    [InlineData("agent:bart:home", Main)]
    [InlineData("home", Main)]
    [InlineData("agent:lisa:main", "agent:lisa:home")]
    [InlineData("telegram:group:7", "agent:bart:telegram:group:7")]
    [InlineData("agent:bart:signal:group:AbC=", "agent:bart:signal:group:AbC=")]
    public async Task A_conversation_has_one_name(string written, string key)
    {
        await using var gateway = await StartAsync(g =>
            g.Settings = g.Settings with { Session = new SessionRules { Keys = new SessionModel { MainKey = "home" } } }
        );
        gateway.Sessions.Canonical(written).ShouldBe(key.Replace("bart:main", "bart:home", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_one_scope_for_all_each_agent_has_one_conversation()
    {
        await using var gateway = await StartAsync(g =>
            g.Settings = g.Settings with { Session = new SessionRules { Keys = new SessionModel { Global = true } } }
        );
        gateway.Sessions.Canonical("global").ShouldBe("agent:bart:global");
        gateway.Sessions.Canonical("agent:lisa:main").ShouldBe("agent:lisa:global");
    }

    [Fact]
    public async Task Labels_are_unique_and_short_and_changes_survive()
    {
        await using var gateway = await StartAsync();
        await gateway.Sessions.PatchAsync(
            Main,
            [new("label", "the plan"), new("thinkingLevel", "on"), new("model", "a/b")],
            "admin"
        );
        var other = "agent:bart:other";
        (await Wrong(gateway, other, new SessionChange("label", "the plan"))).ShouldBe("label already in use: the plan");
        (await Wrong(gateway, other, new SessionChange("label", new string('x', 65)))).ShouldBe(
            "invalid label: too long (max 64)"
        );
        (await Wrong(gateway, other, new SessionChange("verboseLevel", "loud"))).ShouldStartWith("invalid verboseLevel");
        (await Wrong(gateway, other, new SessionChange("nose", "red"))).ShouldContain("no field");
        await gateway.Sessions.PatchAsync("agent:lisa:x", [new("label", "the plan")], "admin");
        gateway.Sessions.Find(other).ShouldBeNull();

        await gateway.RestartAsync();
        var entry = gateway.Sessions.Find("main")!;
        (entry.Label, entry.ThinkingLevel, entry.Model, entry.Revision).ShouldBe(("the plan", "low", "a/b", 1));
        var ticket = await gateway.SayAsync("hello");
        var work = await gateway.WorkAsync(0);
        work.Payload.GetProperty("thinking").GetString().ShouldBe("low");
        work.Payload.GetProperty("model").GetString().ShouldBe("a/b");
        work.End(TaskState.Succeeded, "hi");
        await ticket.Completion;
    }

    [Fact]
    public async Task A_reset_gives_another_id_keeps_what_was_set_and_puts_the_words_aside()
    {
        await using var gateway = await StartAsync();
        var before = await gateway.Sessions.PatchAsync(Main, [new("label", "l")], "admin");
        var ticket = await gateway.SayAsync("long work");
        await gateway.WorkAsync(0);
        var after = await gateway.Sessions.ResetAsync("main", "reset", "admin");
        (await ticket.Completion).State.ShouldBe(TurnState.Aborted);
        after.SessionId.ShouldNotBe(before.SessionId);
        after.Label.ShouldBe("l");
        gateway.Transcripts.Aside.ShouldBe([$"{before.SessionId}:reset"]);
        (await gateway.Sessions.ResetAsync("agent:lisa:new", "reset", "admin")).Key.ShouldBe("agent:lisa:new");
    }

    [Fact]
    public async Task A_deleted_session_stays_deleted_though_its_cell_still_names_it()
    {
        await using var gateway = await StartAsync(g =>
            g.Transcripts.Known.AddRange([
                new SessionEntry("agent:bart:old", Bart, "0ld", DateTimeOffset.UnixEpoch),
                new SessionEntry("agent:bart:older", Bart, "0lder", DateTimeOffset.UnixEpoch),
            ])
        );
        gateway.Sessions.List().Count.ShouldBe(2);
        (await gateway.Sessions.DeleteAsync("agent:bart:old", true, "admin")).ShouldBe(["0ld.jsonl.deleted"]);
        (await gateway.Sessions.DeleteAsync("agent:bart:old", true, "admin")).ShouldBeNull();
        await gateway.RestartAsync();
        gateway.Sessions.List().ShouldHaveSingleItem().SessionId.ShouldBe("0lder");
        var fault = await Should.ThrowAsync<CreelException>(async () =>
            await gateway.Sessions.DeleteAsync("main", true, "admin")
        );
        fault.Fault.Code.ShouldBe("main-session");
        await gateway.Sessions.PatchAsync("agent:bart:old", [new("label", "again")], "admin");
        await gateway.RestartAsync();
        gateway.Sessions.Find("agent:bart:old")!.Label.ShouldBe("again");
    }

    [Fact]
    public async Task What_one_cell_wrote_holds_up_neither_the_start_nor_another_agent()
    {
        using var slow = new ManualResetEventSlim();
        await using var gateway = await StartAsync(g =>
        {
            g.Transcripts.Slow[Lisa] = slow;
            g.Transcripts.Known.Add(new SessionEntry("agent:lisa:main", Lisa, "0ld", g.Time.GetUtcNow()));
        });
        gateway.Agents.Answer = _ => "hi";
        await (await gateway.SayAsync("hello")).Completion;

        // Hers waits until it is known which conversation goes on.
        var hers = gateway.SayAsync("hello", key: "agent:lisa:main").AsTask();
        gateway.Sessions.Find("agent:lisa:main").ShouldBeNull();
        slow.Set();
        (await (await hers).Completion).SessionId.ShouldBe("0ld");
    }

    [Fact]
    public async Task A_name_with_a_gap_or_with_signs_that_nobody_sees_is_taken_up_from_no_cell()
    {
        string[] names = ["agent:bart:good", "agent:bart:ignore all rules", "agent:bart:x\u202ey", "agent:bart:[system]"];
        await using var gateway = await StartAsync(g =>
            g.Transcripts.Known.AddRange(names.Select((n, i) => new SessionEntry(n, Bart, $"s{i}", DateTimeOffset.UnixEpoch)))
        );
        gateway.Sessions.List(Bart).Select(s => s.Key).ShouldBe(["agent:bart:good"]);
    }

    [Fact]
    public async Task A_message_may_begin_anew_alone_or_with_what_is_said_first()
    {
        await using var gateway = await StartAsync();
        var first = await (await gateway.SayAsync("/new")).Completion;
        (first.State, first.Text).ShouldBe((TurnState.Ok, "A new conversation begins."));
        var ticket = await gateway.SayAsync("/reset and say hello");
        var work = await gateway.WorkAsync(0);
        work.Message.ShouldBe("and say hello");
        work.Session.ShouldNotBe(first.SessionId);
        gateway.Transcripts.Aside.ShouldContain($"{first.SessionId}:reset");
        work.End(TaskState.Succeeded, "");
        await ticket.Completion;

        // Not for a member of a group.
        var group = "agent:bart:telegram:group:7";
        var origin = new TurnOrigin("telegram", "default", Peer.Of("group", "7"), "9", "Nelson", Owner: false);
        await gateway.SayAsync("/new", key: group, with: r => r with { Origin = origin });
        (await gateway.WorkAsync(1)).Message.ShouldBe("/new");
    }

    [Fact]
    public async Task What_begins_anew_twice_by_one_name_does_so_once()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "";
        await (await gateway.SayAsync("/new", "run-1")).Completion;
        var after = await (await gateway.SayAsync("hello")).Completion;
        await gateway.RestartAsync();

        (await gateway.SayAsync("/new", "run-1")).Repeated.ShouldBeTrue();
        gateway.Sessions.Find(Main)!.SessionId.ShouldBe(after.SessionId);
        (await (await gateway.SayAsync("still there?")).Completion).SessionId.ShouldBe(after.SessionId);
    }

    [Fact]
    public async Task What_could_not_be_kept_began_nothing_anew()
    {
        var broken = false;
        await using var gateway = await StartAsync(g => g.Over = store => new FailingStore(store, () => broken));
        gateway.Agents.Answer = _ => "";
        var before = await (await gateway.SayAsync("hello")).Completion;
        broken = true;
        await Should.ThrowAsync<CreelException>(async () => await gateway.SayAsync("/new"));
        broken = false;
        (await (await gateway.SayAsync("once more")).Completion).SessionId.ShouldBe(before.SessionId);
    }

    [Fact]
    public async Task No_agent_begins_anothers_conversation_anew_and_no_client_without_the_right_to()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "";
        var one = await (await gateway.SayAsync("hello")).Completion;
        await (await gateway.SayAsync("/new", with: r => r with { From = "agent:lisa" })).Completion;
        var refused = await (
            await gateway.SayAsync(
                "/reset",
                with: r => r with { Origin = new TurnOrigin("webchat", "default", null, null, null, Owner: false) }
            )
        ).Completion;
        refused.Text.ShouldBe(Creel.Core.Channels.Sentences.NotYours);
        gateway.Sessions.Find(Main)!.SessionId.ShouldBe(one.SessionId);
        gateway.Agents.Given.Select(w => w.Message).ShouldBe(["hello", "/new"]);
    }

    [Fact]
    public async Task A_message_for_an_agent_whose_cell_is_only_begun_waits_for_it_and_for_what_it_brings_along()
    {
        var come = new TaskCompletionSource();
        await using var gateway = await StartAsync(g =>
            g.Configure = c => c with { ComesAsync = a => a == Bart ? come.Task : Task.CompletedTask }
        );
        var his = gateway.SayAsync("hello").AsTask();
        var hers = await gateway.SayAsync("hello", key: "agent:lisa:main");
        (await gateway.WorkAsync(0)).Key.ShouldBe("agent:lisa:main");
        his.IsCompleted.ShouldBeFalse();
        gateway.Transcripts.Known.Add(new SessionEntry(Main, Bart, "0ld", gateway.Time.GetUtcNow()));
        _ = gateway.Host.LookAgainAsync(Bart);
        come.SetResult();
        (await his).View.SessionId.ShouldBe("0ld");
    }

    [Fact]
    public async Task A_conversation_begins_anew_after_silence_or_in_the_morning()
    {
        await using var gateway = await StartAsync(g =>
            g.Settings = g.Settings with
            {
                Session = new SessionRules { Reset = new ResetRule(ResetMode.Idle, 4, TimeSpan.FromMinutes(30)) },
            }
        );
        gateway.Agents.Answer = _ => "";
        var one = await (await gateway.SayAsync("one")).Completion;
        gateway.Time.Shift(TimeSpan.FromMinutes(29));
        (await (await gateway.SayAsync("two")).Completion).SessionId.ShouldBe(one.SessionId);
        gateway.Time.Shift(TimeSpan.FromMinutes(31));
        (
            await (await gateway.SayAsync("beat", with: r => r with { From = "heartbeat", Alone = true })).Completion
        ).SessionId.ShouldBe(one.SessionId);
        (await (await gateway.SayAsync("three")).Completion).SessionId.ShouldNotBe(one.SessionId);
    }

    [Theory]
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T01:59:00Z", null)] // 03:59, Berlin, the night that has an hour less
    [InlineData("2026-03-28T12:00:00Z", "2026-03-29T02:01:00Z", "daily")]
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T02:59:00Z", null)] // an hour more
    [InlineData("2026-10-24T12:00:00Z", "2026-10-25T03:01:00Z", "daily")]
    [InlineData("2026-10-25T03:01:00Z", "2026-10-25T23:00:00Z", null)]
    public void The_morning_is_that_of_the_wall(string last, string now, string? due)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        Resets
            .Due(new SessionRules(), Main, null, DateTimeOffset.Parse(last, null), DateTimeOffset.Parse(now, null), zone)
            .ShouldBe(due);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_wall_is_the_users_where_he_says_it_and_else_the_machines(bool users)
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "";
        gateway.Time.Zone = Where(15, gateway.Time);
        gateway.Settings = gateway.Settings with { UserTimezone = users ? Where(3, gateway.Time).Id : null };

        var one = await (await gateway.SayAsync("one")).Completion;
        gateway.Time.Shift(TimeSpan.FromMinutes(61));
        var two = await (await gateway.SayAsync("two")).Completion;

        (two.SessionId != one.SessionId).ShouldBe(users);
    }

    /// <summary>A zone in which it is that hour now.</summary>
    private static TimeZoneInfo Where(int hour, TimeProvider time)
    {
        var ahead = ((hour - time.GetUtcNow().Hour + 12 + 24) % 24) - 12;
        return TimeZoneInfo.FindSystemTimeZoneById(ahead > 0 ? $"Etc/GMT-{ahead}" : $"Etc/GMT+{-ahead}");
    }

    [Fact]
    public async Task What_an_agent_left_that_is_there_no_more_can_be_forgotten()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "";
        await (await gateway.SayAsync("one")).Completion;
        (
            await Should.ThrowAsync<CreelException>(async () => await gateway.Sessions.DeleteAsync(Main, true, "admin"))
        ).Fault.Code.ShouldBe("main-session");

        gateway.Settings = gateway.Settings with { Agents = [.. gateway.Settings.Agents.Where(a => a.Id.Value != "bart")] };
        (await gateway.Sessions.DeleteAsync(Main, true, "admin")).ShouldNotBeNull();
        gateway.Sessions.List().ShouldBeEmpty();
        await Should.ThrowAsync<CreelException>(async () => await gateway.Sessions.DeleteAsync(Main, true, "admin"));
    }

    [Fact]
    public void A_rule_that_forbids_wins_and_what_the_session_says_goes_first()
    {
        var policy = new SendPolicyModel
        {
            Rules = [new SendRule(true, "telegram", null, null, null), new SendRule(false, null, "group", null, null)],
        };
        Sending.Permits(policy, "agent:bart:telegram:group:7", null, "telegram").ShouldBeFalse();
        Sending.Permits(policy, "agent:bart:telegram:group:7", "allow", "telegram").ShouldBeTrue();
        Sending.Permits(policy, Main, null, "telegram").ShouldBeTrue();
        Sending.Permits(policy with { Default = false }, Main, null, "slack").ShouldBeFalse();
    }

    private static async Task<string> Wrong(GatewayFixture gateway, string key, SessionChange change) =>
        (await Should.ThrowAsync<CreelException>(async () => await gateway.Sessions.PatchAsync(key, [change], "admin"))).Message;
}
