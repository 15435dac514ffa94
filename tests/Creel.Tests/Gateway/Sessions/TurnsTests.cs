using Creel.Core;
using Creel.Core.Sessions;
using Creel.Core.Work;
using static Creel.Tests.Gateway.Sessions.GatewayFixture;

namespace Creel.Tests.Gateway.Sessions;

public class TurnsTests
{
    [Fact]
    public async Task A_message_becomes_a_task_and_its_answer_the_turns_end()
    {
        await using var gateway = await StartAsync();
        var ticket = await gateway.SayAsync("hello", "run-1");
        ticket.Repeated.ShouldBeFalse();
        var work = await gateway.WorkAsync(0);
        work.Message.ShouldBe("hello");
        work.Key.ShouldBe(Main);
        work.Payload.GetProperty("timeout").GetInt64().ShouldBe(600_000);
        gateway.Turns.Find("run-1")!.State.ShouldBe(TurnState.Running);

        work.Say("good ");
        work.Say("morning");
        work.End(TaskState.Succeeded, "good morning", extra: ",\"usage\":{\"input\":7,\"output\":3,\"total\":10}");
        var view = await ticket.Completion;
        view.State.ShouldBe(TurnState.Ok);
        view.Text.ShouldBe("good morning");
        view.SessionId.ShouldBe(work.Session);

        var entry = gateway.Sessions.Find("main")!;
        (entry.InputTokens, entry.OutputTokens, entry.TotalTokens).ShouldBe((7, 3, 10));
        gateway.Seen[0].ShouldBeOfType<TurnStarted>();
        gateway.Seen[1].ShouldBeOfType<TurnText>().Delta.ShouldBe("good ");
        gateway.Seen[^1].ShouldBeOfType<TurnEnded>().View.ShouldBe(view);
        gateway.Seen.Select(e => e.Sequence).ShouldBe(Enumerable.Range(1, gateway.Seen.Count).Select(n => (long)n));
    }

    [Fact]
    public async Task One_turn_at_a_time_in_a_session_and_sessions_side_by_side()
    {
        await using var gateway = await StartAsync();
        await gateway.SayAsync("one", with: r => r with { Alone = true });
        await gateway.SayAsync("two", with: r => r with { Alone = true });
        await gateway.SayAsync("elsewhere", key: "agent:bart:telegram:direct:7");
        await Eventually.Until(() => gateway.Agents.Given.Count == 2);
        gateway.Agents.Given.Select(w => w.Message).ShouldBe(["one", "elsewhere"]);
        gateway.Agents.Given[0].End(TaskState.Succeeded, "1");
        (await gateway.WorkAsync(2)).Message.ShouldBe("two");
    }

