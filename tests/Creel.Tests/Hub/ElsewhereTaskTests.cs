using System.Net;
using System.Text.Json;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Core.Sessions;
using Creel.Core.Tools;
using Creel.Server.Hub;
using Creel.Tests.Sqlite;

namespace Creel.Tests.Hub;

/// <summary>Tasks for agents at gateways elsewhere are turns there.</summary>
public sealed class ElsewhereTaskTests : IAsyncLifetime
{
    private const string Hello = """{"type":"turn","message":"hello"}""";
    private static readonly AgentId Lisa = AgentId.Parse("lisa");

    private readonly StoreFolder folder = new();
    private readonly StandInTurns turns = new();
    private readonly MemoryStore kept = new();
    private TurnBehalf behalf = TurnBehalf.Operator;
    private SqliteStore store = null!;
    private StandInElsewhere elsewhere = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        store = await folder.OpenAsync();
        elsewhere = new StandInElsewhere(store.AgentTokens) { Habitat = { [Lisa] = "prod" } };
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_message_is_a_turn_there_and_its_answer_the_result()
    {
        var task = (await server.PostAsync("/agents/lisa/task?wait=30", Hello)).GetProperty("task");

        task.GetProperty("state").GetString().ShouldBe("succeeded");
        task.GetProperty("result").GetProperty("text").GetString().ShouldBe("I heard: hello");
        task.GetProperty("attempts").GetInt32().ShouldBe(1);
        turns.Asked.Single().Run.ShouldBe(task.GetProperty("id").GetString());
        (await server.GetAsync("/agents/lisa/tasks")).GetProperty("tasks").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Another_agent_asks_it_and_is_named()
    {
        await server.OpenAsync("c1", "bart");
        using var bart = server.CellClient("c1");

        var who = HubServer.Parse(await bart.GetStringAsync("/creel/agents")).GetProperty("agents");
        who.EnumerateArray().Select(a => a.GetProperty("id").GetString()).ShouldBe(["lisa"]);
        using var asked = await bart.PostAsync("/creel/agents/lisa/task?wait=30", HubServer.Json(Hello));

        var answer = HubServer.Parse(await asked.Content.ReadAsStringAsync()).GetProperty("task");
        answer.GetProperty("state").GetString().ShouldBe("succeeded");
        turns.Asked.Single().Message.ShouldBe("Agent 'bart' asks you, and your answer is your report to it:\n\nhello");
    }

    [Fact]
    public async Task Who_speaks_for_somebody_limited_does_not_get_past_his_limits_there()
    {
        behalf = new TurnBehalf(Owner: false) { Speakers = [new Speaker("telegram", "1", "moe", "Moe")] };
        await server.OpenAsync("c1", "bart");
        using var bart = server.CellClient("c1");

        using var asked = await bart.PostAsync("/creel/agents/lisa/task", HubServer.Json(Hello));

        asked.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await asked.Content.ReadAsStringAsync()).ShouldContain("tools-not-followed");
        turns.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task They_run_one_after_another_in_their_order()
    {
        var (at, most) = (0, 0);
        turns.Answer = async (message, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref at));
            await Task.Yield();
            Interlocked.Decrement(ref at);
            return new ElsewhereAnswer(message, "s", Failed: false);
        };
        var ids = new List<string>();
        for (var n = 0; n < 20; n++)
        {
            ids.Add(await server.SubmitAsync("lisa", $$"""{"type":"turn","message":"{{n}}"}"""));
        }

        foreach (var id in ids)
        {
            (await server.GetAsync($"/tasks/{id}?wait=30")).GetProperty("state").GetString().ShouldBe("succeeded");
        }

