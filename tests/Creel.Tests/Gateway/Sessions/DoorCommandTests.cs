using Creel.Core;
using Creel.Core.Channels;
using Creel.Core.Sessions;
using Creel.Core.Work;
using Creel.Server.Gateway.Sessions;
using Peer = Creel.Core.Routing.Peer;

namespace Creel.Tests.Gateway.Sessions;

/// <summary>Commands in what came by no channel: from the terminal, over HTTP, by a client of the gateway.</summary>
public class DoorCommandTests
{
    private static readonly TurnOrigin Client = new("webchat", "default", null, "laptop", null, Owner: false);

    [Theory]
    [InlineData("/status", "Agent: Bartholomew\nSession: agent:bart:main\nModel: anthropic/a")]
    [InlineData("/whoami", "You are whoever runs me.")]
    [InlineData("/stop", Sentences.Idle)]
    [InlineData(
        "/model",
        "Model: anthropic/a\nAllowed: anthropic/a, openai/*\n/model NAME takes another one for this conversation, /model default mine."
    )]
    public async Task A_command_is_answered_and_no_agent_hears_it(string text, string answer)
    {
        await using var gateway = await StartAsync();

        var end = await (await gateway.SayAsync(text)).Completion;

        (end.State, end.Text).ShouldBe((TurnState.Ok, answer));
        gateway.Agents.Given.ShouldBeEmpty();
    }

    [Fact]
    public async Task They_wait_for_nothing_that_runs_and_stop_ends_it()
    {
        await using var gateway = await StartAsync();
        var running = await gateway.SayAsync("work");
        await gateway.WorkAsync(0);

        (await (await gateway.SayAsync("/help")).Completion).Text!.ShouldContain("/model – ");
        running.Completion.IsCompleted.ShouldBeFalse();
        (await (await gateway.SayAsync("/stop")).Completion).Text.ShouldBe(Sentences.Stopped);

        (await running.Completion).State.ShouldBe(TurnState.Aborted);
    }

    [Fact]
    public async Task A_model_is_for_the_conversation_alone_and_over_a_restart()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "";
        await (await gateway.SayAsync("/model openai/gpt-5", "switch")).Completion;
        await (await gateway.SayAsync("one")).Completion;
        await (await gateway.SayAsync("two", key: "agent:bart:other")).Completion;
        await gateway.RestartAsync();
        await (await gateway.SayAsync("three")).Completion;
        await (await gateway.SayAsync("/model default")).Completion;

        // Asked for once more it is the turn that it was, and nothing is switched.
        var again = await gateway.SayAsync("/model openai/gpt-5", "switch");
        again.Repeated.ShouldBeTrue();
        (await again.Completion).Text.ShouldBe("This conversation goes on with openai/gpt-5.");
        await (await gateway.SayAsync("four")).Completion;

        gateway
            .Agents.Given.Select(w => (w.Message, w.Payload.TryGetProperty("model", out var m) ? m.GetString() : null))
            .ShouldBe([("one", "openai/gpt-5"), ("two", null), ("three", "openai/gpt-5"), ("four", null)]);
    }

    [Fact]
    public async Task A_client_that_may_not_administer_changes_nothing_that_all_share()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "";

        (await SayAsync(gateway, "/new")).ShouldBe(Sentences.NotYours);
        (await SayAsync(gateway, "/new and a word")).ShouldBe(Sentences.NotYours);
        (await SayAsync(gateway, "/model openai/gpt-5")).ShouldBe(Sentences.NotYourModel);
        (await SayAsync(gateway, "/whoami")).ShouldBe("You are laptop on webchat.");
        (await SayAsync(gateway, "/model", owner: true))!.ShouldStartWith("Model: ");
        (await SayAsync(gateway, "/model openai/gpt-5", owner: true)).ShouldBe("This conversation goes on with openai/gpt-5.");
        gateway.Agents.Given.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_an_agent_the_clock_or_a_channel_says_is_for_the_agent()
    {
        await using var gateway = await StartAsync();
        gateway.Agents.Answer = _ => "";
        const string Own = "agent:bart:telegram:direct:9";
        var judged = new TurnOrigin("telegram", "default", Peer.Of("direct", "9"), "9", "Nelson", Owner: true);

        await (await gateway.SayAsync("/stop", with: r => r with { From = "agent:lisa" })).Completion;
        await (await gateway.SayAsync("/status", with: r => r with { From = SessionBook.Heartbeat })).Completion;
        await (await gateway.SayAsync("/help", with: r => r with { Subagent = true })).Completion;
        var before = await (await gateway.SayAsync("/new", key: Own, with: r => r with { Origin = judged })).Completion;
        var after = await (await gateway.SayAsync("/reset", key: Own, with: r => r with { Origin = judged })).Completion;

        gateway.Agents.Given.Select(w => w.Message).ShouldBe(["/stop", "/status", "/help", "/new", "/reset"]);
        after.SessionId.ShouldBe(before.SessionId);
    }

    private static async Task<string?> SayAsync(GatewayFixture gateway, string text, bool owner = false) =>
        (await (await gateway.SayAsync(text, with: r => r with { Origin = Client with { Owner = owner } })).Completion).Text;

    private static Task<GatewayFixture> StartAsync() =>
        GatewayFixture.StartAsync(g =>
            g.Settings = g.Settings with
            {
                Agents =
                [
                    new AgentSettings(GatewayFixture.Bart)
                    {
                        Name = "Bartholomew",
                        Model = "anthropic/a",
                        Models = new ModelOffer("anthropic/a", [], ["openai/*"]),
                    },
                    new AgentSettings(GatewayFixture.Lisa),
                ],
            }
        );
}
