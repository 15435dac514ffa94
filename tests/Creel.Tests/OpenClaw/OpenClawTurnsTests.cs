using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;

namespace Creel.Tests.OpenClaw;

/// <summary>Turns at a gateway elsewhere, from what is said to what is taken of the answer.</summary>
public sealed class OpenClawTurnsTests
{
    private readonly ConcurrentQueue<FakeCall> calls = [];
    private Func<FakeCall, FakeReply?> answer = _ => FakeReply.Ok();

    [Fact]
    public async Task A_turn_is_asked_for_once_and_its_texts_are_one_answer()
    {
        answer = _ => Said("Hello", "", "there");
        await using var gateway = Start();
        await using var client = gateway.Client();

        var said = await new OpenClawTurns(client).RunAsync("agent:lisa:main", "r1", "hi", TimeSpan.FromSeconds(1.2));

        said.ShouldBe(new TurnAnswer("Hello\n\nthere", Failed: false));
        var call = calls.ShouldHaveSingleItem();
        call.Method.ShouldBe("agent");
        call.Params.ToJsonString()
            .ShouldBe("""{"message":"hi","sessionKey":"agent:lisa:main","idempotencyKey":"r1","deliver":false,"timeout":2}""");
    }

    [Fact]
    public async Task A_turn_that_nobody_waits_for_any_more_is_ended_there()
    {
        answer = call => call.Method == "agent" ? null : FakeReply.Ok();
        await using var gateway = Start();
        await using var client = gateway.Client();
        using var stop = new CancellationTokenSource();

        var turn = new OpenClawTurns(client).RunAsync("s", "r1", "hi", TimeSpan.FromMinutes(1), stop.Token);
        await Eventually.Until(() => calls.Any(c => c.Method == "agent"));
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => turn);
        await Eventually.Until(() => calls.Any(c => c.Method == "chat.abort"));
        calls.Last().Params.ToJsonString().ShouldBe("""{"sessionKey":"s","runId":"r1"}""");
    }

    [Fact]
    public async Task A_message_is_delivered_and_not_waited_for()
    {
        await using var gateway = Start();
        await using var client = gateway.Client();

        await new OpenClawTurns(client).SendAsync("s", "r1", "hi", CallManner.Once);

        var call = calls.ShouldHaveSingleItem();
        call.Method.ShouldBe("chat.send");
        call.Params.ToJsonString().ShouldBe("""{"sessionKey":"s","message":"hi","deliver":true,"idempotencyKey":"r1"}""");
    }

    [Theory]
    [InlineData("""{"status":"ok"}""", null)]
    [InlineData("""{"status":"timeout","error":"it goes on"}""", null)]
    [InlineData("""{"status":"error"}""", "no reason given")]
    [InlineData($$"""{"status":"error","error":"no model takes {{FakeGateway.Token}}"}""", "no model takes (hidden)")]
    public async Task Why_a_turn_failed_is_said_without_what_opens_the_gateway(string said, string? why)
    {
        answer = _ => FakeReply.Ok(said);
        await using var gateway = Start();
        await using var client = gateway.Client();

        (await new OpenClawTurns(client).FailureAsync("r1")).ShouldBe(why);
        calls.Single().Params.ToJsonString().ShouldBe("""{"runId":"r1","timeoutMs":1000}""");
    }

    [Fact]
    public void A_turn_that_failed_is_told_in_the_words_of_its_gateway() =>
        Should
            .Throw<CreelException>(() => TurnAnswer.Read(JsonElement.Parse("""{"status":"error","summary":"no\nmodel"}"""), []))
            .Fault.ShouldBe(Fault.Invalid("gateway-turn", "its gateway says: no model"));

    [Fact]
    public async Task What_it_repeats_of_what_opens_it_is_not_told()
    {
        answer = _ => FakeReply.Ok($$"""{"status":"error","summary":"no model takes {{FakeGateway.Token}}"}""");
        await using var gateway = Start();
        await using var client = gateway.Client();

        var fault = await GatewayClientTests.FaultOf(() =>
            new OpenClawTurns(client).RunAsync("s", "r1", "hello", TimeSpan.FromSeconds(30))
        );

        fault.ShouldBe(Fault.Invalid("gateway-turn", "its gateway says: no model takes (hidden)"));
    }

    [Theory]
    [InlineData("""{"result":{"payloads":[{"text":"a","isError":true},{"isError":true}]}}""", "a", true)]
    [InlineData("""{"result":{"payloads":[{"text":"a","isError":true},{"text":"b"}]}}""", "a\n\nb", false)]
    [InlineData("""{"result":{"payloads":{"text":"a"}}}""", "", false)]
    [InlineData("5", "", false)]
    public void An_answer_that_is_about_errors_alone_has_failed(string said, string text, bool failed) =>
        TurnAnswer.Read(JsonElement.Parse(said), []).ShouldBe(new TurnAnswer(text, failed));

    [Fact]
    public void An_answer_of_as_much_text_as_is_taken_is_whole()
    {
        var text = new string('x', GatewayBounds.TurnText);

        Read(text).ShouldBe(text);
    }

    [Fact]
    public void Of_an_answer_with_more_text_than_is_taken_the_beginning_is_kept_and_it_says_so()
    {
        var half = new string('x', GatewayBounds.TurnText / 2);

        var text = Read(half, half, "the rest");

        text.Length.ShouldBe(GatewayBounds.TurnText + TurnAnswer.Cut.Length);
        text.ShouldStartWith($"{half}\n\nx");
        text.ShouldEndWith("x\n\n[It said more than 1 Mi signs: Creel cut its answer here.]");
    }

    [Fact]
    public void It_is_not_cut_in_the_middle_of_a_sign()
    {
        var text = Read($"x{string.Concat(Enumerable.Repeat("\U0001F600", GatewayBounds.TurnText / 2))}");

        text[..^TurnAnswer.Cut.Length].ShouldEndWith("\U0001F600");
    }

    private static string Read(params string[] texts) =>
        TurnAnswer.Read(JsonSerializer.SerializeToElement(Said(texts).Payload), []).Text;

    private static FakeReply Said(params string[] texts) =>
        new(
            new JsonObject
            {
                ["status"] = "ok",
                ["result"] = new JsonObject
                {
                    ["payloads"] = new JsonArray([.. texts.Select(t => (JsonNode)new JsonObject { ["text"] = t })]),
                },
            }
        );

    private FakeGateway Start() =>
        FakeGateway.Answering(call =>
        {
            calls.Enqueue(call);
            return answer(call);
        });
}
