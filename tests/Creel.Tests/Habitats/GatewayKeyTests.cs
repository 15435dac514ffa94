using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Provisioning;
using Creel.Core.Provisioning;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

/// <summary>What a habitat says about agents at gateways elsewhere.</summary>
public class GatewayKeyTests
{
    private const string Whole = """
        {
            users: { ann: { name: "Ann" } },
            boards: { school: { lead: "lisa", user: "ann" } },
            agents: { list: [{ id: "main", provision: { board: "school" } }] },
            gateways: { prod: {
                url: "wss://claw.example:18789", workspaceRoot: "/home/claw/agents", baseUrl: "https://creel.example/creel/", main: true,
                agents: {
                    bart: { name: "Bart", board: "school", heartbeat: { every: "5m" }, profile: { role: "Pupil" } },
                    lisa: { board: "school" },
                    moe: { session: "agent:moe:main", workspace: "/home/moe/bar", files: false },
                },
            } },
        }
        """;

    [Fact]
    public void Agents_elsewhere_are_read_and_a_board_may_have_them_anywhere()
    {
        var habitat = Habitat.Model(Whole);

        var prod = habitat.ForeignGateways["prod"];
        (prod.WorkspaceRoot, prod.BaseUrl).ShouldBe(("/home/claw/agents", "https://creel.example/creel"));
        prod.Agents.Select(a => a.Id.Value).ShouldBe(["mc-gateway-prod", "bart", "lisa", "moe"]);
        prod.Agents[0]
            .ShouldBe(new GatewayAgentModel(AgentId.Parse("mc-gateway-prod"), "prod") { Name = "Gateway Agent", IsMain = true });
        (prod.Agents[3].Session, prod.Agents[3].Workspace, prod.Agents[3].Files).ShouldBe(
            ("agent:moe:main", "/home/moe/bar", false)
        );
        habitat.Provisioning.KindOf(AgentId.Parse("lisa")).ShouldBe(AgentKind.Lead);
        habitat.Provisioning.KindOf(AgentId.Parse("bart")).ShouldBe(AgentKind.Board);
        habitat.Provisioning.KindOf(AgentId.Parse("main")).ShouldBe(AgentKind.Board);
        habitat.Provisioning.KindOf(AgentId.Parse("moe")).ShouldBe(AgentKind.Standalone);
        habitat.Agents.Select(a => a.Id.Value).ShouldBe(["main"]);
    }

    [Theory]
    [InlineData("", 300)]
    [InlineData("checkIn: '2m'", 120)]
    [InlineData("checkIn: '1h'", 3600)]
    public void How_long_an_agent_has_to_check_in_is_said(string key, int seconds) =>
        Habitat
            .Model($"{{gateways: {{prod: {{url: 'wss://x', {key}}}}}}}")
            .ForeignGateways["prod"]
            .CheckIn.ShouldBe(TimeSpan.FromSeconds(seconds));

    [Theory]
    [InlineData("'4s'")]
    [InlineData("'61m'")]
    [InlineData("'soon'")]
    [InlineData("30")]
    [InlineData("''")]
    public void A_time_to_check_in_that_is_none_is_told_with_its_place(string value) =>
        Habitat
            .Read($"{{gateways: {{prod: {{url: 'wss://x', checkIn: {value}}}}}}}")
            .Problems.ShouldHaveSingleItem()
            .Path.ShouldContain("checkIn");

    [Theory]
    [InlineData("/srv/copies")]
    [InlineData("~/copies")]
    public void A_folder_for_copies_is_said_from_the_root_or_the_home_on(string folder) =>
        Habitat
            .Model($"{{gateways: {{prod: {{url: 'wss://x', mirror: '{folder}'}}}}}}")
            .ForeignGateways["prod"]
            .Mirror.ShouldBe(folder);

    [Fact]
    public void A_folder_for_copies_that_is_nowhere_certain_is_told_with_its_place() =>
        Habitat
            .Read("{gateways: {prod: {url: 'wss://x', mirror: 'copies'}}}")
            .Problems.ShouldHaveSingleItem()
            .Path.ShouldContain("mirror");

