using System.Text.Json;
using System.Text.Json.Nodes;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using Creel.Core.Provisioning.Lifecycle;
using Creel.Tests.Habitats;

namespace Creel.Tests.Provisioning;

/// <summary>From the habitat to what each agent at a gateway is to be.</summary>
public class DesiredAgentsTests
{
    private const string Prod = """
        {
            users: { ann: { name: "Ann" } },
            boards: { school: { name: "School", lead: "lisa", user: "ann" } },
            agents: { list: [{ id: "here", heartbeat: { every: "5m" }, provision: { board: "school" } }, { id: "also" }] },
            gateways: { prod: {
                url: "ws://127.0.0.1:18789", workspaceRoot: "/home/claw/agents/", main: true,
                agents: {
                    zed: { name: "Zed", heartbeat: { every: "5m", model: "x" } },
                    lisa: { board: "school" },
                    bart: { name: "Bart", board: "school" },
                    moe: { session: "agent:moe:work", workspace: "/home/moe/bar", files: false },
                    barney: { session: "agent:barney:main", workspace: "/home/barney/", heartbeat: { every: "0m" } },
                },
            } },
        }
        """;

    [Fact]
    public void Each_is_named_placed_and_told_as_the_rules_say()
    {
        var wanted = Wanted(Prod);

        wanted.Problems.ShouldBeEmpty();
        wanted
            .Agents.Select(a => (a.Agent.Value, a.Kind))
            .ShouldBe([
                ("barney", AgentKind.Standalone),
                ("bart", AgentKind.Board),
                ("lisa", AgentKind.Lead),
                ("moe", AgentKind.Standalone),
                ("zed", AgentKind.Standalone),
                ("mc-gateway-prod", AgentKind.Main),
            ]);
        wanted
            .Agents.Select(a => (a.Registration.Id, a.Session, a.Registration.Workspace))
            .ShouldBe([
                ("barney", "agent:barney:main", "/home/barney/"),
                ("mc-bart", "agent:mc-bart:main", "/home/claw/agents/workspace-mc-bart"),
                ("mc-lisa", "agent:mc-lisa:main", "/home/claw/agents/workspace-mc-lisa"),
                ("moe", "agent:moe:work", "/home/moe/bar"),
                ("mc-zed", "agent:mc-zed:main", "/home/claw/agents/workspace-mc-zed"),
                ("mc-gateway-prod", "agent:mc-gateway-prod:main", "/home/claw/agents/workspace-gateway-prod"),
            ]);
        wanted.Agents.ShouldAllBe(a => a.Gateway == "prod");
        Heartbeat(wanted, "zed").ShouldBe("""{"every":"5m","target":"none","includeReasoning":false,"model":"x"}""");
        Heartbeat(wanted, "bart").ShouldBe("""{"every":"10m","target":"none","includeReasoning":false}""");
        // Nothing is laid under what its gateway had.
        Heartbeat(wanted, "moe").ShouldBe("{}");
        wanted.Agents.Single(a => a.Agent.Value == "moe").Files.ShouldBeNull();
    }

    [Fact]
    public void The_token_is_a_mark_and_stands_where_templates_print_it()
    {
        var bart = Wanted(Prod).Agents.Single(a => a.Agent.Value == "bart").Files!.ToDictionary();

        bart.Keys.ShouldBe(FileRules.Ours, ignoreOrder: true);
        bart["TOOLS.md"].Split('\n').ShouldContain($"AUTH_TOKEN={DesiredAgent.TokenMark}");
        bart["TOOLS.md"].ShouldContain("http://127.0.0.1:7001/creel");
    }

    [Fact]
    public void Those_in_cells_here_have_no_token_and_their_own_address()
    {
        var wanted = Of(Habitat.Model(Prod), null);

        wanted.Problems.ShouldBeEmpty();
        wanted
            .Agents.Select(a => (a.Agent.Value, a.Session))
            .ShouldBe([("also", "agent:also:main"), ("here", "agent:here:main")]);
        wanted.Agents[1].Registration.Heartbeat.ToJsonString().ShouldBe("""{"every":"5m"}""");
        var files = wanted.Agents[1].Files!.ToDictionary();
        files.Values.ShouldAllBe(text => !text.Contains(DesiredAgent.TokenMark));
        files["TOOLS.md"].ShouldContain(AgentFiles.BaseUrl);
    }

