using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Creel.Tests.Gateway.Protocol.World;

namespace Creel.Tests.Gateway.Protocol;

public class BadInputTests
{
    [Fact]
    public async Task A_frame_of_30_MB_closes_the_socket_and_nothing_else()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var neighbour = await GatewayPeer.InAsync(world);
        await using var peer = await GatewayPeer.InAsync(world);

        var large = new JsonObject { ["x"] = new string('x', 30_000_000) };
        await peer.SendAsync(
            new JsonObject
            {
                ["type"] = "req",
                ["id"] = "1",
                ["method"] = "health",
                ["params"] = large,
            }
        );

        (await peer.EndAsync()).ShouldBe((1009, "frame too large"));
        (await neighbour.DoAsync("health")).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_large_first_frame_of_somebody_unknown_is_not_even_read()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.OpenAsync(world);

        await peer.SendAsync(new byte[1_000_000]);

        (await peer.EndAsync()).Code.ShouldBe(1009);
    }

    [Theory]
    [InlineData(
        """{"type":"req","id":"7","method":"health","params":{},"extra":1}""",
        "7",
        "at root: unexpected property 'extra'"
    )]
    [InlineData("""{"type":"req","id":"","method":"health"}""", "invalid", "at /id: must not have fewer than 1 characters")]
    [InlineData("""{"type":"req","id":5,"method":"health"}""", "invalid", "at /id: must be string")]
    [InlineData("""{"type":"req","id":"7"}""", "7", "must have required property 'method'")]
    [InlineData("""{"type":"res","id":"7","method":"health"}""", "7", "at /type: must be equal to one of the allowed values")]
    [InlineData("""{"type":"req","id":"7","method":"health","id":"8"}""", "invalid", "it is no JSON, or has a key twice")]
    [InlineData("""[]""", "invalid", "must be object")]
    [InlineData("""{""", "invalid", "it is no JSON, or has a key twice")]
    public async Task What_is_no_call_is_told_what_it_lacks_and_the_client_goes_on(string frame, string id, string wrong)
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);

        await peer.SendAsync(Encoding.UTF8.GetBytes(frame));

        var answer = await peer.AnswerAsync(id);
        answer.GetProperty("error").GetProperty("message").GetString().ShouldBe($"invalid request frame: {wrong}");
        (await peer.DoAsync("health")).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_text_with_half_a_character_in_it_is_no_call()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);

        await peer.SendAsync("""{"type":"req","id":"\ud800","method":"health"}"""u8.ToArray());

        (await peer.AnswerAsync("invalid")).GetProperty("ok").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Unknown_methods_and_odd_parameters_have_one_clear_answer()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);

        (await peer.RefusedAsync("no.such")).ShouldBe("unknown method: no.such");
        (await peer.RefusedAsync("__proto__")).ShouldBe("unknown method: __proto__");
        (await peer.RefusedAsync("connect", GatewayPeer.Connect())).ShouldBe("connect is only valid as the first request");
        (await peer.RefusedAsync("agents.files.get", new JsonObject { ["agentId"] = "", ["name"] = "SOUL.md" })).ShouldBe(
            "invalid agents.files.get params: at /agentId: must not have fewer than 1 characters"
        );
        (await peer.RefusedAsync("agents.files.get", new JsonObject { ["agentId"] = "  ", ["name"] = "../x.md" })).ShouldBe(
            "unsupported file \"../x.md\""
        );
        (await peer.RefusedAsync("agents.files.get", JsonNode.Parse("[1]"))).ShouldBe(
            "invalid agents.files.get params: must be object"
        );
        (
            await peer.RefusedAsync("sessions.patch", JsonNode.Parse("""{"key":"agent:smith:main","__proto__":{"x":1}}"""))
        ).ShouldBe("invalid sessions.patch params: at root: unexpected property '__proto__'");
        (await peer.RefusedAsync("sessions.patch", JsonNode.Parse("""{"key":"agent:nobody:main","label":"x"}"""))).ShouldContain(
            "no agent"
        );
    }

    [Fact]
    public async Task Who_goes_on_calling_what_he_may_not_is_closed()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world, scopes: []);

        for (var i = 0; i < 50; i++)
        {
            (await peer.RefusedAsync("agents.list")).ShouldBe("missing scope: operator.read");
        }

        (await peer.EndAsync()).ShouldBe((1008, "repeated unauthorized calls"));
    }

    [Fact]
    public async Task A_client_that_never_reads_is_closed_and_takes_no_memory_with_it()
    {
        await using var world = await GatewayWorld.StartAsync(c => c with { Buffered = 200_000 });
        await using var neighbour = await GatewayPeer.InAsync(world);
        using var deaf = new ClientWebSocket();
        deaf.Options.KeepAliveInterval = TimeSpan.Zero;
        await deaf.ConnectAsync(world.Url, CancellationToken.None);
        var connect = new JsonObject
        {
            ["type"] = "req",
            ["id"] = "1",
            ["method"] = "connect",
            ["params"] = GatewayPeer.Connect(),
        };
        await deaf.SendAsync(
            Encoding.UTF8.GetBytes(connect.ToJsonString()),
            WebSocketMessageType.Text,
            true,
            CancellationToken.None
        );
        await Eventually.Until(() => world.Host.Connected == 2);

        var text = new string('x', 20_000);
        await world.Turns.SubmitAsync(
            new Core.Sessions.TurnRequest("r", Core.AgentId.Parse("smith"), "agent:smith:main", "hi") { From = "test" }
        );
        await Eventually.Until(() =>
        {
            world.Turns.Say("r", text);
            return world.Host.Connected == 1;
        });

        (await neighbour.DoAsync("health")).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_thousand_that_say_nothing_keep_nobody_out()
    {
        await using var world = await GatewayWorld.StartAsync();
        var idle = new List<ClientWebSocket>();
        try
        {
            for (var i = 0; i < 1000; i++)
            {
                var socket = new ClientWebSocket();
                await socket.ConnectAsync(world.Url, CancellationToken.None);
                idle.Add(socket);
            }

            await using var peer = await GatewayPeer.InAsync(world);
            (await peer.DoAsync("health")).GetProperty("ok").GetBoolean().ShouldBeTrue();
        }
        finally
        {
            idle.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task A_name_that_leads_here_and_is_not_ours_opens_nothing()
    {
        await using var world = await GatewayWorld.StartAsync();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{world.Host.Port}/healthz");
        request.Headers.Host = "evil.example";

        ((int)(await http.SendAsync(request)).StatusCode).ShouldBe(421);
        (await http.GetStringAsync($"http://127.0.0.1:{world.Host.Port}/healthz")).ShouldContain("live");
    }
}