    [Theory]
    [InlineData("/home/claw/agents")]
    [InlineData("~/agents")]
    [InlineData("C:/agents")]
    [InlineData(@"d:\agents")]
    public void A_root_for_workspaces_is_a_whole_path_on_any_machine(string root) =>
        Habitat
            .Model(
                $"{{gateways: {{prod: {{url: 'wss://x', workspaceRoot: '{root.Replace(@"\", @"\\", StringComparison.Ordinal)}'}}}}}}"
            )
            .ForeignGateways["prod"]
            .WorkspaceRoot.ShouldBe(root);

    [Fact]
    public void The_main_agent_may_have_a_name_and_a_profile()
    {
        var prod = Habitat
            .Model("{gateways: {prod: {url: 'wss://x', workspaceRoot: '/w', main: {name: 'Marge', profile: {role: 'Mother'}}}}}")
            .ForeignGateways["prod"];

        prod.Agents.Single().Name.ShouldBe("Marge");
    }

    [Fact]
    public void What_it_comes_to_is_shown_and_no_agent_is_left_out()
    {
        var shown = HabitatJson.Write(Habitat.Model(Whole));

        foreach (
            var said in new[] { "\"mc-gateway-prod\": {", "\"kind\": \"lead\"", "\"baseUrl\": \"https://creel.example/creel\"" }
        )
        {
            shown.ShouldContain(said);
        }

        shown.ShouldContain("\"boards\": {");
        shown.ShouldContain("\"users\": {");
        HabitatJson.Write(Habitat.Model("{}")).ShouldNotContain("\"boards\"");
    }

    [Theory]
    [InlineData("main: 5", "must be true, or an object with its name and the like, got a number")]
    [InlineData("main: {board: 'b'}", "'board' is no key of a gateway's main agent")]
    [InlineData("agents: []", "must be an object, got an array")]
    [InlineData("agents: {'Bart S': {}}", "'Bart S' is not an agent id, which is")]
    [InlineData("agents: {'Bart S': {}}", "write 'bart-s'")]
    [InlineData("agents: {'🦊': {}}", "'🦊' is not an agent id, which is")]
    [InlineData("agents: {bart: 5}", "must be an object, as in { name: \"Bart\" }, got a number")]
    [InlineData("agents: {bart: {nmae: 'B'}}", "did you mean 'name'?")]
    [InlineData("agents: {here: {}}", "the agent 'here' is there twice; the first is at h.json5:1:")]
    [InlineData("agents: {bart: {board: 'scool'}}", "there is no board 'scool'; did you mean 'school'?")]
    [InlineData("agents: {bart: {user: 'ann'}}", "there is no user 'ann'")]
    [InlineData("agents: {bart: {heartbeat: {every: 'often'}}}", "is no duration")]
    [InlineData("agents: {bart: {heartbeat: 5}}", "must be an object, got a number")]
    [InlineData("agents: {bart: {session: 'main'}}", "'main' is no key of a session, as in \"agent:bart:main\"")]
    [InlineData("agents: {bart: {session: 'agent:Foo Bar:main'}}", "is no key of a session")]
    [InlineData("agents: {bart: {workspace: '/x'}}", "is for an agent that its gateway had before: say its 'session' too")]
    [InlineData("agents: {bart: {soulTemplate: '{% if %}'}}", "soulTemplate:1:7:")]
    [InlineData("agents: {bart: {soulTemplate: '{% include \"X.md\" %}'}}", "there is no template 'X.md' that it could include")]
    [InlineData("agents: {'a-b': {}, a_b: {}}", "'a_b' and 'a-b' would share the folder '/w/workspace-mc-a-b': rename one")]
    [InlineData("agents: {a: {}, b: {session: 'agent:mc-a:x'}}", "'b' would be 'mc-a' there, and so would 'a': rename one")]
    [InlineData("main: true, agents: {'gateway-prod': {}}", "would be 'mc-gateway-prod' there, and so would 'mc-gateway-prod'")]
    [InlineData("agents: {abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijab: {}}", "longer than the 64 characters")]
    [InlineData("baseUrl: 'ftp://x'", "is no http or https address")]
    [InlineData("baseUrl: 'creel.example'", "is no http or https address")]
    [InlineData("baseUrl: 'https://ann:pw@x'", "holds no user, no password and no query")]
    [InlineData("baseUrl: 'https://x/?token=1'", "holds no user, no password and no query")]
    [InlineData("workspaceRoot: 'agents'", "must be a whole path on the gateway's machine")]
    [InlineData("workspaceRoot: './agents'", "must be a whole path on the gateway's machine")]
    [InlineData("workspaceRoot: 'C:agents'", "must be a whole path on the gateway's machine")]
    [InlineData("workspaceRoot: ''", "is empty: write something or leave it out")]
    [InlineData("workspaceroot: '/x'", "did you mean 'workspaceRoot'?")]
    public void Mistakes_are_told_at_their_place(string gateway, string said) =>
        Habitat
            .Errors(
                $"{{boards: {{school: {{}}}}, agents: {{list: [{{id: 'here'}}]}}, gateways: {{prod: {{url: 'wss://x', "
                    + (gateway.StartsWith("workspace", StringComparison.Ordinal) ? "" : "workspaceRoot: '/w', ")
                    + $"{gateway}}}}}}}"
            )
            .ShouldContain(e => e.Contains(said, StringComparison.Ordinal));

