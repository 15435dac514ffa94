using System.Net;
using Creel.Adapters.Files;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Adapters.Sqlite;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Patching;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Server.Hub;
using Creel.Server.Provisioning;
using Creel.Server.Provisioning.Lifecycle;
using Creel.Tests.Hub;
using Creel.Tests.OpenClaw;
using Creel.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Provisioning.Lifecycle;

/// <summary>From the admin's word over the gateway to the agent's call, with a gateway on a port that keeps files.</summary>
public sealed class CheckInRouteTests : IAsyncLifetime
{
    private static readonly AgentId Bart = AgentId.Parse("bart");
    private static readonly Resident BartThere = new(Bart, "prod");

    private readonly StoreFolder folder = new();
    private readonly ShiftedTime time = new();
    private readonly WireGateway wire = new();
    private readonly List<FakeCall> calls = [];
    private readonly List<double> pauses = [];
    private Func<FakeCall, FakeReply?> answer = _ => null;
    private FakeGateway gateway = null!;
    private SqliteStore store = null!;
    private HabitatModel habitat = null!;
    private ForeignGateways gateways = null!;
    private AgentTokens tokens = null!;
    private CheckInBook book = null!;
    private Provisioner provisioner = null!;
    private HubServer server = null!;

    public async Task InitializeAsync()
    {
        gateway = FakeGateway.Answering(call =>
        {
            lock (calls)
            {
                calls.Add(call);
            }

            return answer(call) ?? wire.Reply(call);
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
                Plane = (line, mode) => new OpenClawControlPlane(line, TimeProvider.System, mode),
                Turns = line => new OpenClawTurns(line),
                Open = access => new GatewayClient(access, Terms, TimeProvider.System),
                Tokens = tokens,
                TryAsync = (_, _) => throw new NotSupportedException(),
            }
        );
        var messages = new WakeMessages(gateways, () => throw new NotSupportedException());
        book = new CheckInBook(
            store.CheckIns,
            messages.SendAsync,
            () => "/habitat.json5",
            elsewhere.Lives,
            time,
            NullLogger.Instance,
            messages.FailureAsync
        );
        await book.LoadAsync();
        var wakes = new Wakes(book, name => habitat.ForeignGateways[name].CheckIn);
        provisioner = new Provisioner(Ports(wakes), time, NullLogger.Instance, CancellationToken.None);
        server = await HubServer.StartAsync(
            new HubConfig { Elsewhere = elsewhere },
            map: (app, hub) =>
                new CheckInRoutes(elsewhere, book, wakes, provisioner.Find, provisioner.RotateAsync, hub.Parts.Audit).Map(app)
        );
        await ProvisionAsync();
        calls.Clear();
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
        var token = Token();
        var nudged = server.PostAsync("/agents/bart/nudge", """{"wait":true}""");
        await Eventually.Until(() => book.Find(BartThere) is { Standing: CheckInStanding.Awaited, Sent: true });
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
        var old = Token();
        await server.PostAsync("/agents/bart/rotate-token", "{}");
        var fresh = Token();
        fresh.ShouldNotBe(old);

        (await CallAsync(old)).ShouldBe(HttpStatusCode.OK);
        (await CallAsync(fresh)).ShouldBe(HttpStatusCode.OK);
        (await CallAsync(old)).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_write_that_fails_or_is_lost_leaves_the_old_token_as_it_was()
    {
        var (old, before) = (Token(), (await store.Provisions.ListAsync()).Single());
        answer = call => call.Method == "agents.files.set" ? FakeReply.Refused("disk full") : null;
        (await RefusedAsync("/agents/bart/rotate-token")).ShouldContain("disk full");
        answer = call => call.Method == "agents.files.set" ? FakeReply.Ok() : null;
        (await RefusedAsync("/agents/bart/rotate-token")).ShouldContain("token-unproven");

        time.Shift(TimeSpan.FromDays(30));

        (await CallAsync(old)).ShouldBe(HttpStatusCode.OK);

        // What was asked of a person and failed is not done behind his back.
        var record = (await store.Provisions.ListAsync()).Single();
        (record.Standing, record.NextTry, record.Owed).ShouldBe((Standing.Provisioned, null, before.Owed));
    }

    [Fact]
    public async Task Only_the_token_is_written_and_what_else_is_to_be_done_waits_as_it_did()
    {
        var old = Token();
        wire.Files[("mc-bart", "TOOLS.md")] = $"# of bart\nAUTH_TOKEN={old}\nsee {old}\n";
        wire.Files[("mc-bart", "SOUL.md")] = "# changed there";
        wire.Agents["mc-bart"]!["name"] = "El Barto";
        await store.Provisions.PutAsync((await store.Provisions.ListAsync()).Single() with { Standing = Standing.Failed });

        await server.PostAsync("/agents/bart/rotate-token", "{}");

        var fresh = Token();
        fresh.ShouldNotBe(old);
        wire.Files[("mc-bart", "TOOLS.md")].ShouldBe($"# of bart\nAUTH_TOKEN={fresh}\nsee {fresh}\n");
        wire.Files[("mc-bart", "SOUL.md")].ShouldBe("# changed there");
        ((string?)wire.Agents["mc-bart"]!["name"]).ShouldBe("El Barto");
        calls.Select(c => c.Method).ShouldNotContain("chat.send");
        calls.Count(c => c.Method == "agents.files.set").ShouldBe(1);
        (await store.Provisions.ListAsync()).Single().Standing.ShouldBe(Standing.Failed);
        (await ProvisionAsync()).ShouldBeTrue();
        wire.Files[("mc-bart", "SOUL.md")].ShouldNotBe("# changed there");
        Token().ShouldBe(fresh);
    }

    [Fact]
    public async Task Where_the_gateway_keeps_no_tools_it_stands_in_agents()
    {
        wire.Names.Remove("TOOLS.md");
        wire.Files.TryRemove(("mc-bart", "TOOLS.md"), out _);
        await ProvisionAsync();

        await server.PostAsync("/agents/bart/rotate-token", "{}");

        (await CallAsync(Token("AGENTS.md"))).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Where_there_is_no_place_for_it_nothing_is_written_and_it_is_told()
    {
        wire.Files[("mc-bart", "TOOLS.md")] = "nothing";
        (await RefusedAsync("/agents/bart/rotate-token")).ShouldContain("no-token-line");
        wire.Files[("mc-bart", "TOOLS.md")] = "AUTH_TOKEN=\n";
        await server.PostAsync("/agents/bart/rotate-token", "{}");
        (await CallAsync(Token())).ShouldBe(HttpStatusCode.OK);

        await store.Provisions.RemoveAsync("prod", "mc-bart");
        (await RefusedAsync("/agents/bart/rotate-token")).ShouldContain("creel provision --gateway prod --agent bart");
    }

    /// <summary>Whoever waits at a terminal is told at the first refusal: a second try is his own.</summary>
    [Theory]
    [InlineData("/agents/bart/rotate-token")]
    [InlineData("/agents/bart/nudge")]
    public async Task A_gateway_that_is_away_is_told_with_what_to_do_without_a_second_try(string path)
    {
        await gateway.DisposeAsync();
        gateway = FakeGateway.Answering(_ => null);
        await Eventually.Until(IsAwayAsync);
        pauses.Clear();

        using var got = await server.Client.PostAsync(path, HubServer.Json("{}"));

        got.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var error = HubServer.Parse(await got.Content.ReadAsStringAsync());
        error.GetRawText().ShouldContain("can't be asked");
        error.GetRawText().ShouldContain("Look");
        pauses.Count.ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task One_that_the_gateway_does_not_know_is_told_with_what_to_do_and_has_the_time_of_its_gateway()
    {
        answer = call =>
            call.Method == "chat.send" ? FakeReply.Refused("Agent \"mc-bart\" no longer exists in configuration") : null;

        (await RefusedAsync("/agents/bart/nudge")).ShouldContain("creel provision --gateway prod --agent bart");

        var state = book.Find(BartThere);
        state.Why.ShouldNotBeNull().ShouldContain("no longer exists");
        (state.Due - time.GetUtcNow()).ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.FromSeconds(31));
    }

    [Theory]
    [InlineData("""{"status":"error","error":"no key for\u200b openai\n401"}""", "its turn there failed: no key for openai 401")]
    [InlineData("""{"status":"error"}""", "its turn there failed: no reason given")]
    [InlineData("""{"status":"timeout"}""", null)]
    [InlineData(null, null)]
    public async Task Why_the_turn_of_a_wake_failed_at_the_gateway_is_in_the_agents_status(string? said, string? why)
    {
        answer = call =>
            call.Method != "agent.wait" ? null
            : said is null ? FakeReply.Refused("unknown method: agent.wait")
            : FakeReply.Ok(said);
        await server.PostAsync("/agents/bart/nudge", "{}");
        time.Shift(TimeSpan.FromSeconds(61));

        await book.TickAsync();

        await Eventually.Until(() => book.Find(new Resident(Bart, "prod")) is { Sent: true, Wakes: 2 } && Asked().Count == 1);
        Asked().ShouldBe(["creel-wake-bart-1-1"]);
        await Eventually.Until(() => book.Find(new Resident(Bart, "prod")).Why == why);
        (await StatusAsync()).GetProperty("checkIn").GetProperty("why").GetString().ShouldBe(why);

        List<string?> Asked()
        {
            lock (calls)
            {
                return [.. calls.Where(c => c.Method == "agent.wait").Select(c => (string?)c.Params["runId"])];
            }
        }
    }

    [Theory]
    [InlineData("/agents/moe/nudge", "agent-imported")]
    [InlineData("/agents/moe/rotate-token", "agent-without-token")]
    [InlineData("/agents/homer/rotate-token", "agent-without-token")]
    [InlineData("/agents/nobody/nudge", "agent-not-found")]
    [InlineData("/agents/nobody/rotate-token", "agent-not-found")]
    [InlineData("/agents/B%20art/nudge", "agent-id")]
    public async Task What_can_not_be_is_said(string path, string code) => (await RefusedAsync(path)).ShouldContain(code);

    private LifecyclePorts Ports(Wakes wakes) =>
        new()
        {
            Habitat = () => habitat,
            Desired = (model, name, mode) =>
                DesiredAgents.Of(model, name, mode, "http://127.0.0.1:1/creel", new FileRenderer(mode, OurTemplates.Find)),
            ReachAsync = (name, mode, cancel) => gateways.ReachAsync(name!, mode, cancel),
            Store = store.Provisions,
            Tokens = tokens,
            Wakes = wakes,
        };

    /// <summary>Each pause before a second try draws a lot.</summary>
    private LineTerms Terms =>
        new("1")
        {
            Chance = () =>
            {
                pauses.Add(0);
                return 0;
            },
        };

    private async Task<bool> IsAwayAsync()
    {
        try
        {
            await (await gateways.LineAsync("prod")).HelloAsync();
            return false;
        }
        catch (CreelException)
        {
            return true;
        }
    }

    /// <returns>All went well.</returns>
    private async Task<bool> ProvisionAsync()
    {
        var ok = false;
        await foreach (
            var happened in provisioner.RunAsync(
                ["prod"],
                new ProvisionScope([Bart]),
                new ProvisionOptions { Quiet = true },
                default
            )
        )
        {
            ok |= happened is ProvisionEvent.Done { Ok: true };
        }

        return ok;
    }

    /// <summary>As it stands at the gateway.</summary>
    private string Token(string file = "TOOLS.md") => AgentToken.Find(wire.Files[("mc-bart", file)], Bart).ShouldHaveSingleItem();

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
