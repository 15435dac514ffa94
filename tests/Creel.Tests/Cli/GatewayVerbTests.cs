using System.Text.Json;
using Creel.Commands.Gateway;
using Creel.Core;

namespace Creel.Tests.Cli;

/// <summary>The gateway and its devices on the command line.</summary>
public sealed class GatewayVerbTests : IAsyncLifetime
{
    private const string Open = """
        {"up":true,"url":"ws://127.0.0.1:18789","port":18789,"auth":"token","protocols":[3,4],"pending":1,"paired":0,
         "clients":[{"host":"cli","mode":"cli","ip":"127.0.0.1","scopes":["operator.read"]},{"host":"\u001b[31mred","mode":"ui","scopes":[]}]}
        """;

    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Its_status_names_who_is_connected_and_that_somebody_waits()
    {
        server.On("GET /gateway", Open);

        var run = await CliRun.RunAsync(server, "gateway", "status");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldStartWith("open at ws://127.0.0.1:18789, authentication by token\n");
        run.Output.ShouldContain("operator.read");
        run.Output.ShouldNotContain('\u001b');
        run.Error.ShouldContain("1 device waits to be let in: creel device list");
    }

    [Fact]
    public async Task One_that_is_closed_is_an_answer_with_a_remedy()
    {
        server.On("GET /gateway", """{"up":false}""");

        var run = await CliRun.RunAsync(server, "gateway", "status");

        run.ExitCode.ShouldBe(ExitCodes.Unavailable);
        run.Error.ShouldContain("creel gateway restart");
        (await CliRun.RunAsync(server, "gateway", "status", "--json")).ExitCode.ShouldBe(ExitCodes.Unavailable);
    }

    [Fact]
    public async Task A_call_goes_to_our_own_gateway_with_its_token_unless_another_is_named()
    {
        server.On("GET /gateway", Open);
        server.On("GET /gateway/token", """{"token":"ours","source":"a file"}""");
        var orders = new List<GatewayOrder>();
        var setting = new CliRun.Setting
        {
            Home = server.Home,
            Variables = new() { ["CREEL_GATEWAY_TOKEN"] = "theirs" },
            CallGateway = (order, _) =>
            {
                orders.Add(order);
                return Task.FromResult(JsonElement.Parse("""{"ok":true}"""));
            },
        };

        (await setting.RunAsync("gateway", "call", "health")).Output.Trim().ShouldBe("""{"ok":true}""");
        await setting.RunAsync("gateway", "call", "agents.list", "--url", "wss://other.example:1", "--params", """{"a":1}""");

        orders
            .Select(o => (o.Url.ToString(), o.Token, o.Method, o.Params.GetRawText()))
            .ShouldBe([
                ("ws://127.0.0.1:18789/", "ours", "health", "{}"),
                ("wss://other.example:1/", "theirs", "agents.list", """{"a":1}"""),
            ]);
        orders[0].ToString().ShouldNotContain("ours");
    }

    [Theory]
    [InlineData("gateway", "call", "health", "--params", "[1]")]
    [InlineData("gateway", "call", "health", "--url", "http://x")]
    [InlineData("gateway", "call", "health", "--url", "ws://127.0.0.1:1")]
    public async Task What_makes_no_call_is_a_wrong_usage(params string[] arguments)
    {
        server.On("GET /gateway", Open);
        server.On("GET /gateway/token", """{"token":"ours","source":"a file"}""");

        (await CliRun.RunAsync(server, arguments)).ExitCode.ShouldBe(ExitCodes.Usage);
    }

    [Fact]
    public async Task Devices_are_listed_let_in_and_revoked_by_the_beginning_of_their_id()
    {
        var (one, other) = (new string('a', 64), "ab" + new string('c', 62));
        server.On(
            "GET /gateway/devices",
            $$"""
            {"pending":[{"deviceId":"{{other}}","requestId":"r1","reason":"not-paired","clientId":"cli","platform":"linux","scopes":["operator.read"],"remoteIp":"192.0.2.1"}],
             "paired":[{"deviceId":"{{one}}","clientId":"cli","platform":"linux","displayName":"mine","scopes":["operator.admin"],"approvedBy":"admin"},
                       {"deviceId":"{{other}}","clientId":"cli","platform":"linux","scopes":[],"approvedBy":"admin"}]}
            """
        );
        server.On("POST /gateway/devices/r1/approve", """{"ok":true}""");
        server.On($"DELETE /gateway/devices/{one}", """{"ok":true}""");

        var list = await CliRun.RunAsync(server, "device", "list");
        list.Output.ShouldContain("192.0.2.1");
        list.Output.ShouldContain("mine");
        (await CliRun.RunAsync(server, "device", "approve", "r1")).Output.ShouldBe("let in\n");
        (await CliRun.RunAsync(server, "device", "revoke", "aa")).Output.ShouldBe("out\n");
        (await CliRun.RunAsync(server, "device", "revoke", "a")).ExitCode.ShouldBe(ExitCodes.Usage);
    }

    private const string Elsewhere = """
        {"gateways":[{"name":"prod","url":"wss://x","device":false,"secret":true,"agents":[{"id":"bart"},{"id":"lisa"}]}]}
        """;

