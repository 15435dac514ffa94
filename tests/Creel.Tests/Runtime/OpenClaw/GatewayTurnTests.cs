using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Link;
using Creel.Core.Work;
using Creel.Runtime;
using Creel.Runtime.Brains.OpenClaw;
using Creel.Runtime.Work;

namespace Creel.Tests.Runtime.OpenClaw;

public class GatewayTurnTests
{
    private const string Run = "creel-t1";

    [Fact]
    public async Task The_token_is_shown_once_however_often_it_is_asked_for()
    {
        using var script = await GatewayScript.StartAsync();
        using var client = new GatewayClient(script.Client);
        var greeting = client.GreetAsync("secret", CancellationToken.None);
        const string Challenge = """{"type":"event","event":"connect.challenge","payload":{"nonce":"n"}}""";

        await script.SayAsync(Challenge);
        await script.SayAsync(Challenge);
        (await script.HearAsync()).GetProperty("method").GetString().ShouldBe("connect");
        await script.SayAsync("""{"type":"res","id":"connect","ok":true,"payload":{}}""");
        await greeting;

        await client.SendAsync("""{"type":"req","id":"1","method":"next"}"""u8.ToArray(), CancellationToken.None);
        (await script.HearAsync()).GetProperty("method").GetString().ShouldBe("next");
    }

    [Fact]
    public async Task The_token_is_shown_after_the_challenge_and_a_refusal_is_told()
    {
        using var script = await GatewayScript.StartAsync();
        using var client = new GatewayClient(script.Client);
        var greeting = client.GreetAsync("secret", CancellationToken.None);

        await script.SayAsync("""{"type":"event","event":"connect.challenge","payload":{"nonce":"n"}}""");
        var connect = await script.HearAsync();
        connect.GetProperty("params").GetProperty("auth").GetProperty("token").GetString().ShouldBe("secret");
        await script.SayAsync("""{"type":"res","id":"connect","ok":false,"error":{"message":"token mismatch"}}""");

        var fault = (await Should.ThrowAsync<CreelException>(greeting)).Fault;
        fault.Kind.ShouldBe(FaultKind.Refused);
        fault.Message.ShouldContain("token mismatch");
        fault.ToString().ShouldNotContain("secret");
    }

    [Fact]
    public async Task The_answer_comes_back_and_what_the_model_says_is_the_live_output()
    {
        using var script = await GatewayScript.StartAsync();
        using var run = TurnOf();
        var answering = AnswerAsync(script, run);

        var asked = (await script.HearAsync()).GetProperty("params");
        asked.GetProperty("message").GetString().ShouldBe("hello");
        asked.GetProperty("sessionKey").GetString().ShouldBe("agent:ada:main");
        asked.GetProperty("idempotencyKey").GetString().ShouldBe(Run);
        await script.SayAsync(GatewayScript.Accepted("turn"));
        await script.SayAsync("not JSON at all");
        await script.SayAsync(GatewayScript.Delta("another", "1", "not ours"));
        await script.SayAsync(GatewayScript.Delta(Run, "1", "Pong"));
        await script.SayAsync(GatewayScript.Delta(Run, "1", " one"));
        await script.SayAsync(GatewayScript.Delta(Run, "2", "two"));
        await script.SayAsync(GatewayScript.Final("turn", "Pong one"));

        var outcome = await answering;
        outcome.State.ShouldBe(TaskState.Succeeded);
        var result = JsonDocument.Parse(outcome.Result!).RootElement;
        result.GetProperty("text").GetString().ShouldBe("Pong one");
        result.GetProperty("raw").GetProperty("model").GetString().ShouldBe("m");
        run.Output.End();
        Encoding.UTF8.GetString(run.Output.Trimmed()).ShouldBe("Pong one\n\ntwo");
    }

    [Fact]
    public async Task A_timeout_aborts_the_run_and_waits_for_its_end()
    {
        using var script = await GatewayScript.StartAsync();
        using var run = TurnOf();
        var answering = AnswerAsync(script, run);
        await script.HearAsync();
        await script.SayAsync(GatewayScript.Accepted("turn"));

        run.Stop.Ask(StopReason.Timeout);
        var abort = await script.HearAsync();
        abort.GetProperty("method").GetString().ShouldBe("chat.abort");
        abort.GetProperty("params").GetProperty("runId").GetString().ShouldBe(Run);
        await script.SayAsync("""{"type":"res","id":"turn","ok":true,"payload":{"status":"timeout","summary":"aborted"}}""");

        (await answering).State.ShouldBe(TaskState.TimedOut);
    }

    [Theory]
    [InlineData("""{"type":"res","id":"turn","ok":false,"error":{"message":"unknown agent id"}}""", "unknown agent id")]
    [InlineData("""{"type":"res","id":"turn","ok":true,"payload":{"status":"error","summary":"no model"}}""", "no model")]
    [InlineData(
        """{"type":"res","id":"turn","ok":true,"payload":{"status":"ok","result":{"payloads":[{"text":"bad key","isError":true}]}}}""",
        "its text says why"
    )]
    public async Task What_the_gateway_can_not_answer_fails_with_its_reason(string answer, string reason)
    {
        using var script = await GatewayScript.StartAsync();
        using var run = TurnOf();
        var answering = AnswerAsync(script, run);
        await script.HearAsync();
        await script.SayAsync(answer);

        var outcome = await answering;
        outcome.State.ShouldBe(TaskState.Failed);
        outcome.Error!.ShouldContain(reason);
    }

    [Fact]
    public async Task A_gateway_that_dies_in_the_middle_is_a_fault()
    {
        using var script = await GatewayScript.StartAsync();
        using var run = TurnOf();
        var answering = AnswerAsync(script, run);
        await script.HearAsync();
        script.Server.Abort();

        (await Should.ThrowAsync<CreelException>(answering)).Fault.Code.ShouldBe("gateway-gone");
    }

    [Theory]
    [InlineData(null, "agent:ada:main")]
    [InlineData(" ", "agent:ada:main")]
    [InlineData("ticket-7", "agent:ada:ticket-7")]
    [InlineData("agent:ada:telegram:direct:7", "agent:ada:telegram:direct:7")]
    public void A_session_is_the_agents(string? said, string session) => GatewayTurn.Session("ada", said).ShouldBe(session);

    private static Task<TaskOutcome> AnswerAsync(GatewayScript script, TaskRun run) =>
        new GatewayTurn(new GatewayClient(script.Client), run, "agent:ada:main").AnswerAsync("hello");

    private static TaskRun TurnOf()
    {
        var settings = new RuntimeSettings { Cell = "c", State = "/nowhere" };
        var agent = TestHub.Agent("ada", "/", new WelcomeBrain("openclaw", [], "stdin", "text"));
        var order = new TaskOrder("t1", "ada", "turn", JsonDocument.Parse("{}").RootElement);
        return new TaskRun(order, agent, new TaskSurroundings(settings, _ => null, TimeProvider.System, false));
    }
}
