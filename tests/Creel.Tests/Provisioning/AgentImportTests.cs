using System.Text.Json.Nodes;
using Creel.Adapters.Files;
using Creel.Adapters.OpenClaw;
using Creel.Adapters.OpenSsl;
using Creel.Core;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning.Gateways;
using Creel.Server.Provisioning;
using Creel.Tests.OpenClaw;
using Creel.Tests.Provisioning.Lifecycle;

namespace Creel.Tests.Provisioning;

/// <summary>Agents that a gateway had before are taken into the habitat, and nothing is written there.</summary>
public sealed class AgentImportTests : IAsyncLifetime
{
    private readonly List<string> asked = [];
    private readonly FakeGateway peer;
    private readonly string folder = Directory.CreateTempSubdirectory("creel-import-").FullName;
    private readonly MemoryTokens tokens = new();
    private readonly HabitatOfOneText habitat;
    private readonly ForeignGateways gateways;
    private readonly ProvisioningPorts ports;

    /// <summary>What the gateway's file has at <c>agents</c>.</summary>
    private string agents = """
        { "entries": {
            "main": { "workspace": "/home/claw/main" },
            "bart": { "name": "Bart", "workspace": "/home/claw/bart", "heartbeat": { "every": "30m", "prompt": "say ${HOME}" } },
            "nobody": {} } }
        """;

    private string list = """{"defaultId":"main","mainKey":"main","agents":[{"id":"main"},{"id":"bart"},{"id":"left-behind"}]}""";

