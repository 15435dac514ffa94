using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Isolation;

namespace Creel.Tests.Habitats;

public class HabitatReaderTests
{
    [Fact]
    public void The_habitat_of_the_design_becomes_a_model()
    {
        var habitat = Habitat.Model(
            """
            {
              name: "workshop",
              isolation: "session",
              network: "proxy",
              agents: {
                defaults: { model: "anthropic/claude-sonnet-4-5", brain: "native", resources: { memory: "256m", cpu: 0.5, pids: 128 } },
                list: [
                  { id: "foreman", default: true, name: "Foreman" },
                  { id: "smith", isolation: "container", driver: "docker", egress: ["GitHub.com:443"], budget: { usd: 5, per: "day", warn: 0.9 } },
                  { id: "maker", isolationGroup: "bench" },
                  { id: "tester", isolationGroup: "bench", model: { primary: "openai/x" } },
                ],
              },
              groups: { bench: { budget: { usd: 3, per: "day" }, resources: { cpu: "500m" } } },
              sharedPaths: [{ path: "/srv/family", mode: "rw" }, "/srv/books"],
              bindings: [{ agentId: "smith", match: { channel: "telegram" } }],
              tools: { agentToAgent: { enabled: true, allow: ["smith", "maker"] } },
            }
            """
        );

        habitat.Name.ShouldBe("workshop");
        habitat.Agents.Select(a => a.Id.Value).ShouldBe(["foreman", "smith", "maker", "tester"]);
        habitat.Agents.Single(a => a.Default).Id.Value.ShouldBe("foreman");
        habitat.Agents[3].Model.ShouldBe("openai/x");
        habitat.Agents[0].Model.ShouldBe("anthropic/claude-sonnet-4-5");
        habitat.Groups.Select(g => g.Id.Value).ShouldBe(["bench", "foreman", "smith"]);
        var bench = habitat.Groups[0];
        bench.Agents.Select(a => a.Value).ShouldBe(["maker", "tester"]);
        bench.Level.ShouldBe(IsolationLevel.Session);
        bench.Budgets.ShouldBe([new BudgetModel(3, "day", 0.8)]);
        bench.Limits.ShouldBe(new ResourceLimits(new Limit(268_435_456, true), new Limit(0.5, true), new Limit(128, true)));
        var smith = habitat.Groups[2];
        (smith.Level, smith.Driver, smith.Network).ShouldBe((IsolationLevel.Container, "docker", NetworkMode.Proxy));
        smith.Egress.ShouldBe(["github.com:443"]);
        habitat.SharedPaths.ShouldBe([new SharedPath("/srv/family", true), new SharedPath("/srv/books", false)]);
        habitat.Bridge.Permits(AgentId.Parse("smith"), AgentId.Parse("maker")).ShouldBeTrue();
        habitat.Bridge.Permits(AgentId.Parse("smith"), AgentId.Parse("tester")).ShouldBeFalse();
        habitat.Sections["bindings"].ShouldBe("""[{"agentId":"smith","match":{"channel":"telegram"}}]""");
    }

