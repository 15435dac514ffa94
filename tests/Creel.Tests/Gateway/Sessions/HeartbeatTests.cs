using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Work;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

public class HeartbeatTests
{
    private static readonly HeartbeatModel HalfHourly = new() { Every = TimeSpan.FromMinutes(30), Target = "last" };

    [Fact]
    public async Task Nobody_is_woken_unless_the_habitat_says_so()
    {
        await using var gateway = await StartAsync();
        await PassAsync(gateway, TimeSpan.FromDays(1));
        gateway.Agents.Given.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_is_woken_once_in_its_time_and_its_ok_is_told_to_nobody()
    {
        List<(TurnOrigin To, string Text)> told = [];
        await using var gateway = await StartAsync(g => Beat(g, HalfHourly, (to, text) => told.Add((to, text))));
        var origin = new TurnOrigin("telegram", "biz", Peer.Of("direct", "7"), "7", null, true);
        gateway.Agents.Answer = _ => "hi";
        await (await gateway.SayAsync("hello", with: r => r with { Origin = origin })).Completion;

        gateway.Agents.Answer = null;
        await PassAsync(gateway, TimeSpan.FromMinutes(31));
        var work = await gateway.WorkAsync(1);
        work.Message.ShouldBe(HeartbeatAnswer.UsualPrompt);
        await PassAsync(gateway, TimeSpan.FromMinutes(31));
        gateway.Agents.Given.Count.ShouldBe(2, "who is at work is not woken");
        work.End(TaskState.Succeeded, "**HEARTBEAT_OK**");
        await Eventually.Until(() => !gateway.Host.Lanes.IsBusy(Main));
        await PassAsync(gateway, TimeSpan.FromMinutes(1));
        (await gateway.WorkAsync(2)).End(TaskState.Succeeded, "the oven is on");
        await Eventually.Until(() => told.Count == 1);
        told[0].Text.ShouldBe("the oven is on");
        told[0].To.ShouldBe(new TurnOrigin("telegram", "biz", Peer.Of("direct", "7"), null, null, false));
    }

    [Fact]
    public async Task Another_time_between_two_holds_at_once_and_not_only_after_the_next()
    {
        await using var gateway = await StartAsync(g => Beat(g, HalfHourly, (_, _) => { }));
        gateway.Agents.Answer = _ => "HEARTBEAT_OK";
        await PassAsync(gateway, TimeSpan.FromMinutes(31));
        await gateway.WorkAsync(0);
        await Eventually.Until(() => !gateway.Host.Lanes.IsBusy(Main));

        // It was to be woken in half an hour.
        Beat(gateway, HalfHourly with { Every = TimeSpan.FromMinutes(10) }, (_, _) => { });
        await PassAsync(gateway, TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        await gateway.WorkAsync(1);
    }

    [Theory]
    [InlineData("HEARTBEAT_OK", null)]
    [InlineData("All is well. HEARTBEAT_OK", null)]
    [InlineData("", null)]
    [InlineData("The oven is on!", "The oven is on!")]
    public void Only_what_somebody_must_know_is_told(string said, string? told) =>
        HeartbeatAnswer.ToTell(said, 300).ShouldBe(told);

    [Fact]
    public void A_long_report_is_told_though_it_says_ok() =>
        HeartbeatAnswer.ToTell("HEARTBEAT_OK " + new string('x', 301), 300).ShouldBe(new string('x', 301));

    [Theory]
    [InlineData("", true)]
    [InlineData("# Tasks\n\n- [ ]\n<!-- later: the oven -->\n", true)]
    [InlineData("# Tasks\n- look at the oven\n", false)]
    public void A_file_may_say_nothing(string file, bool nothing) => HeartbeatAnswer.SaysNothing(file).ShouldBe(nothing);

    [Theory]
    [InlineData(8 * 60, 24 * 60, "Europe/Berlin", "2026-01-10T06:59:00Z", false)]
    [InlineData(8 * 60, 24 * 60, "Europe/Berlin", "2026-01-10T07:00:00Z", true)]
    [InlineData(8 * 60, 24 * 60, "Europe/Berlin", "2026-01-10T22:59:00Z", true)]
    [InlineData(8 * 60, 24 * 60, "Europe/Berlin", "2026-01-10T23:00:00Z", false)]
    [InlineData(8 * 60, 24 * 60, "Europe/Berlin", "2026-07-10T06:00:00Z", true)]
    [InlineData(22 * 60, 6 * 60, "UTC", "2026-01-10T05:59:00Z", true)]
    [InlineData(22 * 60, 6 * 60, "UTC", "2026-01-10T06:00:00Z", false)]
    public void Hours_are_those_of_the_wall(int start, int end, string zone, string now, bool hold) =>
        HeartbeatHours
            .Hold(new ActiveHours(start, end, zone), null, DateTimeOffset.Parse(now, null), TimeZoneInfo.Utc)
            .ShouldBe(hold);

    [Fact]
    public void What_the_clock_brings_goes_to_no_person_where_that_is_blocked()
    {
        var session = new SessionEntry(Main, Bart, "s", DateTimeOffset.UnixEpoch)
        {
            LastChannel = "telegram",
            LastTo = "direct:7",
        };
        HeartbeatAnswer.Target(HalfHourly with { DirectAllowed = false }, session).ShouldBeNull();
        HeartbeatAnswer.Target(HalfHourly, session with { LastChannel = "webchat" }).ShouldBeNull();
        HeartbeatAnswer.Target(HalfHourly with { Target = "none" }, session).ShouldBeNull();
        HeartbeatAnswer.Target(HalfHourly with { Target = "slack", To = "channel:C1" }, session)!.Peer!.Id.ShouldBe("C1");
    }

    private static void Beat(GatewayFixture gateway, HeartbeatModel rule, Action<TurnOrigin, string> told)
    {
        gateway.Settings = gateway.Settings with
        {
            Agents =
            [
                new AgentSettings(Bart)
                {
                    Rules = new AgentRules { Id = Bart, Heartbeat = rule },
                },
                new AgentSettings(Lisa),
            ],
        };
        gateway.Configure = c =>
            c with
            {
                Beat = TimeSpan.FromDays(20),
                DeliverAsync = (_, to, text) =>
                {
                    told(to, text);
                    return Task.CompletedTask;
                },
            };
    }

    private static async Task PassAsync(GatewayFixture gateway, TimeSpan time)
    {
        await gateway.Host.Beats.TickAsync(CancellationToken.None);
        gateway.Time.Shift(time);
        await gateway.Host.Beats.TickAsync(CancellationToken.None);
    }
}
