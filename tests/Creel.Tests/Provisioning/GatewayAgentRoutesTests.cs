using Creel.Adapters.Files;
using Creel.Adapters.OpenSsl;
using Creel.Core;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Audits;
using Creel.Server.Hub;
using Creel.Server.Provisioning;
using Creel.Tests.Hub;
using Creel.Tests.OpenClaw;
using Creel.Tests.Provisioning.Lifecycle;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning;

/// <summary>Agents elsewhere, boards and users over the API: each change is the habitat's, and one that would make it wrong is none.</summary>
public sealed class GatewayAgentRoutesTests : IAsyncLifetime
{
    private readonly MemoryStore store = new();
    private readonly HabitatOfOneText habitat = new(
        "{ agents: { list: [{ id: 'homer' }] }, gateways: { prod: { url: 'wss://x', workspaceRoot: '/w' }, bare: { url: 'wss://y' }, "
            + "kept: { url: 'wss://z', workspaceRoot: '/z', main: true } } }"
    );
    private readonly string folder = Directory.CreateTempSubdirectory("creel-routes-").FullName;
    private readonly MemoryTokens tokens = new();
    private AuditTrail trail = null!;
    private ForeignGateways gateways = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        trail = new AuditTrail(store.Audit, TimeProvider.System, NullLogger.Instance);
        var ports = new ProvisioningPorts
        {
            Habitat = () => habitat.Model,
            Config = habitat,
            Secrets = new GatewaySecretFiles(folder, (Ed25519Key.NewSecret, secret => new Ed25519Key(secret))),
            Tokens = tokens,
            Open = _ => throw new NotSupportedException(),
            Plane = (_, _) => throw new NotSupportedException(),
            Turns = _ => throw new NotSupportedException(),
            TryAsync = (_, _) => Task.FromResult<IReadOnlyList<GatewayStep>>([]),
        };
        gateways = new ForeignGateways(ports);
        server = await HubServer.StartAsync(
            new HubConfig(),
            map: (app, _) =>
            {
                new ForeignGatewayRoutes(gateways, trail).Map(app);
                new GatewayAgentRoutes(gateways, ports, trail).Map(app);
                new BoardRoutes(ports, trail).Map(app);
            }
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await gateways.DisposeAsync();
        await trail.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_board_its_user_and_its_agents_are_written_shown_and_taken_out()
    {
        await OkAsync(HttpMethod.Post, "/users", """{"id":"marge","name":"Marge Simpson","email":null}""");
        await OkAsync(HttpMethod.Post, "/boards", """{"id":"school","objective":"Marks","user":"marge"}""");
        await OkAsync(HttpMethod.Post, "/gateways/prod/agents", """{"id":"lisa","board":"school","lead":true}""");
        await OkAsync(
            HttpMethod.Post,
            "/gateways/prod/agents",
            """{"id":"bart","name":"Bart","board":"school","profile":{"role":"Pupil"},"heartbeat":{"every":"5m"}}"""
        );

        var board = (await OkAsync(HttpMethod.Get, "/boards", null)).GetProperty("boards")[0];
        board
            .GetRawText()
            .ShouldContain("\"lead\":\"lisa\",\"user\":\"marge\",\"agents\":[\"bart\",\"lisa\"],\"leadAsks\":false");
        var shown = (await OkAsync(HttpMethod.Get, "/gateways", null)).GetProperty("gateways")[2].GetProperty("agents");
        shown
            .EnumerateArray()
            .Select(a => $"{a.GetProperty("id")} {a.GetProperty("kind")} {a.GetProperty("board")}")
            .ShouldBe(["lisa lead school", "bart board school"]);

        var gone = await OkAsync(HttpMethod.Delete, "/gateways/prod/agents/lisa", null);
        gone.GetProperty("led")[0].GetString().ShouldBe("school");
        await OkAsync(HttpMethod.Delete, "/gateways/prod/agents/bart", null);
        await OkAsync(HttpMethod.Delete, "/boards/school", null);
        await OkAsync(HttpMethod.Delete, "/users/marge", null);
        habitat.Model.Provisioning.Boards.ShouldBeEmpty();
        habitat.Model.ForeignGateways["prod"].Agents.ShouldBeEmpty();
        await Eventually.Until(async () => (await store.Audit.ReadAsync(0, int.MaxValue)).Count >= 8);
        (await store.Audit.ReadAsync(0, int.MaxValue))
            .Select(r => $"{r.Entry.Action} {r.Entry.Target}")
            .ShouldBe([
                "user.add marge",
                "board.add school",
                "agent.add lisa",
                "agent.add bart",
                "agent.delete lisa",
                "agent.delete bart",
                "board.remove school",
                "user.remove marge",
            ]);
    }

    [Fact]
    public async Task From_nothing_a_gateway_and_an_agent_there_are_written_and_nobody_here()
    {
        habitat.Replace(habitat.Text, "{ name: 'school', gateways: {} }");

        var added = await OkAsync(
            HttpMethod.Post,
            "/gateways",
            """{"name":"lab","url":"ws://127.0.0.1:18789","token":"t0ken","workspaceRoot":"/home/claw/agents"}"""
        );
        await OkAsync(HttpMethod.Post, "/users", """{"id":"marge"}""");
        await OkAsync(HttpMethod.Post, "/boards", """{"id":"school","user":"marge"}""");
        await OkAsync(HttpMethod.Post, "/gateways/lab/agents", """{"id":"bart","board":"school","lead":true}""");

        added
            .GetRawText()
            .ShouldContain("\"workspaceRoot\":\"/home/claw/agents\",\"baseUrl\":null,\"kept\":true,\"written\":true");
        habitat.Model.Agents.ShouldBeEmpty();
        habitat.Model.ForeignGateways["lab"].Agents.Single().Id.Value.ShouldBe("bart");
        habitat.Text.ShouldNotContain("t0ken");

        await OkAsync(HttpMethod.Delete, "/gateways/lab", null);
        habitat.Model.Agents.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_gateway_goes_with_its_agents_and_their_lead()
    {
        await OkAsync(HttpMethod.Post, "/boards", """{"id":"b"}""");
        await OkAsync(HttpMethod.Post, "/gateways/prod/agents", """{"id":"bart","board":"b","lead":true}""");

        (await OkAsync(HttpMethod.Delete, "/gateways/prod", null)).GetProperty("agents")[0].GetString().ShouldBe("bart");

        habitat.Model.ForeignGateways.Keys.ShouldBe(["bare", "kept"]);
        habitat.Model.Provisioning.Boards["b"].Lead.ShouldBeNull();
    }

    [Fact]
    public async Task Who_goes_or_comes_or_whose_gateway_goes_has_no_token_that_holds()
    {
        await OkAsync(HttpMethod.Post, "/gateways/prod/agents", """{"id":"bart"}""");
        await MintAsync("bart", "prod");
        await MintAsync("lisa", "prod");
        await OkAsync(HttpMethod.Delete, "/gateways/prod/agents/bart", null);
        (tokens.Of("bart").Count, tokens.Of("lisa").Count).ShouldBe((0, 1));

        // One of an agent that was taken out by hand.
        await MintAsync("bart", "bare");
        await OkAsync(HttpMethod.Post, "/gateways/prod/agents", """{"id":"bart"}""");
        tokens.Of("bart").ShouldBeEmpty();

        await MintAsync("bart", "prod");
        await MintAsync("maggie", "bare");
        await OkAsync(HttpMethod.Delete, "/gateways/prod", null);
        (tokens.Of("bart").Count, tokens.Of("lisa").Count, tokens.Of("maggie").Count).ShouldBe((0, 0, 1));

        async Task MintAsync(string agent, string gateway) => await tokens.MintAsync(new(AgentId.Parse(agent), gateway));
    }

    [Theory]
    [InlineData("POST", "/gateways/prod/agents", """{"id":"homer"}""", 409, "the habitat has an agent 'homer' here already")]
    [InlineData("POST", "/gateways/prod/agents", """{"id":"Bart S"}""", 400, "'Bart S' is not an agent id")]
    [InlineData("POST", "/gateways/prod/agents", """{"id":"bart","board":"x"}""", 400, "there is no board 'x'")]
    [InlineData("POST", "/gateways/prod/agents", """{"id":"bart","lead":true}""", 400, "an agent leads a board: say which")]
    [InlineData("POST", "/gateways/bare/agents", """{"id":"bart"}""", 400, "write gateways.bare.workspaceRoot")]
    [InlineData("POST", "/gateways/prdo/agents", """{"id":"bart"}""", 404, "there is no gateway 'prdo'; did you mean 'prod'?")]
    [InlineData("DELETE", "/gateways/prod/agents/bart", null, 404, "prod has no agent 'bart'")]
    [InlineData("DELETE", "/gateways/kept/agents/mc-gateway-kept", null, 409, "the main agent of kept")]
    [InlineData("POST", "/boards", """{"id":"A b"}""", 400, "'A b' is no id of a board")]
    [InlineData("POST", "/boards", """{"id":"b","user":"nobody"}""", 400, "there is no user 'nobody'")]
    [InlineData("POST", "/users", """{"id":"u","preferredName":"   "}""", 400, "users.u.preferredName: is empty")]
    [InlineData("DELETE", "/boards/b", null, 404, "there is no board 'b'")]
    public async Task What_would_make_it_wrong_is_told_and_nothing_is_written(
        string method,
        string path,
        string? body,
        int status,
        string said
    )
    {
        var (got, text) = await AnswerAsync(new HttpMethod(method), path, body);

        got.ShouldBe(status, text);
        HubServer.Parse(text).GetProperty("error").ToString().ShouldContain(said);
        habitat.Writes.ShouldBe(0);
    }

    [Fact]
    public async Task What_is_there_is_not_added_again()
    {
        await OkAsync(HttpMethod.Post, "/boards", """{"id":"b"}""");
        await OkAsync(HttpMethod.Post, "/gateways/prod/agents", """{"id":"bart","board":"b","lead":true}""");

        (await AnswerAsync(HttpMethod.Post, "/boards", """{"id":"b"}""")).Status.ShouldBe(409);
        (await AnswerAsync(HttpMethod.Post, "/gateways/prod/agents", """{"id":"bart"}""")).Status.ShouldBe(409);
        var (status, text) = await AnswerAsync(
            HttpMethod.Post,
            "/gateways/prod/agents",
            """{"id":"lisa","board":"b","lead":true}"""
        );
        status.ShouldBe(409);
        text.ShouldContain("is led by 'bart' already");
    }

    private async Task<System.Text.Json.JsonElement> OkAsync(HttpMethod method, string path, string? body)
    {
        var (status, text) = await AnswerAsync(method, path, body);
        status.ShouldBe(200, text);
        return HubServer.Parse(text);
    }

    private async Task<(int Status, string Text)> AnswerAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : HubServer.Json(body) };
        using var answer = await server.Client.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