    [Fact]
    public void One_template_that_fails_hides_no_other_agent()
    {
        // A habitat that is read has none such: what is read from it may have been made otherwise.
        var habitat = Habitat.Model(
            """{ gateways: { prod: { url: "ws://127.0.0.1:1", workspaceRoot: "/w", agents: { a: {}, b: {}, c: {}, d: {} } } } }"""
        );
        var said = habitat.Provisioning.Agents.ToDictionary();
        Soul("a", "{{ nobody }}");
        Soul("c", "x\n{% for i in range(100000) %}{% for j in range(9) %}.{% endfor %}{% endfor %}");
        Soul("d", "{{ board_name }}");

        var wanted = Of(habitat with { Provisioning = habitat.Provisioning with { Agents = said } }, "prod");

        wanted.Agents.Select(a => a.Agent.Value).ShouldBe(["b"]);
        wanted
            .Problems.Select(p => $"{p.Agent} {p.Fault.Code} {p.Fault.Message}")
            .ShouldBe([
                "a template-undefined a:SOUL.md:1:4: 'nobody' is undefined",
                "c template-limit c:SOUL.md:2:4: its loops take more than 100000 rounds",
                "d template-undefined d:SOUL.md:1:4: 'board_name' is undefined",
            ]);

        void Soul(string agent, string template)
        {
            var id = AgentId.Parse(agent);
            said[id] = said[id] with { SoulTemplate = template };
        }
    }

    [Theory]
    [InlineData("ws://127.0.0.1:1", null, "it is not known where we are")]
    [InlineData("wss://claw.example", "http://127.0.0.1:7001/creel", "is on another machine")]
    public void Without_an_address_for_them_it_is_said_what_to_write(string url, string? own, string said)
    {
        var habitat = Habitat.Model($"{{gateways: {{prod: {{url: '{url}', workspaceRoot: '/w', agents: {{bart: {{}}}}}}}}}}");

        var problem = Of(habitat, "prod", own: own).Problems.Single();

        problem.Fault.Message.ShouldContain(said);
        problem.Fault.Remedy!.ShouldContain("Write gateways.prod.baseUrl, as in \"https://host/creel\"");
        habitat = Habitat.Model(
            $"{{gateways: {{prod: {{url: '{url}', baseUrl: 'https://c/creel', workspaceRoot: '/w', agents: {{bart: {{}}}}}}}}}}"
        );
        Of(habitat, "prod", own: own).Agents.Single().Files!.ToDictionary()["TOOLS.md"].ShouldContain("https://c/creel");
    }

    [Fact]
    public void A_value_that_holds_the_mark_gets_nobody_a_token() =>
        Wanted(
            "{gateways: {prod: {url: 'ws://127.0.0.1:1', workspaceRoot: '/w', agents: {bart: {profile: {purpose: 'say {creel:token}'}}}}}}"
        )
            .Problems.Single()
            .Fault.Message.ShouldContain("identity_purpose holds the text {creel:token}");

    [Fact]
    public void A_gateway_that_is_none_is_told() =>
        Should.Throw<CreelException>(() => Of(Habitat.Model("{}"), "prod")).Fault.Code.ShouldBe("no-gateway");

    [Fact]
    public void A_gateway_whose_name_is_misspelt_is_told_with_the_one_that_was_meant() =>
        Should
            .Throw<CreelException>(() => Of(Habitat.Model("{gateways: {prod: {url: 'ws://127.0.0.1:1'}}}"), "prdo"))
            .Fault.Message.ShouldBe("there is no gateway 'prdo'; did you mean 'prod'?");

    [Fact]
    public void As_the_original_names_them_two_of_one_name_are_one_and_it_is_told()
    {
        var wanted = Of(
            Habitat.Model(
                "{boards: {b: {lead: 'l'}}, gateways: {prod: {url: 'ws://127.0.0.1:1', workspaceRoot: '/w', main: true, agents: {x: {name: 'Al'}, y: {name: 'al!'}, "
                    + "fox: {name: '🦊'}, l: {board: 'b'}}}}}"
            ),
            "prod",
            ProvisioningMode.Seed
        );

        wanted
            .Agents.Select(a => (a.Agent.Value, a.Registration.Id, a.Session))
            .ShouldBe([
                ("fox", Fox(), $"agent:{Fox()}:main"),
                ("l", "lead-b", "agent:lead-b:main"),
                ("x", "al", "agent:al:main"),
                ("mc-gateway-prod", "mc-gateway-prod", "agent:gateway-prod:main"),
            ]);
        wanted.Problems.Single().Fault.Message.ShouldBe("it would be 'al' at its gateway, and so would x");

        static string Fox() => new AgentKeys(ProvisioningMode.Seed).Slug("🦊", "fox");
    }

    [Fact]
    public void Our_templates_are_right_in_the_originals_manner_too()
    {
        var habitat = Habitat.Model(Prod);

        var wanted = DesiredAgents.Of(
            habitat,
            "prod",
            ProvisioningMode.Seed,
            "http://127.0.0.1:1/creel",
            new FileRenderer(ProvisioningMode.Seed, OurTemplates.Find)
        );

        wanted.Problems.ShouldBeEmpty();
        wanted.Agents.Count.ShouldBe(6);
    }