    [Fact]
    public async Task A_run_id_names_one_turn_however_often_it_is_sent()
    {
        await using var gateway = await StartAsync();
        var first = await gateway.SayAsync("hello", "run-1");
        var again = await gateway.SayAsync("hello", "run-1");
        again.Repeated.ShouldBeTrue();
        (await gateway.WorkAsync(0)).End(TaskState.Succeeded, "hi");
        (await again.Completion).Text.ShouldBe("hi");
        await first.Completion;
        (await gateway.SayAsync("hello", "run-1")).View.State.ShouldBe(TurnState.Ok);

        await gateway.RestartAsync();
        var later = await gateway.SayAsync("hello", "run-1");
        later.Repeated.ShouldBeTrue();
        (await later.Completion).Text.ShouldBe("hi");
        gateway.Agents.Given.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_turn_whose_task_goes_on_is_found_again_after_a_restart_and_what_waits_starts()
    {
        await using var gateway = await StartAsync();
        await gateway.SayAsync("one", "run-1");
        await gateway.SayAsync("two", "run-2");
        var work = await gateway.WorkAsync(0);
        await gateway.RestartAsync();
        gateway.Turns.Find("run-1")!.State.ShouldBe(TurnState.Running);
        gateway.Turns.Find("run-2")!.State.ShouldBe(TurnState.Waiting);
        work.End(TaskState.Succeeded, "1");
        (await gateway.WorkAsync(1)).Message.ShouldBe("two");
        await Eventually.Until(() => gateway.Turns.Find("run-1")!.Over);
        gateway.Turns.Find("run-1")!.Text.ShouldBe("1");
    }

    [Fact]
    public async Task What_waits_in_a_session_becomes_one_turn()
    {
        await using var gateway = await StartAsync();
        await gateway.SayAsync("one");
        var two = await gateway.SayAsync("two");
        var three = await gateway.SayAsync("three");
        (await gateway.WorkAsync(0)).End(TaskState.Succeeded, "1");
        var work = await gateway.WorkAsync(1);
        work.Message.ShouldContain("two");
        work.Message.ShouldContain("three");
        work.End(TaskState.Succeeded, "both");
        (await two.Completion).State.ShouldBe(TurnState.Joined);
        var last = await three.Completion;
        (last.State, last.Text).ShouldBe((TurnState.Ok, "both"));
        gateway.Agents.Given.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Where_a_turn_goes_wrong_all_whose_text_went_into_it_are_told_why()
    {
        await using var gateway = await StartAsync();
        await gateway.SayAsync("one");
        var two = await gateway.SayAsync("two", "run-2");
        var three = await gateway.SayAsync("three", "run-3");
        (await gateway.WorkAsync(0)).End(TaskState.Succeeded, "1");
        (await gateway.WorkAsync(1)).End(TaskState.Failed, null, "the model is away");
        var (joined, carrier) = (await two.Completion, await three.Completion);
        carrier.Error.ShouldNotBeNull();
        carrier.Trouble.ShouldNotBe(TurnTrouble.None);
        (joined.State, joined.Error, joined.Trouble).ShouldBe((TurnState.Joined, carrier.Error, carrier.Trouble));
        (await gateway.Store.FindAsync("run-2"))!.Error.ShouldBe(carrier.Error);
    }

    [Fact]
    public async Task Pictures_of_all_that_becomes_one_turn_go_with_it_over_a_restart_too()
    {
        await using var gateway = await StartAsync();
        await gateway.SayAsync("one");
        await gateway.SayAsync("two", with: r => r with { Images = ["a.png"] });
        await gateway.SayAsync("three", with: r => r with { Images = ["b.png"], HistoryTurns = 3 });
        var first = await gateway.WorkAsync(0);
        await gateway.RestartAsync();
        first.End(TaskState.Succeeded, "1");
        var payload = (await gateway.WorkAsync(1)).Payload;
        payload.GetProperty("images").EnumerateArray().Select(i => i.GetString()).ShouldBe(["a.png", "b.png"]);
        payload.GetProperty("historyTurns").GetInt32().ShouldBe(3);
    }

    [Fact]
    public async Task An_agent_runs_no_more_sessions_at_once_than_it_may()
    {
        await using var gateway = await StartAsync();
        for (var i = 0; i < 6; i++)
        {
            await gateway.SayAsync($"m{i}", key: $"agent:bart:telegram:direct:{i}");
        }

        await gateway.SayAsync("hers", key: "agent:lisa:main");
        await Eventually.Until(() => gateway.Agents.Given.Count == 5);
        gateway.Agents.Given.Count(w => w.Request.Agent == Bart).ShouldBe(4);
        gateway.Agents.Given[0].End(TaskState.Succeeded, "");
        (await gateway.WorkAsync(5)).Message.ShouldBe("m4");
    }

    [Fact]
    public async Task An_abort_ends_what_runs_and_what_waits()
    {
        await using var gateway = await StartAsync();
        var one = await gateway.SayAsync("one", "run-1");
        var two = await gateway.SayAsync("two", "run-2");
        await gateway.WorkAsync(0);
        (await gateway.Turns.AbortAsync("main", null, "admin")).Order().ShouldBe(["run-1", "run-2"]);
        (await one.Completion).State.ShouldBe(TurnState.Aborted);
        (await two.Completion).State.ShouldBe(TurnState.Aborted);
        await gateway.RestartAsync();
        gateway.Agents.Given.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_failure_says_why()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Broken = Fault.Unavailable("queue-full", "the queue is full");
        var view = await (await gateway.SayAsync("one")).Completion;
        (view.State, view.Error).ShouldBe((TurnState.Error, "the queue is full"));
        gateway.Agents.Broken = null;
        var next = await gateway.SayAsync("two");
        (await gateway.WorkAsync(0)).End(TaskState.Failed, null, "no brain");
        (await next.Completion).Error.ShouldBe("no brain");
    }

    [Theory]
    [InlineData("", Main, "run-id")]
    [InlineData("run", "agent:nobody:main", "unknown-agent")]
    [InlineData("run", "agent:lisa:main:x", "session-key")]
    [InlineData("run", "agent::", "session-key")]
    public async Task A_wrong_request_is_refused_and_leaves_nothing(string run, string key, string code)
    {
        await using var gateway = await StartAsync();
        var fault = await Should.ThrowAsync<CreelException>(async () =>
            await gateway.Turns.SubmitAsync(new TurnRequest(run, Bart, key, "hello") { From = "admin" })
        );
        fault.Fault.Code.ShouldBe(code);
        gateway.Sessions.List().ShouldBeEmpty();
    }
}