    [Fact]
    public void An_empty_object_is_one_agent_behind_the_default_walls()
    {
        var habitat = Habitat.Model("{}");
        habitat.Name.ShouldBe("habitat");
        habitat
            .Agents.Single()
            .ShouldBe(
                new AgentModel
                {
                    Id = AgentId.Parse("main"),
                    Name = "main",
                    Group = GroupId.Parse("main"),
                    Default = true,
                    Number = 1,
                }
            );
        var group = habitat.Groups.Single();
        (group.Level, group.Network).ShouldBe((IsolationLevel.Session, NetworkMode.Proxy));
        group.Limits.ShouldBe(new ResourceLimits(new Limit(536_870_912, false), new Limit(1, false), new Limit(256, false)));
        Habitat.Model("{agents:{list:[]}}").Agents.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{gateways: {}}", "")]
    [InlineData("{gateways: {prod: {url: 'wss://x', workspaceRoot: '/w', agents: {bart: {}}}}}", "")]
    [InlineData("{agents: {defaults: {model: 'a/b'}}, gateways: {}}", "")]
    [InlineData("{agents: {defaults: {sandbox: {mode: 'all'}}}, gateways: {}}", "")]
    [InlineData("{agents: {list: [{id: 'lisa'}]}, gateways: {}}", "lisa")]
    [InlineData("{gateways: null}", "main")]
    public void A_habitat_that_names_gateways_has_no_agent_here_that_nobody_wrote(string text, string agents) =>
        string.Join(' ', Habitat.Model(text).Agents.Select(a => a.Id.Value)).ShouldBe(agents);

    [Fact]
    public void Agents_have_the_number_that_is_written_and_else_the_next_that_is_free()
    {
        Habitat
            .Model("{agents: {list: [{id: 'a'}, {id: 'b', number: 1}, {id: 'c', number: 3}, {id: 'd'}, {id: 'e'}]}}")
            .Agents.Select(agent => agent.Number)
            .ShouldBe([2, 1, 3, 4, 5]);
        Habitat
            .Errors("{agents: {list: [{id: 'a', number: 7}, {id: 'b', number: 7}]}}")
            .ShouldHaveSingleItem()
            .ShouldEndWith("the agent 'a' has the number 7 already");
        Habitat.Errors("{agents: {list: [{id: 'a', number: 1000}]}}").ShouldHaveSingleItem().ShouldContain("from 1 to 999");
    }

    [Fact]
    public void An_openclaw_configuration_is_a_habitat()
    {
        var habitat = Habitat.Model(
            """
            { "gateway": { "port": 18789, "auth": { "token": "${NAME}" } },
              "agents": { "defaults": { "workspace": "~/claw", "heartbeat": { "every": "30m" } },
                "list": [ { "id": "home", "sandbox": { "mode": "all", "workspaceAccess": "rw" } }, { "id": "work", "model": { "primary": "a/b" } } ] } }
            """
        );
        habitat.Agents.Select(a => (a.Id.Value, a.Workspace)).ShouldBe([("home", "/home/ann/claw"), ("work", null)]);
        habitat.Sections["gateway"].ShouldBe("""{"port":18789,"auth":{"token":"${NAME}"}}""");
        habitat
            .Sections["agents"]
            .ShouldBe(
                """{"defaults":{"heartbeat":{"every":"30m"}},"list":[{"id":"home","sandbox":{"mode":"all","workspaceAccess":"rw"}}]}"""
            );
        Habitat
            .Read("""{agents:{entries:{home:{}, work:{default:true}}}}""")
            .Model!.Agents.Single(a => a.Default)
            .Id.Value.ShouldBe("work");
    }

    [Theory]
    [InlineData("isolation: 'vm'", "isolation")]
    [InlineData("network: 'none'", "network")]
    [InlineData("driver: 'docker'", "driver")]
    [InlineData("egress: ['x:1']", "egress")]
    [InlineData("budget: {usd: 1, per: 'day'}", "budget")]
    [InlineData("resources: {cpu: 1}", "resources")]
    public void What_belongs_to_a_group_is_refused_on_one_of_several_members(string pair, string key)
    {
        var text = $"{{agents: {{list: [{{id: 'a', isolationGroup: 'g'}}, {{id: 'b', isolationGroup: 'g', {pair}}}]}}}}";
        Habitat
            .Errors(text)
            .Single()
            .ShouldContain($"{key} belongs to the whole group 'g', whose 2 agents share one boundary: write it under groups.g");
        Habitat
            .Errors($"{{agents: {{list: [{{id: 'a', {pair}}}]}}, groups: {{a: {{{pair}}}}}}}")
            .Single()
            .ShouldContain("say it in one of them only");
        Habitat.Model($"{{agents: {{list: [{{id: 'a', isolationGroup: 'g', {pair}}}]}}}}").Groups.Single().Id.Value.ShouldBe("g");
        Habitat.Model(
            $"{{agents: {{list: [{{id: 'a', isolationGroup: 'g'}}, {{id: 'b', isolationGroup: 'g'}}]}}, groups: {{g: {{{pair}}}}}}}"
        );
    }

    [Fact]
    public void Groups_that_would_meet_by_accident_are_errors()
    {
        Habitat
            .Errors("{agents: {list: [{id: 'a', isolationGroup: 'x-y'}, {id: 'b', isolationGroup: 'x_y'}]}}")
            .Single()
            .ShouldContain("too alike");
        Habitat.Errors("{agents: {list: [{id: 'a_b'}, {id: 'a-b'}]}}").Single().ShouldContain("too alike");
        Habitat
            .Errors("{agents: {list: [{id: 'bench'}, {id: 'b', isolationGroup: 'bench'}]}}")
            .Single()
            .ShouldContain("is a group of its own");
        Habitat
            .Model("{agents: {list: [{id: 'bench', isolationGroup: 'bench'}, {id: 'b', isolationGroup: 'bench'}]}}")
            .Groups.Count.ShouldBe(1);
        Habitat
            .Errors("{agents: {list: [{id: 'a', isolationGroup: 'bench'}]}, groups: {bnech: {}}}")
            .Single()
            .ShouldContain("did you mean 'bench'?");
    }

    [Fact]
    public void Agents_of_different_groups_may_not_reach_each_others_workspace()
    {
        Habitat
            .Errors("{agents: {list: [{id: 'a', workspace: 'ws'}, {id: 'b', workspace: 'ws/b'}]}}")
            .Single()
            .ShouldContain("is in reach of the agent 'a'");
        var together = Habitat.Model(
            "{agents: {list: [{id: 'a', workspace: 'ws', isolationGroup: 'g'}, {id: 'b', workspace: './ws/b', isolationGroup: 'g'}]}}"
        );
        together.Agents.Select(a => a.Workspace).ShouldBe(["/srv/lab/ws", "/srv/lab/ws/b"]);
    }

    [Fact]
    public void Leniently_the_older_verdict_holds_with_a_warning()
    {
        var habitat = Habitat.Model("{isolation: 'bogus', network: 'lan'}", lenient: true);
        (habitat.Groups[0].Level, habitat.Groups[0].Network).ShouldBe((IsolationLevel.None, NetworkMode.Host));
        Habitat
            .Warnings("{isolation: 'bogus'}", lenient: true)
            .Single()
            .ShouldEndWith("; taken as 'none', since --lenient was given");
        Habitat.Model("{network: 'isolated'}").Groups[0].Network.ShouldBe(NetworkMode.Internal);
    }

    [Theory]
    [InlineData("512m", 536_870_912)]
    [InlineData("512Mi", 536_870_912)]
    [InlineData("512mb", 536_870_912)]
    [InlineData("512M", 512_000_000)]
    [InlineData("1g", 1_073_741_824)]
    [InlineData("1.5Gi", 1_610_612_736)]
    [InlineData("1t", 1_099_511_627_776)]
    [InlineData("20000K", 20_000_000)]
    [InlineData("8000000", 8_000_000)]
    public void Sizes_are_read_as_docker_and_kubernetes_mean_them(string size, double bytes) =>
        Habitat
            .Model($"{{agents: {{defaults: {{resources: {{memory: '{size}'}}}}}}}}")
            .Groups[0]
            .Limits.Memory.ShouldBe(new Limit(bytes, true));

    [Fact]
    public void Unknown_keys_are_errors_unless_an_older_file_is_read()
    {
        Habitat
            .Errors("{agents: {list: [{id: 'a', modle: 'x'}]}}")
            .Single()
            .ShouldBe("h.json5:1:28 agents.list[0].modle: 'modle' is no key of an agent; did you mean 'model'?");
        Habitat.Errors("{gruops: {}}").Single().ShouldContain("did you mean 'groups'?");
        Habitat.Errors("{session: {dmscope: 'main'}}").Single().ShouldContain("did you mean 'dmScope'?");
        Habitat.Warnings("{gruops: {}}", lenient: true).Single().ShouldContain("did you mean 'groups'?; it does nothing");
    }

    [Fact]
    public void Names_that_are_nobody_are_warnings()
    {
        Habitat
            .Warnings("{tools: {agentToAgent: {enabled: true, allow: ['bort']}}, agents: {list: [{id: 'bart'}]}}")
            .Single()
            .ShouldContain("did you mean 'bart'?");
        Habitat
            .Warnings("{agents: {list: [{id: 'a', tasks: {types: ['exce', 'turn']}}]}}")
            .Single()
            .ShouldBe(
                "h.json5:1:44 agents.list[0].tasks.types[0]: 'exce' is no type of task here: it allows nothing; did you mean 'exec'?"
            );
        Habitat.Warnings("{channels: {}, session: {}, models: {}}").ShouldBeEmpty();
    }

    [Fact]
    public void All_problems_come_at_once_from_top_to_bottom()
    {
        var errors = Habitat
            .Errors(
                "{\n isolation: 'x',\n agents: {list: [\n {id: 'A'},\n {id: 'b', tasks: {maxConcurrent: 0}},\n ]},\n sharedPaths: [3],\n a: ,\n}"
            )
            .ToList();
        errors.Count.ShouldBe(5);
        errors.Select(e => e.Split(':')[1]).ShouldBe(["2", "4", "5", "7", "8"]);
    }

    [Fact]
    public void Variables_are_expanded_in_what_creel_reads_and_only_checked_in_the_sections()
    {
        var habitat = Habitat.Model("{name: '${NAME}-${_X1}-$${NAME}-${lower}-$NAME', hooks: {t: 'x${NAME}', u: '$${NAME}'}}");
        habitat.Name.ShouldBe("lab-1-${NAME}-${lower}-$NAME");
        habitat.Sections["hooks"].ShouldBe("""{"t":"x${NAME}","u":"$${NAME}"}""");
        SectionText
            .Expand(habitat.Sections["hooks"], name => name == "NAME" ? "se\"cret" : null)
            .ShouldBe("""{"t":"xse\"cret","u":"${NAME}"}""");
        Should.Throw<CreelException>(() => SectionText.Expand("\"${NOPE}\"", _ => null)).Fault.Message.ShouldContain("NOPE");
        Habitat.Model("{env: {A: 'one', vars: {B: 'two'}}, name: '${A}${B}'}").Name.ShouldBe("onetwo");
    }

    [Fact]
    public void A_brain_can_be_any_program()
    {
        var brain = Habitat
            .Model(
                "{agents: {list: [{id: 'a', brain: {command: ['/bin/cat', '{message}'], input: 'argument', output: 'json'}}]}}"
            )
            .Agents[0]
            .Brain;
        brain.ShouldBe(
            new BrainModel("command")
            {
                Command = ["/bin/cat", "{message}"],
                Input = "argument",
                Output = "json",
            }
        );
        Habitat
            .Model("{agents: {list: [{id: 'a', brain: {kind: 'command', command: '/bin/my brain'}}]}}")
            .Agents[0]
            .Brain.Command.ShouldBe(["/bin/my brain"]);
        Habitat.Model("{agents: {defaults: {brain: 'openclaw'}}}").Agents[0].Brain.Kind.ShouldBe("openclaw");
    }

    [Fact]
    public void The_task_policy_of_an_agent_adds_to_that_of_all()
    {
        var habitat = Habitat.Model(
            "{agents: {defaults: {tasks: {timeout: '5m', types: ['exec']}}, list: [{id: 'a', tasks: {allowSudo: true, maxOutput: '1m'}}, {id: 'b', tasks: {timeout: 1500}}]}}"
        );
        var policy = habitat.Agents[0].Policy;
        (policy.AllowSudo, policy.MaxConcurrent, policy.MaxOutput, policy.Timeout).ShouldBe(
            (true, 5, 1_048_576, TimeSpan.FromMinutes(5))
        );
        policy.Types.ShouldBe(["exec"]);
        habitat.Agents[1].Policy.Timeout.ShouldBe(TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public void Ten_thousand_agents_are_read_and_more_are_refused()
    {
        Habitat.Model(Many(10_000)).Groups.Count.ShouldBe(10_000);
        Habitat.Errors(Many(10_001)).Single().ShouldEndWith("there are more than 10000 agents");
        var older = $"{{name: 'x', agents: [{string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"'a{i}'"))}]}}";
        Habitat.Model(older).Agents.Count.ShouldBe(10_000);

        static string Many(int count) =>
            $"{{agents: {{list: [{string.Join(',', Enumerable.Range(0, count).Select(i => $"{{id: 'a{i}'}}"))}]}}}}";
    }
}