    [RecordedProvisioningFact]
    public void Ids_sessions_folders_and_heartbeats_come_through_as_recorded()
    {
        var vectors = RecordedProvisioningFactAttribute.Cases["vectors"]!;
        foreach (var one in Cases(vectors, "agent_key"))
        {
            Seed(one).Agents.Single().Registration.Id.ShouldBe((string)one["expected"]!);
        }

        foreach (var one in Cases(vectors, "session_key"))
        {
            Seed(one).Agents.Single().Session.ShouldBe((string)one["expected"]!);
        }

        foreach (var one in Cases(vectors, "workspace_path"))
        {
            var wanted = Seed(one);
            if (one["expected_error"] is { } error)
            {
                wanted.Problems.Single().Fault.Message.ShouldBe((string)error["message"]!);
            }
            else
            {
                wanted.Agents.Single().Registration.Workspace.ShouldBe((string)one["expected"]!);
            }
        }

        foreach (var one in Cases(vectors, "heartbeat_config"))
        {
            one["name"] = "Alice";
            JsonNode
                .DeepEquals(Seed(one).Agents.Single().Registration.Heartbeat, one["expected"])
                .ShouldBeTrue(one.ToJsonString());
        }
    }

    [RecordedProvisioningFact]
    public void Files_come_through_as_recorded()
    {
        var templates = RecordedProvisioningFactAttribute.Cases["test_templates"]!.AsObject();
        var seen = 0;
        foreach (var one in Cases(RecordedProvisioningFactAttribute.Cases["vectors"]!, "render_agent_files"))
        {
            var names = one["names"]!.AsArray().Select(n => (string)n!).ToHashSet();
            if ((bool?)one["main"] == true || !names.IsSubsetOf(FileRules.Usual))
            {
                // The main agent's own session is not Alice's; a file that no agent has is not asked for here.
                continue;
            }

            one["session"] = "agent:alice:main";
            one["name"] = (string?)one["agent_name"] ?? "Alice";
            one["root"] = "/srv/oc";
            var without = ((string)one["case"]!).StartsWith("memory_fallback", StringComparison.Ordinal) ? "MEMORY.md" : null;
            var files = Seed(one, n => n == without ? null : (string?)templates[n]).Agents.Single().Files!;
            foreach (var (name, text) in one["expected"]!.AsObject())
            {
                var got = files
                    .Single(f => f.Key == name)
                    .Value.Replace(DesiredAgent.TokenMark, "tok-123", StringComparison.Ordinal);
                got.ShouldBe((string)text!, $"{one["case"]} {name}");
                seen++;
            }
        }

        seen.ShouldBeGreaterThan(25);
    }

    private static IEnumerable<JsonObject> Cases(JsonNode vectors, string group) =>
        vectors[group]!.AsArray().Select(c => c!.AsObject());

    private static DesiredReading Seed(JsonObject one, Func<string, string?>? templates = null)
    {
        var id = AgentId.Parse("00000000-0000-0000-0000-0000000000cc");
        const string Board = "00000000-0000-0000-0000-0000000000bb";
        var agent = new GatewayAgentModel(id, "aa")
        {
            Name = (string)one["name"]!,
            Session = (string?)one["session"],
            Heartbeat = one["agent_config"] is { } said ? JsonSerializer.SerializeToElement(said) : null,
        };
        var gateway = new ForeignGatewayModel("aa", new Uri("ws://gateway.example/ws"))
        {
            WorkspaceRoot = one.ContainsKey("root") ? (string?)one["root"] : "/srv/oc",
            BaseUrl = "http://mc.local:8000",
            Agents = [agent],
        };
        var part = new ProvisionedModel
        {
            Board = Board,
            IdentityTemplate = (string?)one["identity_template"],
            SoulTemplate = (string?)one["soul_template"],
        };
        var board = new BoardModel(new BoardSheet { Id = Board, Name = "Growth" }, (bool?)one["lead"] == true ? id : null, null);
        var habitat = Habitat.Model("{}") with
        {
            ForeignGateways = new Dictionary<string, ForeignGatewayModel> { ["aa"] = gateway },
            Provisioning = new ProvisioningModel(
                new Dictionary<string, BoardModel> { [Board] = board },
                new Dictionary<string, UserSheet>(),
                new Dictionary<AgentId, ProvisionedModel> { [id] = part }
            ),
        };
        return DesiredAgents.Of(
            habitat,
            "aa",
            ProvisioningMode.Seed,
            null,
            new FileRenderer(ProvisioningMode.Seed, templates ?? (_ => null))
        );
    }

    private static DesiredReading Wanted(string text) => Of(Habitat.Model(text), "prod");

    private static DesiredReading Of(
        HabitatModel habitat,
        string? gateway,
        ProvisioningMode mode = ProvisioningMode.Ours,
        string? own = "http://127.0.0.1:7001/creel"
    ) =>
        DesiredAgents.Of(
            habitat,
            gateway,
            mode,
            own,
            new FileRenderer(mode, mode == ProvisioningMode.Seed ? _ => null : habitat.Provisioning.Templates.Find)
        );

    private static string Heartbeat(DesiredReading wanted, string agent) =>
        wanted.Agents.Single(a => a.Agent.Value == agent).Registration.Heartbeat.ToJsonString();
}