    [Theory]
    [InlineData("main: true")]
    [InlineData("agents: {bart: {}}")]
    public void Without_a_root_for_workspaces_the_error_says_what_to_write(string gateway) =>
        Habitat
            .Errors($"{{gateways: {{prod: {{url: 'wss://x', {gateway}}}}}}}")
            .ShouldHaveSingleItem()
            .ShouldContain(
                "needs a folder: write gateways.prod.workspaceRoot, a folder on the gateway's machine, as in \"/home/claw/agents\""
            );

    [Fact]
    public void One_that_was_imported_has_its_folder_and_needs_no_root() =>
        Habitat
            .Read(
                "{gateways: {prod: {url: 'wss://x', agents: {moe: {session: 'agent:moe:main', workspace: '/m', files: false}}}}}"
            )
            .Problems.ShouldBeEmpty();

    [Fact]
    public void A_name_of_a_gateway_that_is_too_long_for_its_main_agent_is_told() =>
        Habitat
            .Errors($"{{gateways: {{'{new string('x', 54)}': {{url: 'wss://x', workspaceRoot: '/w', main: true}}}}}}")
            .ShouldHaveSingleItem()
            .ShouldContain("give the gateway a name of at most 53 characters");

    [Fact]
    public void A_name_that_is_all_emoji_and_a_board_that_is_led_from_elsewhere_are_right()
    {
        Habitat
            .Read("{gateways: {prod: {url: 'wss://x', workspaceRoot: '/w', agents: {fox: {name: '🦊🦊'}}}}}")
            .Problems.ShouldBeEmpty();
        Habitat
            .Errors("{boards: {b: {lead: 'bart'}}, gateways: {prod: {url: 'wss://x', workspaceRoot: '/w', agents: {bart: {}}}}}")
            .ShouldHaveSingleItem()
            .ShouldContain("its lead 'bart' is not of this board: say board: \"b\" on that agent");
    }

