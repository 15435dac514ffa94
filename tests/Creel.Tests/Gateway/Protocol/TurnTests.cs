using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Adapters.OpenClaw;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Sessions;
using Creel.Tests.Gateway.Protocol.World;

namespace Creel.Tests.Gateway.Protocol;

public class TurnTests
{
    [Fact]
    public async Task A_turn_is_answered_twice_and_told_to_all_that_may_read()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var other = await GatewayPeer.InAsync(world, scopes: ["operator.read"]);
        await using var blind = await GatewayPeer.InAsync(world, scopes: []);
        await using var peer = await GatewayPeer.InAsync(world, scopes: ["operator.write"]);

        var accepted = await peer.CallAsync("agent", Agent("k1", "smith"));
        world.Turns.Say("k1", "hel");
        world.Turns.End("k1", TurnState.Ok, "hello");

        accepted.GetProperty("payload").GetProperty("status").GetString().ShouldBe("accepted");
        var last = (await peer.AnswerAsync(accepted.GetProperty("id").GetString()!)).GetProperty("payload");
        last.GetProperty("status").GetString().ShouldBe("ok");
        last.GetProperty("result").GetProperty("payloads")[0].GetProperty("text").GetString().ShouldBe("hello");
        last.GetProperty("result")
            .GetProperty("meta")
            .GetProperty("agentMeta")
            .GetProperty("provider")
            .GetString()
            .ShouldBe("anthropic");
        (await other.EventAsync("agent")).GetProperty("data").GetProperty("delta").GetString().ShouldBe("hel");
        (await other.EventAsync("chat")).GetProperty("state").GetString().ShouldBe("delta");
        (await other.EventAsync("chat")).GetProperty("state").GetString().ShouldBe("final");
        (await blind.RefusedAsync("agents.list")).ShouldStartWith("missing scope");
        blind.Events.ShouldNotContain(e => e.GetProperty("event").GetString() == "agent");
        world
            .Turns.Seen.Single()
            .ShouldSatisfyAllConditions(
                t => t.SessionKey.ShouldBe("agent:smith:main"),
                t => t.Origin!.Owner.ShouldBeFalse(),
                t => t.From.ShouldStartWith("gateway:gateway-client")
            );
    }

    [Fact]
    public async Task A_client_has_one_long_answer_at_a_time_and_others_meanwhile()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world, scopes: ["operator.read"]);
        var hold = new TaskCompletionSource();
        world.Sessions.Hold = hold.Task;
        for (var i = 0; i < 20; i++)
        {
            await peer.SendAsync(
                new JsonObject
                {
                    ["type"] = "req",
                    ["id"] = $"h{i}",
                    ["method"] = "chat.history",
                    ["params"] = new JsonObject { ["sessionKey"] = "agent:smith:main" },
                }
            );
        }

        // Other calls go past them.
        (await peer.DoAsync("agents.list"))
            .GetProperty("agents")
            .GetArrayLength()
            .ShouldBePositive();
        hold.SetResult();

        // In whichever order.
        var answers = await peer.AnswersAsync([.. Enumerable.Range(0, 20).Select(i => $"h{i}")]);
        answers.ShouldAllBe(answer => answer.GetProperty("ok").GetBoolean());
        world.Sessions.MostReading.ShouldBe(1);
    }

    [Fact]
    public async Task Comments_of_the_configuration_are_for_administrators()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var reader = await GatewayPeer.InAsync(world, scopes: ["operator.read"]);
        await using var admin = await GatewayPeer.InAsync(world, scopes: ["operator.admin"]);

        var all = (await admin.DoAsync("config.get")).GetProperty("raw").GetString();
        (await reader.DoAsync("config.get")).GetProperty("raw").GetString().ShouldBe(all + " ");
    }

    [Fact]
    public async Task Events_of_a_client_are_numbered_without_a_gap()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);
        await peer.CallAsync("agent", Agent("k1", "smith"));
        for (var i = 0; i < 50; i++)
        {
            world.Turns.Say("k1", $"{i}");
        }

        world.Turns.End("k1", TurnState.Ok, "done");
        await peer.EventAsync("agent");
        await Eventually.Until(() =>
            peer.Events.Any(e => e.GetProperty("payload").TryGetProperty("state", out var s) && s.ValueEquals("final"))
        );

        var numbers = peer
            .Events.Where(e => e.TryGetProperty("seq", out _))
            .Select(e => e.GetProperty("seq").GetInt32())
            .ToList();
        numbers.ShouldBe(Enumerable.Range(1, numbers.Count));
        numbers.Count.ShouldBeGreaterThan(50);
    }

    [Fact]
    public async Task The_same_key_is_the_same_turn()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);
        var chat = new JsonObject
        {
            ["sessionKey"] = "main",
            ["message"] = "hi",
            ["idempotencyKey"] = "k1",
        };

        (await peer.DoAsync("chat.send", chat)).GetProperty("status").GetString().ShouldBe("started");
        (await peer.DoAsync("chat.send", chat)).GetProperty("status").GetString().ShouldBe("in_flight");
        world.Turns.End("k1", TurnState.Ok, "hello");
        (await peer.DoAsync("chat.send", chat)).GetProperty("status").GetString().ShouldBe("ok");

        world.Turns.Seen.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("in-0123456789abcdef0123456789abcdef")]
    [InlineData("Heartbeat:smith:1")]
    public async Task A_client_can_not_take_the_name_of_a_turn_that_is_to_come(string key)
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);
        (await peer.CallAsync("agent", Agent(key, "smith"))).ToString().ShouldContain("this gateway's own turns begin so");
        world.Turns.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_turn_can_be_awaited_and_aborted()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);
        await peer.CallAsync("agent", Agent("k1", "smith"));
        (await peer.DoAsync("agent.wait", JsonNode.Parse("""{"runId":"k1","timeoutMs":1}""")))
            .GetProperty("status")
            .GetString()
            .ShouldBe("timeout");
        (await peer.RefusedAsync("chat.abort", JsonNode.Parse("""{"sessionKey":"agent:main:main","runId":"k1"}"""))).ShouldBe(
            "runId does not match sessionKey"
        );

        var aborted = await peer.DoAsync("chat.abort", JsonNode.Parse("""{"sessionKey":"agent:smith:main"}"""));

        aborted.GetProperty("runIds")[0].GetString().ShouldBe("k1");
        var waited = await peer.DoAsync("agent.wait", JsonNode.Parse("""{"runId":"k1"}"""));
        waited.GetProperty("status").GetString().ShouldBe("error");
        peer.Events.Any(e => e.GetProperty("payload").TryGetProperty("state", out var state) && state.ValueEquals("aborted"))
            .ShouldBeTrue();
    }

    [Fact]
    public async Task What_names_nobody_starts_nothing()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);

        (await peer.RefusedAsync("agent", Agent("k1", "nobody"))).ShouldBe("invalid agent params: unknown agent id \"nobody\"");
        var both = Agent("k2", "main");
        both["sessionKey"] = "agent:smith:main";
        (await peer.RefusedAsync("agent", both)).ShouldBe(
            "invalid agent params: agent \"main\" does not match session key agent \"smith\""
        );
        var delivered = Agent("k3", "main");
        delivered["deliver"] = true;
        (await peer.RefusedAsync("agent", delivered)).ShouldContain("deliver");

        world.Turns.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_agent_that_was_created_is_there_and_none_is_lost()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var one = await GatewayPeer.InAsync(world);
        await using var two = await GatewayPeer.InAsync(world, protocol: 3);
        var names = Enumerable.Range(0, 50).Select(i => $"lead {i}").ToList();

        await Task.WhenAll(names.Select((name, i) => CreateAsync(i % 2 == 0 ? one : two, name, $"/srv/{i}")));

        var list = await one.DoAsync("agents.list");
        list.GetProperty("agents").GetArrayLength().ShouldBe(52);

        async Task CreateAsync(GatewayPeer peer, string name, string workspace)
        {
            // One after the other on one connection, so that each answer finds its call.
            var gate = peer == one ? First : Second;
            await gate.WaitAsync();
            try
            {
                var made = await peer.DoAsync("agents.create", new JsonObject { ["name"] = name, ["workspace"] = workspace });
                var id = made.GetProperty("agentId").GetString();
                await peer.DoAsync("agents.update", new JsonObject { ["agentId"] = id, ["name"] = $"{name}!" });
            }
            finally
            {
                gate.Release();
            }
        }
    }

    [Fact]
    public async Task Our_own_client_speaks_it_too()
    {
        await using var world = await GatewayWorld.StartAsync();
        world.Turns.Answer = turn => $"you said {turn.Message}";
        await using var line = Client(world, GatewayWorld.Token);

        (await line.HelloAsync()).Protocol.ShouldBe(4);
        var answer = await line.CallAsync("agent", Agent("k1", "smith"));
        answer.GetProperty("result").GetProperty("payloads")[0].GetProperty("text").GetString().ShouldBe("you said hello");
        var refused = await Should.ThrowAsync<Core.CreelException>(() => line.CallAsync("no.such"));
        refused.Fault.Code.ShouldBe("gateway-refused");
        await using var stranger = Client(world, "wrong");
        var wrong = await Should.ThrowAsync<Core.CreelException>(() => stranger.HelloAsync());
        wrong.Fault.Code.ShouldBe("gateway-token");
    }

    private static GatewayClient Client(GatewayWorld world, string token) =>
        new(new GatewayAccess(world.Url) { Token = token }, new LineTerms("1"), TimeProvider.System);

    private static readonly SemaphoreSlim First = new(1, 1);
    private static readonly SemaphoreSlim Second = new(1, 1);

    private static JsonObject Agent(string key, string agent) =>
        new()
        {
            ["message"] = "hello",
            ["agentId"] = agent,
            ["idempotencyKey"] = key,
        };
}
