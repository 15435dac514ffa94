using System.Net;
using System.Text.Json.Nodes;
using Creel.Adapters.Files;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Patching;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Hub;
using Creel.Server.Provisioning;
using Creel.Tests.Hub;
using Creel.Tests.OpenClaw;
using Creel.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>From the admin's word over the gateway to the agent's call, with a gateway on a port that keeps files.</summary>
public sealed class CheckInRouteTests : IAsyncLifetime
{
    private static readonly AgentId Bart = AgentId.Parse("bart");

    private readonly StoreFolder folder = new();
    private readonly ShiftedTime time = new();
    private readonly Dictionary<string, string> files = new() { ["TOOLS.md"] = "# How\nAUTH_TOKEN=\nAGENT_ID=bart\n" };
    private readonly List<FakeCall> calls = [];
    private Func<FakeCall, FakeReply?> answer = _ => null;
    private FakeGateway gateway = null!;
    private SqliteStore store = null!;
    private HabitatModel habitat = null!;
    private ForeignGateways gateways = null!;
    private AgentTokens tokens = null!;
    private CheckInBook book = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        gateway = FakeGateway.Answering(call =>
        {
            lock (calls)
            {
                calls.Add(call);
            }

            return answer(call) ?? Usual(call);
        });
        habitat = Creel.Tests.Habitats.Habitat.Model(
            $$"""
            {
                agents: { list: [{ id: "homer" }] },
                gateways: { prod: {
                    url: "{{gateway.Url}}", workspaceRoot: "/w", checkIn: "1m",
                    agents: { bart: { name: "Bart" }, moe: { session: "agent:moe:main", workspace: "/m", files: false } },
                } },
            }
            """
        );
        store = await folder.OpenAsync();
        tokens = new AgentTokens(store.AgentTokens, time);
        var elsewhere = new AgentsElsewhere(
            () => habitat,
            h => h.ForeignGateways.Values.SelectMany(g => g.Agents.Select(a => (a.Id, g.Name))),
            tokens,
            () => book
        );
        gateways = new ForeignGateways(
            new ProvisioningPorts
            {
                Habitat = () => habitat,
                Config = new NoConfig(),
                Secrets = new GatewaySecretFiles(
                    Path.Combine(folder.Folder, "gateways"),
                    (Ed25519Key.NewSecret, secret => new Ed25519Key(secret))
                ),
                Open = access => new GatewayClient(access, new LineTerms("1"), TimeProvider.System),
                Tokens = tokens,
                TryAsync = (_, _) => throw new NotSupportedException(),
            }
        );
        book = new CheckInBook(
            store.CheckIns,
            new WakeMessages(gateways, () => throw new NotSupportedException()).SendAsync,
            elsewhere.Lives,
            time,
            NullLogger.Instance
        );
        await book.LoadAsync();
        var wakes = new Wakes(book, name => habitat.ForeignGateways[name].CheckIn);
        server = await HubServer.StartAsync(
            new HubConfig { Elsewhere = elsewhere },
            map: (app, hub) =>
                new CheckInRoutes(
                    elsewhere,
                    book,
                    wakes,
                    new TokenHandover(gateways, tokens, time),
                    new DesiredNow(() => habitat, elsewhere.GatewayOf, () => "http://127.0.0.1:1/creel").Find,
                    hub.Parts.Audit
                ).Map(app)
        );
    }

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        await book.DisposeAsync();
        await gateways.DisposeAsync();
        await gateway.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_token_is_handed_over_the_agent_is_woken_and_its_call_is_its_sign()
    {
        (await server.PostAsync("/agents/bart/rotate-token", "{}")).GetProperty("gateway").GetString().ShouldBe("prod");
        var token = TokenLine.Find(files["TOOLS.md"]).ShouldNotBeNull();
        var nudged = server.PostAsync("/agents/bart/nudge", """{"wait":true}""");
        await Eventually.Until(() => book.Find(Bart) is { Standing: AgentStanding.Awaited, Sent: true });
        (await StatusAsync()).GetProperty("status").GetString().ShouldBe("awaited");

        (await CallAsync(token)).ShouldBe(HttpStatusCode.OK);

        (await nudged).GetProperty("agent").GetProperty("status").GetString().ShouldBe("online");
        var sent = calls.Single(c => c.Method == "chat.send").Params;
        ((string?)sent["sessionKey"], (bool?)sent["deliver"], (string?)sent["idempotencyKey"]).ShouldBe(
            ("agent:mc-bart:main", true, "creel-wake-bart-1-1")
        );
        ((string?)sent["message"]).ShouldNotBeNull().ShouldStartWith("Bart, somebody at Creel asks for a sign of you.");
        var status = await StatusAsync();
        status.GetProperty("status").GetString().ShouldBe("online");
        status.GetProperty("metadata").GetProperty("gateway").GetString().ShouldBe("prod");
        var all = (await server.GetAsync("/checkins")).GetProperty("agents").EnumerateArray().ToList();
        all.Select(a => a.GetProperty("status").GetString()).ShouldBe(["online", "unseen"]);
        var audit = (await server.GetAsync("/audit")).GetRawText();
        audit.ShouldContain("agent.rotate-token");
        audit.ShouldContain("agent.nudge");
        audit.ShouldNotContain(token[5..]);
    }

    [Fact]
    public async Task The_old_token_holds_until_the_new_one_is_used()
    {
        await server.PostAsync("/agents/bart/rotate-token", "{}");
        var old = TokenLine.Find(files["TOOLS.md"])!;
        await server.PostAsync("/agents/bart/rotate-token", "{}");
        var fresh = TokenLine.Find(files["TOOLS.md"])!;
        fresh.ShouldNotBe(old);

        (await CallAsync(old)).ShouldBe(HttpStatusCode.OK);
        (await CallAsync(fresh)).ShouldBe(HttpStatusCode.OK);
        (await CallAsync(old)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_write_that_fails_or_is_lost_leaves_the_old_token_as_it_was()
    {
        await server.PostAsync("/agents/bart/rotate-token", "{}");
        var old = TokenLine.Find(files["TOOLS.md"])!;
        answer = call => call.Method == "agents.files.set" ? FakeReply.Refused("disk full") : null;
        (await RefusedAsync("/agents/bart/rotate-token")).ShouldContain("disk full");
        answer = call => call.Method == "agents.files.set" ? FakeReply.Ok() : null;
        (await RefusedAsync("/agents/bart/rotate-token")).ShouldContain("token-lost");

        time.Shift(TimeSpan.FromDays(30));

        (await CallAsync(old)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Where_the_gateway_keeps_no_tools_it_stands_in_agents()
    {
        files.Remove("TOOLS.md");
        files["AGENTS.md"] = "AUTH_TOKEN=x";
        answer = call => (string?)call.Params["name"] == "TOOLS.md" ? FakeReply.Refused("unsupported file \"TOOLS.md\"") : null;

        await server.PostAsync("/agents/bart/rotate-token", "{}");

        (await CallAsync(TokenLine.Find(files["AGENTS.md"])!)).ShouldBe(HttpStatusCode.OK);
        files["AGENTS.md"] = "nothing";
        (await RefusedAsync("/agents/bart/rotate-token")).ShouldContain("no-token-line");
    }

    [Fact]
    public async Task One_that_the_gateway_does_not_know_is_told_with_what_to_do_and_has_the_time_of_its_gateway()
    {
        answer = call =>
            call.Method == "chat.send" ? FakeReply.Refused("Agent \"mc-bart\" no longer exists in configuration") : null;

        (await RefusedAsync("/agents/bart/nudge")).ShouldContain("creel provision --agent bart");

        var state = book.Find(Bart);
        state.Why.ShouldNotBeNull().ShouldContain("no longer exists");
        (state.Due - time.GetUtcNow()).ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(31));
    }

    [Theory]
    [InlineData("/agents/moe/nudge", "agent-imported")]
    [InlineData("/agents/moe/rotate-token", "agent-without-token")]
    [InlineData("/agents/homer/rotate-token", "agent-without-token")]
    [InlineData("/agents/nobody/nudge", "agent-not-found")]
    [InlineData("/agents/nobody/rotate-token", "agent-not-found")]
    [InlineData("/agents/B%20art/nudge", "agent-id")]
    public async Task What_can_not_be_is_said(string path, string code) => (await RefusedAsync(path)).ShouldContain(code);

    private FakeReply Usual(FakeCall call)
    {
        var name = (string?)call.Params["name"] ?? "";
        switch (call.Method)
        {
            case "agents.files.get":
                var file = new JsonObject
                {
                    ["name"] = name,
                    ["missing"] = !files.ContainsKey(name),
                    ["content"] = files.GetValueOrDefault(name),
                };
                return new FakeReply(new JsonObject { ["file"] = file });
            case "agents.files.set":
                files[name] = (string)call.Params["content"]!;
                return FakeReply.Ok();
            case "chat.send":
                return FakeReply.Ok("""{"runId":"r","status":"started"}""");
            default:
                return FakeReply.Refused($"unknown method: {call.Method}");
        }
    }

    private async Task<System.Text.Json.JsonElement> StatusAsync() =>
        (await server.GetAsync("/agents/bart/status")).GetProperty("agent");

    private async Task<HttpStatusCode> CallAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/creel/whoami");
        request.Headers.Add("X-Agent-Token", token);
        using var got = await server.Anybody.SendAsync(request);
        return got.StatusCode;
    }

    private async Task<string> RefusedAsync(string path)
    {
        using var got = await server.Client.PostAsync(path, HubServer.Json("{}"));
        ((int)got.StatusCode).ShouldBeInRange(400, 499);
        return await got.Content.ReadAsStringAsync();
    }

    private sealed class NoConfig : IConfigStore
    {
        public ConfigSnapshot Get() => throw new NotSupportedException();

        public Task<ConfigOutcome> PatchAsync(string? raw, string? baseHash, string by, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<ConfigOutcome> SetAsync(string? raw, string? baseHash, string by, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<ConfigOutcome> ChangeAsync(Func<string, string> change, string by, CancellationToken cancel) =>
            throw new NotSupportedException();
    }
}