    public AgentImportTests()
    {
        peer = FakeGateway.Answering(call =>
        {
            asked.Add(call.Method);
            return call.Method switch
            {
                "config.get" => FakeReply.Ok($$"""{"parsed":{"agents":{{agents}}},"hash":"h"}"""),
                "agents.list" => FakeReply.Ok(list),
                "agents.files.list" => FakeReply.Ok($$"""{"workspace":"/home/claw/of-{{(string)call.Params["agentId"]!}}"}"""),
                _ => FakeReply.Refused("not here"),
            };
        });
        habitat = new HabitatOfOneText(
            $"{{ agents: {{ list: [{{ id: 'main' }}] }}, gateways: {{ prod: {{ url: '{peer.Url}' }} }} }}"
        );
        ports = new ProvisioningPorts
        {
            Habitat = () => habitat.Model,
            Config = habitat,
            Secrets = new GatewaySecretFiles(
                Path.Combine(folder, "gateways"),
                (Ed25519Key.NewSecret, secret => new Ed25519Key(secret))
            ),
            Tokens = tokens,
            Open = access => peer.Client(access: _ => access with { Token = FakeGateway.Token }),
            Plane = (line, mode) => new OpenClawControlPlane(line, TimeProvider.System, mode),
            Turns = _ => throw new NotSupportedException(),
            TryAsync = (_, _) => Task.FromResult<IReadOnlyList<GatewayStep>>([]),
        };
        gateways = new ForeignGateways(ports);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await gateways.DisposeAsync();
        await peer.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Who_comes_by_an_id_that_lived_elsewhere_before_has_none_of_its_tokens()
    {
        await tokens.MintAsync(new(AgentId.Parse("bart"), "older"));
        await tokens.MintAsync(new(AgentId.Parse("lisa"), "older"));

        await ImportAsync(plan: true);
        tokens.Of("bart").Count.ShouldBe(1);
        await ImportAsync();

        tokens.Of("bart").ShouldBeEmpty();
        tokens.Of("lisa").Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_there_is_taken_in_as_it_is_and_the_second_time_nothing_is_to_do()
    {
        var first = await ImportAsync();

        first.New.Select(a => a.Key).ShouldBe(["bart", "nobody"]);
        var there = habitat.Model.ForeignGateways["prod"].Agents;
        there
            .Select(a => (a.Id.Value, a.Name, a.Session, a.Workspace, a.Files))
            .ShouldBe([
                ("bart", "Bart", "agent:bart:main", "/home/claw/bart", false),
                ("nobody", "nobody", "agent:nobody:main", "/home/claw/of-nobody", false),
            ]);
        // A variable of ours is none of theirs.
        there[0].Heartbeat!.Value.GetProperty("prompt").GetString().ShouldBe("say ${HOME}");
        var told = first.Told.ShouldHaveSingleItem();
        (told.Agent, told.Message).ShouldBe(("main", "the habitat has an agent 'main' here already"));
        told.Remedy.ShouldBe("Give it another id here: creel agent import --gateway prod --agent main --as ID");

        var second = await ImportAsync();

        second.New.ShouldBeEmpty();
        second.Known.ShouldBe(["bart", "nobody"]);
        habitat.Writes.ShouldBe(1);
        asked.Distinct().ShouldBe(["config.get", "agents.list", "agents.files.list"], ignoreOrder: true);
    }

    [Fact]
    public async Task What_reads_as_a_variable_of_ours_is_none_wherever_a_gateway_says_it()
    {
        agents = """
            { "entries": { "bart": {
                "name": "Bart ${USER} ${x} $${USER}", "workspace": "/home/${USER}/bart",
                "heartbeat": { "every": "30m", "prompt": "${HOME}", "to": { "them": ["${HOME}", 5, "$HOME"] } } } } }
            """;
        list = """{"defaultId":"bart","mainKey":"${HOME}","agents":[{"id":"bart"}]}""";

        await ImportAsync("bart");

        var bart = habitat.Model.ForeignGateways["prod"].Agents.ShouldHaveSingleItem();
        (bart.Name, bart.Session, bart.Workspace).ShouldBe(
            ("Bart ${USER} ${x} $${USER}", "agent:bart:${HOME}", "/home/${USER}/bart")
        );
        bart.Heartbeat!.Value.GetRawText().ShouldBe("""{"every":"30m","prompt":"${HOME}","to":{"them":["${HOME}",5,"$HOME"]}}""");
    }

    [Fact]
    public async Task A_plan_writes_nothing_and_one_gets_another_id()
    {
        (await ImportAsync(plan: true)).New.Count.ShouldBe(2);
        habitat.Writes.ShouldBe(0);

        (await ImportAsync("main", under: "claw")).New.Single().Key.ShouldBe("claw");

        var claw = habitat.Model.ForeignGateways["prod"].Agents.Single();
        (claw.Id.Value, claw.Session, claw.Workspace).ShouldBe(("claw", "agent:main:main", "/home/claw/main"));
        (await ImportAsync("main")).Known.ShouldBe(["main"]);
    }

    [Fact]
    public async Task The_older_dialect_and_a_default_agent_that_nobody_wrote_down_are_read()
    {
        agents = """{ "list": [{ "id": "lisa", "workspace": "/w/lisa", "heartbeat": {} }] }""";
        list = """{"defaultId":"main","mainKey":"work","agents":[{"id":"main","name":"Claw"},{"id":"lisa"}]}""";

        (await ImportAsync("lisa")).New.Single().Value["heartbeat"]!.ToJsonString().ShouldBe("{}");
        (await ImportAsync("main", under: "claw"))
            .New.Single()
            .Value.ToJsonString()
            .ShouldBe("""{"name":"Claw","session":"agent:main:work","workspace":"/home/claw/of-main","files":false}""");
    }

    [Fact]
    public async Task What_is_wanted_of_one_that_was_taken_in_is_what_is_there()
    {
        await ImportAsync("bart");

        var wanted = DesiredAgents
            .Of(habitat.Model, "prod", Creel.Core.Provisioning.ProvisioningMode.Ours, null, Renderer())
            .Agents.ShouldHaveSingleItem();

        wanted.Files.ShouldBeNull();
        wanted.Registration.Id.ShouldBe("bart");
        wanted.Registration.Workspace.ShouldBe("/home/claw/bart");
        JsonNode
            .DeepEquals(wanted.Registration.Heartbeat, JsonNode.Parse("""{"every":"30m","prompt":"say ${HOME}"}"""))
            .ShouldBeTrue();
    }

    private static Creel.Core.Provisioning.FileRenderer Renderer() =>
        new(Creel.Core.Provisioning.ProvisioningMode.Ours, Creel.Core.Provisioning.OurTemplates.Find);

    [Theory]
    [InlineData("1e99999999999999", false)]
    [InlineData("[[[{ \"a\": -1e400 }]]]", false)]
    [InlineData("1e-99999999999999", true)]
    public async Task A_number_that_nobody_counts_with_stands_in_no_others_way(string number, bool taken)
    {
        agents = $$"""
            { "entries": { "bart": { "workspace": "/w/bart" },
              "lisa": { "workspace": "/w/lisa", "heartbeat": { "every": "5m", "activeHours": {{number}} } } } }
            """;

        var adoption = await ImportAsync();

        adoption.New.Select(a => a.Key).ShouldBe(["bart", "lisa"]);
        adoption.New[1].Value.ContainsKey("heartbeat").ShouldBe(taken);
        adoption.Told.Any(t => t.Agent == "lisa").ShouldBe(!taken);
        DesiredAgents
            .Of(habitat.Model, "prod", Creel.Core.Provisioning.ProvisioningMode.Ours, null, Renderer())
            .Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_can_not_be_taken_in_is_told_with_what_to_do_and_the_rest_is()
    {
        agents = """
            { "entries": { "Foo Bar": { "workspace": "/w" }, "mc-gateway-prod": { "workspace": "/w" }, "lisa": { "workspace": "/w/lisa\u0007" },
              "maggie": { "name": "a\nb", "workspace": "/w/maggie", "heartbeat": { "every": 5 } },
              "evil": { "workspace": "/w/evil", "heartbeat": { "every": "5m", "x": [{ "$include": "secrets.json5" }] } } } }
            """;
        list = """{"mainKey":"a\nb"}""";

        var adoption = await ImportAsync();

        adoption.New.Select(a => a.Key).ShouldBe(["evil", "maggie"]);
        adoption.New.ShouldAllBe(a => !a.Value.ContainsKey("heartbeat"));
        adoption.New.Select(a => (string?)a.Value["name"]).ShouldBe([null, "a b"]);
        ((string?)adoption.New[0].Value["session"]).ShouldBe("agent:evil:main");
        adoption
            .Told.Select(t => $"{t.Agent}: {t.Message} → {t.Remedy}")
            .ShouldBe([
                $"Foo Bar: 'Foo Bar' is no agent id, which is {AgentId.Rule} → Give it another one there, such as 'foo-bar', and import it then.",
                "evil: its heartbeat is written in a way that is not known here, and was left out → It goes on as it is there, until its files are Creel's.",
                "lisa: its gateway does not say in which folder it works → Give it a workspace there, and import it then.",
                "maggie: its heartbeat is written in a way that is not known here, and was left out → It goes on as it is there, until its files are Creel's.",
                "mc-gateway-prod: it is the main agent of prod by its id → Write gateways.prod.main: true into the habitat.",
            ]);
        habitat.Text.ShouldNotContain("$include");
    }

    [Fact]
    public async Task What_nobody_sees_is_in_no_name_and_no_place()
    {
        agents = """
            { "entries": { "ba\u200brt": { "workspace": "/w/bart" }, "lisa": { "name": "L\u202eisa\u200b", "workspace": "/w/lisa" },
              "maggie": { "name": "Maggie [dev]  \u2615", "workspace": "/w/maggie" }, "moe": { "workspace": "/w/\u202emoe" } } }
            """;
        list = """{"mainKey":"ma\u200bin"}""";

        var adoption = await ImportAsync();

        adoption.New.Select(a => (a.Key, (string?)a.Value["name"])).ShouldBe([("lisa", "Lisa"), ("maggie", "Maggie [dev]  ☕")]);
        ((string?)adoption.New[0].Value["session"]).ShouldBe("agent:lisa:main");
        adoption.Told.Select(t => t.Agent).ShouldBe(["bart", "moe"], ignoreOrder: true);
        adoption.Told.ShouldAllBe(t => !t.Message.Contains('\u200b') && !t.Message.Contains('\u202e'));
    }

    [Fact]
    public async Task More_agents_than_are_taken_are_refused_at_once()
    {
        agents = $"{{\"list\":[{string.Join(',', Enumerable.Repeat("{}", GatewayBounds.Agents + 1))}]}}";

        var fault = (await Should.ThrowAsync<CreelException>(() => ImportAsync())).Fault;

        (fault.Code, fault.Kind).ShouldBe(("gateway-roster", FaultKind.TooLarge));
        fault.Message.ShouldBe("the gateway names 10001 agents, and 10000 are taken at most");
        habitat.Writes.ShouldBe(0);
    }

    [Theory]
    [InlineData("brat", null, "gateway-agent", "prod has no agent 'brat'; did you mean 'bart'?")]
    [InlineData(null, "claw", "import-as", "another id is for one agent")]
    public async Task Who_is_not_there_and_a_second_id_for_many_are_told(string? agent, string? under, string code, string said)
    {
        var fault = (await Should.ThrowAsync<CreelException>(() => ImportAsync(agent, under: under))).Fault;

        (fault.Code, fault.Message).ShouldBe((code, said));
        habitat.Writes.ShouldBe(0);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("""{ "list": [5, null, { "id": 7 }, { "id": "" }, { "workspace": "/x" }] }""")]
    [InlineData("""{ "entries": { "": {}, "a": 5, "b": null } }""")]
    public async Task Whatever_the_gateway_says_it_is_an_answer(string said)
    {
        (agents, list) = (said, "[{\"agents\":[]}, 5]");

        await ImportAsync(plan: true);
    }

    private Task<Adoption> ImportAsync(string? agent = null, bool plan = false, string? under = null) =>
        new AgentImport(gateways, ports).RunAsync(
            "prod",
            agent is null ? [] : [agent],
            under is null ? null : AgentId.Parse(under),
            plan,
            "admin",
            default
        );
}