    [Fact]
    public void An_address_at_which_tokens_can_be_read_on_the_way_is_told()
    {
        Habitat
            .Warnings("{gateways: {prod: {url: 'wss://x', baseUrl: 'http://creel.example/creel'}}}")
            .ShouldHaveSingleItem()
            .ShouldContain("readable on the way");
        Habitat.Warnings("{gateways: {prod: {url: 'wss://x', baseUrl: 'http://127.0.0.1:1/creel'}}}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("wss://x", "wss://x")]
    [InlineData("wss://x", "WSS://X:443/")]
    [InlineData("wss://claw.example:18789", "wss://Claw.Example:18789/")]
    [InlineData("ws://127.0.0.1:80", "ws://127.0.0.1")]
    [InlineData("wss://x/claw", "wss://x/claw/")]
    [InlineData("ws://127.0.0.1:18789", "ws://LocalHost:18789/")]
    [InlineData("ws://localhost:18789", "ws://[::1]:18789")]
    public void Two_names_of_one_address_are_told_at_the_second(string one, string other)
    {
        var problem = Habitat
            .Read($"{{gateways: {{prod: {{url: '{one}'}},\n live: {{url: '{other}'}}}}}}")
            .Problems.ShouldHaveSingleItem();

        (problem.Severity, problem.Path, problem.Line).ShouldBe((Severity.Error, "gateways.live.url", 2));
        problem.Message.ShouldStartWith("'live' leads to the same gateway as 'prod', at h.json5:1:");
        problem.Message.ShouldEndWith("have the agents of both below one of the names, and take the other out");
    }

    [Theory]
    [InlineData("wss://x", "wss://y")]
    [InlineData("wss://x", "wss://x:18789")]
    [InlineData("wss://x/one", "wss://x/two")]
    [InlineData("wss://x/one", "wss://x/One")]
    [InlineData("ws://127.0.0.1:443", "wss://127.0.0.1:443")]
    [InlineData("ws://127.0.0.1:1", "ws://localhost:2")]
    [InlineData("ws://127.0.0.2", "ws://localhost")]
    [InlineData("ws://127.0.0.1", "ws://[::1]")]
    [InlineData("wss://localhost.example", "wss://127.0.0.1")]
    public void Another_port_path_or_scheme_is_another_gateway(string one, string other) =>
        Habitat.Read($"{{gateways: {{prod: {{url: '{one}'}}, live: {{url: '{other}'}}}}}}").Problems.ShouldBeEmpty();

    [Fact]
    public void Agents_of_the_local_file_join_those_of_the_habitat() =>
        Habitat
            .Model(
                "{gateways: {prod: {url: 'wss://x', workspaceRoot: '/w', agents: {bart: {}}}}}",
                "{gateways: {prod: {agents: {lisa: {}}}}, boards: {b: {}}}"
            )
            .ForeignGateways["prod"]
            .Agents.Select(a => a.Id.Value)
            .ShouldBe(["bart", "lisa"]);

    [Fact]
    public void Whatever_is_written_there_it_is_a_model_or_a_list_of_errors()
    {
        var keys = Gen.Elements([
            .. (string[])
                ["url", "main", "agents", "workspaceRoot", "baseUrl", "bart", "mc-x", "gateway-prod", "A b", "name", "board"],
            .. (string[])
                ["user", "profile", "heartbeat", "every", "session", "workspace", "files", "soulTemplate", "lead", "pin"],
        ]);
        var scalars = Gen.Elements([
            .. (string[])
                ["1", "1e400", "null", "true", "false", "''", "' '", "'bart'", "'school'", "'agent:bart:main'", "'agent::x'"],
            .. (string[])
                [
                    "'wss://x'",
                    "'https://x'",
                    "'http://x'",
                    "'{% for %}'",
                    "'{{ x }}'",
                    "'5m'",
                    "'\\u0000'",
                    "'\\ud800'",
                    "[]",
                    "'🦊'",
                ],
        ]);
        Gen<string> Value(int depth) => depth == 0 ? scalars : Gen.Frequency((2, scalars), (5, Node(depth - 1)));
        Gen<string> Node(int depth) =>
            keys.SelectMany(k => Value(depth).Select(v => (k, v)))
                .ArrayOf()
                .Resize(5)
                .Select(m => $"{{{string.Join(',', m.DistinctBy(x => x.k).Select(x => $"'{x.k}':{x.v}"))}}}");
        var habitats =
            from gateway in Node(2)
            from agents in Node(2)
            from school in Node(1)
            let fixedUp = $"{{url:'wss://x',workspaceRoot:'/w',agents:{agents}}}"
            from shape in Gen.Elements(gateway, fixedUp, $"{{url:'wss://x',workspaceRoot:'/w',main:{agents}}}")
            select $"{{boards:{{school:{school}}},users:{{ann:{{}}}},gateways:{{prod:{shape}}}}}";
        var models = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(3_000),
            Prop.ForAll(
                habitats.ToArbitrary(),
                text =>
                {
                    var reading = Habitat.Read(text, lenient: true);
                    if (reading.Model is not { } model)
                    {
                        return reading.Problems.Any(p => p.Severity == Severity.Error);
                    }

                    models++;
                    var wanted = DesiredAgents.Of(
                        model,
                        "prod",
                        ProvisioningMode.Ours,
                        null,
                        new FileRenderer(ProvisioningMode.Ours, model.Provisioning.Templates.Find)
                    );
                    return wanted.Agents.Count + wanted.Problems.Count == model.ForeignGateways["prod"].Agents.Count
                        && HabitatJson.Write(model).Length > 0;
                }
            )
        );
        models.ShouldBeGreaterThan(100);
    }
}
