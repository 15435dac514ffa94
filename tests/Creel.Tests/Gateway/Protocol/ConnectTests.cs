using System.Text.Json.Nodes;
using Creel.Tests.Gateway.Protocol.World;

namespace Creel.Tests.Gateway.Protocol;

public class ConnectTests
{
    [Fact]
    public async Task A_program_with_the_token_gets_in_and_sees_the_agents()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.OpenAsync(world);

        var hello = (await peer.ConnectAsync(GatewayPeer.Connect())).GetProperty("payload");

        hello.GetProperty("type").GetString().ShouldBe("hello-ok");
        hello.GetProperty("protocol").GetInt32().ShouldBe(4);
        hello.GetProperty("policy").GetProperty("maxPayload").GetInt32().ShouldBe(25 * 1024 * 1024);
        var list = await peer.DoAsync("agents.list");
        list.GetProperty("agents").EnumerateArray().Select(a => a.GetProperty("id").GetString()).ShouldBe(["main", "smith"]);
        (await peer.DoAsync("health")).GetProperty("ok").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_connection_is_challenged_once()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.OpenAsync(world);
        await peer.ConnectAsync(GatewayPeer.Connect());
        await peer.DoAsync("health");
        await peer.DoAsync("agents.list");

        lock (peer.Events)
        {
            peer.Events.Count(e => e.GetProperty("event").GetString() == "connect.challenge").ShouldBe(1);
        }
    }

    [Fact]
    public async Task The_highest_protocol_that_both_speak_is_spoken()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var old = await GatewayPeer.OpenAsync(world);
        var hello = await old.ConnectAsync(GatewayPeer.Connect(least: 3, most: 3));
        hello.GetProperty("payload").GetProperty("protocol").GetInt32().ShouldBe(3);

        await using var strange = await GatewayPeer.OpenAsync(world);
        var refused = await strange.ConnectAsync(GatewayPeer.Connect(least: 5, most: 9));
        refused.GetProperty("error").GetProperty("message").GetString().ShouldBe("protocol mismatch");
        (await strange.EndAsync()).Code.ShouldBe(1002);
    }

    [Fact]
    public async Task A_wrong_token_and_none_are_told_apart_and_closed()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var wrong = await GatewayPeer.OpenAsync(world);
        var error = (await wrong.ConnectAsync(GatewayPeer.Connect(auth: new JsonObject { ["token"] = "no" }))).GetProperty(
            "error"
        );
        error.GetProperty("message").GetString()!.ShouldStartWith("unauthorized: gateway token mismatch");
        error.GetProperty("details").GetProperty("code").GetString().ShouldBe("AUTH_TOKEN_MISMATCH");
        (await wrong.EndAsync()).Code.ShouldBe(1008);

        await using var none = await GatewayPeer.OpenAsync(world);
        error = (await none.ConnectAsync(GatewayPeer.Connect(auth: new JsonObject()))).GetProperty("error");
        error.GetProperty("code").GetString().ShouldBe("NOT_PAIRED");
        error.GetProperty("details").GetProperty("code").GetString().ShouldBe("DEVICE_IDENTITY_REQUIRED");
        (await none.EndAsync()).Code.ShouldBe(1008);
        (await world.AuditAsync()).ShouldContain("unknown gateway.refuse gateway refused");
    }

    [Theory]
    [InlineData("gateway-client", "backend", true)]
    [InlineData("cli", "cli", true)]
    [InlineData("cli", "backend", false)]
    [InlineData("gateway-client", "ui", false)]
    [InlineData("test", "test", false)]
    [InlineData("openclaw-macos", "ui", false)]
    public async Task A_token_without_a_device_keeps_its_scopes_only_for_programs_beside_the_gateway(
        string id,
        string mode,
        bool keeps
    )
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.OpenAsync(world);
        (await peer.ConnectAsync(GatewayPeer.Connect(id, mode))).GetProperty("ok").GetBoolean().ShouldBeTrue();

        var list = await peer.CallAsync("agents.list");

        list.GetProperty("ok").GetBoolean().ShouldBe(keeps);
        if (!keeps)
        {
            list.GetProperty("error").GetProperty("message").GetString().ShouldBe("missing scope: operator.read");
        }
    }

    [Fact]
    public async Task A_client_of_the_older_protocol_keeps_them_on_this_machine_as_its_own_gateway_did()
    {
        await using var world = await GatewayWorld.StartAsync(c => c with { Origins = () => ["https://board.example"] });
        await using var peer = await GatewayPeer.OpenAsync(world);
        await peer.ConnectAsync(GatewayPeer.Connect("test", "test", most: 3));
        (await peer.DoAsync("agents.list")).GetProperty("defaultId").GetString().ShouldBe("main");

        await using var page = await GatewayPeer.OpenAsync(world, "https://board.example");
        await page.ConnectAsync(GatewayPeer.Connect("test", "test", most: 3));
        (await page.RefusedAsync("agents.list")).ShouldBe("missing scope: operator.read");
    }

    [Fact]
    public async Task The_first_frame_is_connect_or_the_last()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var hasty = await GatewayPeer.OpenAsync(world);
        (await hasty.RefusedAsync("health")).ShouldBe("invalid handshake: first request must be connect");
        (await hasty.EndAsync()).Code.ShouldBe(1008);

        await using var babbling = await GatewayPeer.OpenAsync(world);
        await babbling.SendAsync("hello?"u8.ToArray());
        (await babbling.EndAsync()).ShouldBe((1008, "invalid request frame"));

        await using var odd = await GatewayPeer.OpenAsync(world);
        var parameters = GatewayPeer.Connect();
        parameters["__proto__"] = new JsonObject();
        parameters["client"]!["id"] = "nobody";
        (await odd.RefusedAsync("connect", parameters)).ShouldBe(
            "invalid connect params: at /client/id: must be equal to one of the allowed values; at root: unexpected property '__proto__'"
        );
    }

    [Theory]
    [InlineData("http://evil.example", false)]
    [InlineData("null", false)]
    [InlineData("https://board.example", true)]
    public async Task A_page_gets_in_only_from_an_origin_that_was_named(string origin, bool allowed)
    {
        await using var world = await GatewayWorld.StartAsync(c => c with { Origins = () => ["https://board.example"] });
        await using var peer = await GatewayPeer.OpenAsync(world, origin);

        var answer = await peer.ConnectAsync(GatewayPeer.Connect());

        answer.GetProperty("ok").GetBoolean().ShouldBe(allowed);
        if (!allowed)
        {
            answer
                .GetProperty("error")
                .GetProperty("details")
                .GetProperty("code")
                .GetString()
                .ShouldBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
        }
    }

    [Fact]
    public async Task Who_says_nothing_is_closed()
    {
        await using var world = await GatewayWorld.StartAsync(c => c with { Handshake = TimeSpan.FromMilliseconds(50) });
        await using var peer = await GatewayPeer.OpenAsync(world);

        (await peer.EndAsync()).ShouldBe((1008, "handshake timeout"));
    }

    [Fact]
    public async Task At_the_end_all_are_told_and_closed()
    {
        await using var world = await GatewayWorld.StartAsync();
        await using var peer = await GatewayPeer.InAsync(world);

        var stopping = world.Host.StopAsync("gateway restarting");

        var told = await peer.EventAsync("shutdown");
        told.GetProperty("reason").GetString().ShouldBe("gateway restarting");
        told.GetProperty("restartExpectedMs").GetInt32().ShouldBe(1500);
        (await peer.EndAsync()).ShouldBe((1012, "service restart"));
        await stopping;
    }
}
