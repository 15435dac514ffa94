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
}