        most.ShouldBe(1);
        turns.Asked.Select(a => a.Run).ShouldBe(ids);
    }

    [Fact]
    public async Task While_its_gateway_is_away_it_waits_and_then_runs()
    {
        turns.Away = Fault.Unavailable("gateway-gone", "the gateway is gone");
        var id = await server.SubmitAsync("lisa", Hello);
        (await server.GetAsync($"/tasks/{id}")).GetProperty("state").GetString().ShouldBe("queued");

        turns.Away = null;
        await Eventually.Until(async () =>
        {
            await server.Hub.Sweeper.TickAsync();
            return await server.StateAsync(id) == "succeeded";
        });
        turns.Asked.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("gateway-silent", FaultKind.Unavailable, "timed-out")]
    [InlineData("gateway-gone", FaultKind.Unavailable, "interrupted")]
    [InlineData("gateway-refused", FaultKind.Invalid, "failed")]
    [InlineData("gateway-unavailable", FaultKind.Unavailable, "failed")]
    [InlineData("gateway-garbage", FaultKind.Unavailable, "interrupted")]
    public async Task What_becomes_of_it_is_told(string code, FaultKind kind, string state)
    {
        turns.Answer = (_, _) => throw new CreelException(new Fault(kind, code, "so it was"));

        var task = (await server.PostAsync("/agents/lisa/task?wait=30", Hello)).GetProperty("task");

        task.GetProperty("state").GetString().ShouldBe(state);
        task.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_gateways_own_words()
    {
        turns.Answer = (_, _) =>
            throw new CreelException(new GatewayRefusal("agent", "UNAVAILABLE", "no model has a key").ToFault());

        var task = (await server.PostAsync("/agents/lisa/task?wait=30", Hello)).GetProperty("task");

        task.GetProperty("state").GetString().ShouldBe("failed");
        task.GetProperty("reason").GetString().ShouldBe("agent: no model has a key");
    }

    [Theory]
    [InlineData(false, "failed")]
    [InlineData(true, "interrupted")]
    public async Task Whatever_is_thrown_under_it_it_ends_and_the_next_one_runs(bool cancelled, string state)
    {
        turns.Answer = (_, _) =>
            throw (cancelled ? (Exception)new OperationCanceledException() : new InvalidOperationException("odd"));

        var task = (await server.PostAsync("/agents/lisa/task?wait=30", Hello)).GetProperty("task");

        task.GetProperty("state").GetString().ShouldBe(state);
        task.GetProperty("reason").GetString().ShouldNotBeNull().ShouldNotContain("odd");
        turns.Answer = (m, _) => Task.FromResult(new ElsewhereAnswer(m, "s", Failed: false));
        (await server.PostAsync("/agents/lisa/task?wait=30", Hello))
            .GetProperty("task")
            .GetProperty("state")
            .GetString()
            .ShouldBe("succeeded");
    }

    [Fact]
    public async Task One_that_says_so_runs_again_when_its_line_broke()
    {
        var tries = 0;
        turns.Answer = (m, _) =>
            ++tries == 1
                ? throw new CreelException(Fault.Unavailable("gateway-gone", "gone"))
                : Task.FromResult(new ElsewhereAnswer(m, "s", Failed: false));

        var task = await server.PostAsync("/agents/lisa/task?wait=30", """{"type":"turn","message":"x","retry":true}""");

        task.GetProperty("task").GetProperty("state").GetString().ShouldBe("succeeded");
        tries.ShouldBe(2);
    }

    [Fact]
    public async Task Cancelled_it_is_asked_to_end_there()
    {
        var stopped = new TaskCompletionSource();
        turns.Answer = async (_, cancel) =>
        {
            using var told = cancel.Register(stopped.SetResult);
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException();
        };
        var id = await server.SubmitAsync("lisa", Hello);
        await Eventually.Until(async () => await server.StateAsync(id) == "running");

        await server.PostAsync($"/tasks/{id}/cancel", "{}");

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(30));
        (await server.StateAsync(id)).ShouldBe("cancelled");
        turns.Answer = (m, _) => Task.FromResult(new ElsewhereAnswer(m, "s", Failed: false));
        (await server.PostAsync("/agents/lisa/task?wait=30", Hello))
            .GetProperty("task")
            .GetProperty("state")
            .GetString()
            .ShouldBe("succeeded");
    }

    [Fact]
    public async Task One_that_was_under_way_when_serve_ended_is_interrupted_and_those_that_waited_run()
    {
        turns.Answer = async (_, cancel) =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            throw new InvalidOperationException();
        };
        var first = await server.SubmitAsync("lisa", Hello);
        var second = await server.SubmitAsync("lisa", Hello);
        await Eventually.Until(async () => await server.StateAsync(first) == "running");
        await server.DisposeAsync();

        turns.Answer = (m, _) => Task.FromResult(new ElsewhereAnswer(m, "s", Failed: false));
        await StartAsync();
        await server.Hub.Sweeper.TickAsync();

        (await server.GetAsync($"/tasks/{second}?wait=30")).GetProperty("state").GetString().ShouldBe("succeeded");
        (await server.StateAsync(first)).ShouldBe("interrupted");
        turns.Asked.Select(a => a.Run).ShouldBe([first, second]);
    }

    [Theory]
    [InlineData("""{"type":"exec","command":"true"}""", HttpStatusCode.Forbidden, "agent-elsewhere")]
    [InlineData("""{"type":"turn","message":" "}""", HttpStatusCode.BadRequest, "empty-message")]
    [InlineData("""{"type":"turn"}""", HttpStatusCode.BadRequest, "empty-message")]
    [InlineData("""{"type":"turn","message":1}""", HttpStatusCode.BadRequest, "json-field")]
    [InlineData("""{"type":"turn","message":"x","sessionKey":"agent:main:main"}""", HttpStatusCode.BadRequest, "task-field")]
    [InlineData("""{"type":"turn","message":"\ud800"}""", HttpStatusCode.BadRequest, "json")]
    public async Task What_can_not_be_done_there_is_refused_with_why(string body, HttpStatusCode status, string code)
    {
        using var answer = await server.Client.PostAsync("/agents/lisa/task", HubServer.Json(body));

        answer.StatusCode.ShouldBe(status);
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString().ShouldBe(code);
        turns.Asked.ShouldBeEmpty();
    }

    private async Task StartAsync() =>
        server = await HubServer.StartAsync(
            new HubConfig
            {
                Elsewhere = elsewhere,
                ElsewhereTurns = turns,
                Bridge = () => new BridgeModel(true, ["*"]),
                Behalf = (_, _) => behalf,
            },
            kept
        );
}
