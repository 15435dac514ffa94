using Creel.Core.Routing;
using Creel.Core.Sessions;
using Creel.Core.Work;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

public class SteeringTests
{
    private static readonly HashSet<string> Nothing = [];

    [Fact]
    public async Task What_comes_while_a_turn_runs_is_heard_by_it_and_ends_with_it()
    {
        await using var gateway = await StartAsync(g => Mode(g, "steer"));
        await gateway.SayAsync("paint it red", "run-1");
        var work = await gateway.WorkAsync(0);
        work.Payload.GetProperty("steer").GetBoolean().ShouldBeTrue();
        (await TakeAsync(gateway, work, Nothing)).ShouldBeEmpty();

        var more = await gateway.SayAsync("no, blue", "run-2");
        (await TakeAsync(gateway, work, Nothing)).ShouldBe([("run-2", "no, blue")]);

        // Asked for once more it is told once more: the answer may not have arrived.
        (await TakeAsync(gateway, work, Nothing)).Count.ShouldBe(1);
        (await TakeAsync(gateway, work, ["run-2"])).ShouldBeEmpty();
        work.End(TaskState.Succeeded, "it is blue", extra: ",\"steered\":[\"run-2\"]");
        (await more.Completion).State.ShouldBe(TurnState.Joined);
        gateway.Turns.Find("run-1")!.Text.ShouldBe("it is blue");
        (await gateway.Store.FindAsync("run-2"))!.Into.ShouldBe("run-1");
        gateway.Host.Lanes.IsBusy(Main).ShouldBeFalse();
        gateway.Agents.Given.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("steer", true, null)]
    [InlineData("steer", false, null)]
    [InlineData("steer-backlog", true, ",\"steered\":[\"run-2\"]")]
    [InlineData("followup", true, null)]
    public async Task What_was_not_heard_or_is_to_be_done_besides_is_a_turn_of_its_own(string mode, bool asks, string? extra)
    {
        await using var gateway = await StartAsync(g => Mode(g, mode));
        await gateway.SayAsync("one", "run-1");
        var more = await gateway.SayAsync("two", "run-2");
        var work = await gateway.WorkAsync(0);
        if (asks)
        {
            (await TakeAsync(gateway, work, Nothing)).Count.ShouldBe(mode == "followup" ? 0 : 1);
        }

        work.End(TaskState.Succeeded, "1", extra: extra);
        var next = await gateway.WorkAsync(1);
        next.Message.ShouldBe("two");
        next.End(TaskState.Succeeded, "2");
        (await more.Completion).Text.ShouldBe("2");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_gateway_that_is_killed_meanwhile_neither_loses_nor_doubles_it(bool heard)
    {
        await using var gateway = await StartAsync(g => Mode(g, "steer"));
        await gateway.SayAsync("one", "run-1");
        await gateway.SayAsync("two", "run-2");
        var work = await gateway.WorkAsync(0);
        (await TakeAsync(gateway, work, Nothing)).Count.ShouldBe(1);
        await gateway.RestartAsync();
        gateway.Turns.Find("run-2")!.State.ShouldBe(TurnState.Waiting);
        (await TakeAsync(gateway, work, Nothing)).ShouldBe([("run-2", "two")]);
        work.End(TaskState.Succeeded, "1", extra: heard ? ",\"steered\":[\"run-2\"]" : null);
        if (!heard)
        {
            (await gateway.WorkAsync(1)).End(TaskState.Succeeded, "2");
        }

        await Eventually.Until(() => gateway.Turns.Find("run-2")!.Over);
        gateway.Turns.Find("run-2")!.State.ShouldBe(heard ? TurnState.Joined : TurnState.Ok);
        gateway.Agents.Given.Count.ShouldBe(heard ? 1 : 2);
    }

    [Fact]
    public async Task Where_nobody_knows_what_was_heard_it_ends_as_the_turn_did_and_is_not_begun_twice()
    {
        await using var gateway = await StartAsync(g => Mode(g, "steer"));
        await gateway.SayAsync("one");
        var more = await gateway.SayAsync("two");
        var work = await gateway.WorkAsync(0);
        (await TakeAsync(gateway, work, Nothing)).Count.ShouldBe(1);
        work.End(TaskState.Interrupted, null);
        (await more.Completion).Error!.ShouldContain("cell ended");
        gateway.Agents.Given.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Who_may_less_than_the_turn_may_is_not_heard_in_it()
    {
        await using var gateway = await StartAsync(g => Mode(g, "steer"));
        await gateway.SayAsync("delete the lot?", "run-1", with: r => r with { Origin = From("1", owner: true) });
        await gateway.SayAsync("yes, do", "run-2", with: r => r with { Origin = From("2", owner: false) });
        await gateway.SayAsync("no!", "run-3", with: r => r with { Origin = From("1", owner: true) });
        (await TakeAsync(gateway, await gateway.WorkAsync(0), Nothing)).ShouldBe([("run-3", "no!")]);
    }

    [Fact]
    public async Task Somebody_else_in_the_room_is_not_heard_in_it_either_whose_own_rules_it_was_not_begun_with()
    {
        await using var gateway = await StartAsync(g => Mode(g, "steer"));
        await gateway.SayAsync("what is in the log?", "run-1", with: r => r with { Origin = From("1", owner: false) });
        await gateway.SayAsync("and empty it", "run-2", with: r => r with { Origin = From("2", owner: false) });
        await gateway.SayAsync("of today", "run-3", with: r => r with { Origin = From("1", owner: false) });
        (await TakeAsync(gateway, await gateway.WorkAsync(0), Nothing)).ShouldBe([("run-3", "of today")]);
    }

    [Fact]
    public async Task What_came_with_pictures_is_a_turn_of_its_own_which_alone_can_show_them()
    {
        await using var gateway = await StartAsync(g => Mode(g, "steer"));
        await gateway.SayAsync("paint it red", "run-1");
        await gateway.SayAsync("like this", "run-2", with: r => r with { Images = ["a.png"] });
        await gateway.SayAsync("and soon", "run-3");
        var work = await gateway.WorkAsync(0);
        (await TakeAsync(gateway, work, Nothing)).ShouldNotContain(("run-2", "like this"));
        work.End(TaskState.Succeeded, "red");
        (await gateway.WorkAsync(1)).Payload.GetProperty("images")[0].GetString().ShouldBe("a.png");
    }

    [Fact]
    public async Task Only_the_turn_that_runs_is_told()
    {
        await using var gateway = await StartAsync(g => Mode(g, "steer"));
        await gateway.SayAsync("one");
        await gateway.SayAsync("two");
        var work = await gateway.WorkAsync(0);
        (await gateway.Host.Lanes.Steering.TakeAsync(Bart, Main, "t-other", Nothing)).ShouldBeEmpty();
        (await gateway.Host.Lanes.Steering.TakeAsync(Lisa, Main, work.Id.ToString(), Nothing)).ShouldBeEmpty();
        (await gateway.Host.Lanes.Steering.TakeAsync(Bart, "agent:bart:other", work.Id.ToString(), Nothing)).ShouldBeEmpty();
    }

    private static void Mode(GatewayFixture gateway, string mode) =>
        gateway.Settings = gateway.Settings with { Queue = gateway.Settings.Queue with { Mode = mode } };

    private static async Task<IReadOnlyList<(string, string)>> TakeAsync(
        GatewayFixture gateway,
        StandInAgents.Work work,
        HashSet<string> have
    ) => await gateway.Host.Lanes.Steering.TakeAsync(Bart, Main, work.Id.ToString(), have);

    private static TurnOrigin From(string sender, bool owner) =>
        new("telegram", "default", new Peer(PeerKind.Group, "-5"), sender, null, owner);
}