    [Theory]
    [InlineData("n\n", 1, 0)]
    [InlineData("y\n", 0, 1)]
    public async Task A_gateway_goes_with_its_agents_only_when_that_is_meant(string typed, int code, int gone)
    {
        server.On("GET /gateways", Elsewhere);
        server.On("DELETE /gateways/prod", """{"name":"prod","url":"wss://x","removed":true,"agents":["bart","lisa"]}""");

        var run = await CliRun.Setting.Typing(server, typed).RunAsync("gateway", "rm", "prod");

        run.ExitCode.ShouldBe(code, run.ToString());
        run.Error.ShouldStartWith(
            "Take prod out of the habitat with 2 agents (bart, lisa), and forget what opens it? There they stay as they are. [y/N] "
        );
        server.Requests.Count(r => r.Method == "DELETE").ShouldBe(gone);
        (gone == 0 ? run.Error : run.Output).ShouldContain(gone == 0 ? "nothing was changed" : "nor are bart, lisa in it");
        var way = "creel gateway add prod wss://x --token-stdin, then creel agent import --gateway prod";
        run.Error.Contains(way, StringComparison.Ordinal).ShouldBe(gone == 1, run.Error);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_nothing_goes_and_its_agents_are_named()
    {
        server.On("GET /gateways", Elsewhere);
        server.On("DELETE /gateways/prod", """{"name":"prod","removed":true,"agents":["bart","lisa"]}""");

        var run = await CliRun.RunAsync(server, "gateway", "rm", "prod", "--json");

        run.ExitCode.ShouldBe(ExitCodes.Usage, run.ToString());
        run.Output.ShouldContain("(bart, lisa)");
        server.Requests.ShouldNotContain(r => r.Method == "DELETE");
        var meant = await CliRun.RunAsync(server, "gateway", "rm", "prod", "--json", "--yes");
        (meant.ExitCode, meant.Output).ShouldBe((0, """{"name":"prod","removed":true,"agents":["bart","lisa"]}""" + "\n"));
    }

    [Theory]
    [InlineData(
        "\"workspaceRoot\":null,\"baseUrl\":null,\"kept\":true,\"written\":true,\"works\":true",
        0,
        "--workspace-root DIR",
        "--base-url URL"
    )]
    [InlineData("\"kept\":false,\"written\":false,\"works\":false", 1, "prod is not written down", "do that")]
    [InlineData("\"kept\":true,\"written\":false,\"works\":false", 1, "prod stays in the habitat as it was", "do that")]
    public async Task What_was_tried_says_what_is_written_and_what_is_missing_yet(string told, int code, params string[] said)
    {
        server.On(
            "POST /gateways",
            $$"""{"name":"prod","url":"wss://x","steps":[{"name":"auth","ok":false,"text":"no","remedy":"do that"}],{{told}}}"""
        );

        var run = await CliRun.RunAsync(server, "gateway", "add", "prod", "wss://x", "--workspace-root", "/w");

        run.ExitCode.ShouldBe(code, run.ToString());
        said.ShouldAllBe(word => run.Error.Contains(word));
        JsonElement.Parse(server.Requests.Single().Body).GetProperty("workspaceRoot").GetString().ShouldBe("/w");
    }

    [Fact]
    public async Task The_list_says_how_the_agents_of_each_were_last_seen_and_what_is_wrong_once()
    {
        server.On("GET /gateways", Elsewhere);
        server.On(
            "GET /provision",
            """{"agents":[{"gateway":"prod","agent":"bart","standing":"waiting","error":"it is gone"},{"gateway":"prod","agent":"lisa","standing":"waiting","error":"it is gone"},{"gateway":"prod","agent":"moe","standing":"provisioned"}]}"""
        );

        var run = await CliRun.RunAsync(server, "gateway", "list");

        run.Output.ShouldContain("2 waiting, 1 provisioned");
        run.Error.ShouldStartWith("prod: it is gone (2 agents)\n");
    }

    [Fact]
    public async Task The_doctor_tries_each_gateway_elsewhere_and_works_without()
    {
        server.On("GET /gateways", Elsewhere);
        server.On(
            "POST /gateways/prod/test",
            """{"name":"prod","url":"wss://x","kept":true,"works":false,"steps":[{"name":"address","ok":true,"text":""},{"name":"connection","ok":false,"text":"nobody listens","remedy":"start it"}]}"""
        );

        var run = await CliRun.RunAsync(server, "doctor");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldMatch(@"gateway prod +warning +nobody listens\n");
        run.Error.ShouldContain("→ for gateway prod: start it");
    }

    [Fact]
    public async Task One_that_could_not_be_opened_is_told_with_why_by_status_and_doctor()
    {
        server.On("GET /gateway", """{"up":false,"why":"port 18789 is in use","remedy":"see by whom"}""");
        server.On("GET /gateways", """{"gateways":[]}""");

        var run = await CliRun.RunAsync(server, "gateway", "status");

        run.ExitCode.ShouldBe(ExitCodes.Unavailable, run.ToString());
        run.Error.ShouldBe("creel: the gateway is not open: port 18789 is in use\n  → see by whom\n");
        (await CliRun.RunAsync(server, "doctor")).Output.ShouldMatch("gateway +warning +it is not open: port 18789 is in use\n");
    }
}
