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
        bench.Budget.ShouldBe(new BudgetModel(3, "day", 0.8));
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
        habitat.Agents.Single().ShouldBe(new AgentModel { Id = AgentId.Parse("main"), Name = "main", Group = GroupId.Parse("main"), Default = true });
        var group = habitat.Groups.Single();
        (group.Level, group.Network).ShouldBe((IsolationLevel.Session, NetworkMode.Proxy));
        group.Limits.ShouldBe(new ResourceLimits(new Limit(536_870_912, false), new Limit(1, false), new Limit(256, false)));
        Habitat.Model("{agents:{list:[]}}").Agents.ShouldBeEmpty();
    }

    [Fact]
    public void An_openclaw_configuration_is_a_habitat()
    {
        var habitat = Habitat.Model(
            """
            { "gateway": { "port": 18789, "auth": { "token": "${NAME}" } },
              "agents": { "defaults": { "workspace": "~/claw", "heartbeat": { "every": "30m" } },
                "list": [ { "id": "home", "sandbox": { "mode": "all" } }, { "id": "work", "model": { "primary": "a/b" } } ] } }
            """
        );
        habitat.Agents.Select(a => (a.Id.Value, a.Workspace)).ShouldBe([("home", "/home/ann/claw"), ("work", null)]);
        habitat.Sections["gateway"].ShouldBe("""{"port":18789,"auth":{"token":"${NAME}"}}""");
        habitat.Sections["agents"]
            .ShouldBe("""{"defaults":{"heartbeat":{"every":"30m"}},"list":[{"id":"home","sandbox":{"mode":"all"}}]}""");
        Habitat.Read("""{agents:{entries:{home:{}, work:{default:true}}}}""").Model!.Agents.Single(a => a.Default).Id.Value.ShouldBe("work");
    }

    [Theory]
    [InlineData("{isolation: 'sesion'}", "h.json5:1:13 isolation: 'sesion' is no isolation level; it is one of: none, session, container, vm; did you mean 'session'?")]
    [InlineData("{isolation: 'Session'}", "h.json5:1:13 isolation: 'Session' is no isolation level; it is one of: none, session, container, vm; did you mean 'session'?")]
    [InlineData("{isolation: ''}", "h.json5:1:13 isolation: '' is no isolation level; it is one of: none, session, container, vm")]
    [InlineData("{isolation: 5}", "h.json5:1:13 isolation: must be a string, one of: none, session, container, vm; got a number")]
    [InlineData("{isolation: 'droplet'}", "h.json5:1:13 isolation: 'droplet' is no isolation level; it is one of: none, session, container, vm; did you mean 'vm'?")]
    [InlineData("{network: 'HOST'}", "h.json5:1:11 network: 'HOST' is no network; it is one of: none, proxy, internal, bridge, host; did you mean 'host'?")]
    [InlineData("{name: ' '}", "h.json5:1:8 name: is empty: write something or leave it out")]
    [InlineData("{agents: {list: ['Bart S']}}", "h.json5:1:18 agents.list[0]: must be an object: write { id: \"bart-s\" }")]
    [InlineData("{agents: {list: [{}]}}", "h.json5:1:18 agents.list[0]: an agent needs an id")]
    [InlineData("{agents: {list: [{id: 'Bart'}]}}", "h.json5:1:23 agents.list[0].id: 'Bart' is not an agent id, which is a lower-case letter or digit, then up to 63 lower-case letters, digits, '-' or '_'; write 'bart'")]
    [InlineData("{agents: {list: [{id: 'a'},\n{id: 'a'}]}}", "h.json5:2:6 agents.list[1].id: the agent 'a' is there twice; the first is at h.json5:1:23")]
    [InlineData("{agents: {list: [{id: 'a', default: true}, {id: 'b', default: true}]}}", "h.json5:1:63 agents.list[1].default: the agent 'a' (h.json5:1:23) is the default already: there is one")]
    [InlineData("{agents: {list: [{id: 'a', isolatoin: 'vm'}]}}", "h.json5:1:28 agents.list[0].isolatoin: 'isolatoin' is no key of an agent; did you mean 'isolation'?")]
    [InlineData("{isolatoin: 'vm'}", "h.json5:1:2 isolatoin: 'isolatoin' is no key of the top level; did you mean 'isolation'?")]
    [InlineData("{egress: []}", "h.json5:1:2 egress: is no key of the top level: write it under agents.list, groups, or (resources) agents.defaults")]
    [InlineData("{agents: {defaults: {network: 'none'}}}", "h.json5:1:22 agents.defaults.network: is no key of agents.defaults: write it on the agent, under groups, or (isolation and network) at the top level")]
    [InlineData("{agents: {list: [{id: 'a', resources: {memory: '5m'}}]}}", "h.json5:1:48 agents.list[0].resources.memory: is less than 6m, in which nothing runs")]
    [InlineData("{agents: {list: [{id: 'a', resources: {memory: '12 potatoes'}}]}}", "h.json5:1:48 agents.list[0].resources.memory: '12 potatoes' is no amount: bytes, or a number with k, m, g, t or Ki, Mi, Gi, Ti (1024 each), or K, M, G, T (1000 each), more than 0")]
    [InlineData("{agents: {list: [{id: 'a', resources: {cpu: -1}}]}}", "h.json5:1:45 agents.list[0].resources.cpu: -1 is no amount: cores, as in 0.5, or thousandths of one, as in '500m', more than 0")]
    [InlineData("{agents: {list: [{id: 'a', resources: {pids: 1.5}}]}}", "h.json5:1:46 agents.list[0].resources.pids: must be a whole number from 1 to 4194304, got 1.5")]
    [InlineData("{agents: {list: [{id: 'a', egress: ['github.com']}]}}", "h.json5:1:37 agents.list[0].egress[0]: a port is missing: write 'github.com:443', if that is what is meant")]
    [InlineData("{agents: {list: [{id: 'a', egress: ['https://x:443']}]}}", "h.json5:1:37 agents.list[0].egress[0]: 'https://x:443' is not a host and a port, as in 'github.com:443' or '*.example.org:443'")]
    [InlineData("{agents: {list: [{id: 'a', egress: ['x:0']}]}}", "h.json5:1:37 agents.list[0].egress[0]: 'x:0' has no port from 1 to 65535 after its last ':'")]
    [InlineData("{agents: {list: [{id: 'a', network: 'none', egress: ['x:1']}]}}", "h.json5:1:53 agents.list[0].egress: network 'none' has no way out, so there is nothing to let through: remove egress, or say network 'proxy'")]
    [InlineData("{agents: {list: [{id: 'a', budget: {usd: 5}}]}}", "h.json5:1:36 agents.list[0].budget: a budget needs 'per', one of: hour, day, week, month, total")]
    [InlineData("{agents: {list: [{id: 'a', budget: {usd: '5', per: 'dai'}}]}}", "h.json5:1:42 agents.list[0].budget.usd: 'usd' must be a number from 0 to 1000000000")]
    [InlineData("{agents: {list: [{id: 'a', brain: 'command'}]}}", "h.json5:1:35 agents.list[0].brain: a command brain needs its command: write { kind: \"command\", command: [\"/path/of/program\"] }")]
    [InlineData("{agents: {list: [{id: 'a', brain: 'natve'}]}}", "h.json5:1:35 agents.list[0].brain: 'natve' is no brain; it is one of: native, command, openclaw; did you mean 'native'?")]
    [InlineData("{agents: {list: [{id: 'a', brain: {kind: 'native', command: ['x']}}]}}", "h.json5:1:61 agents.list[0].brain.command: a brain of kind 'native' runs no command: remove it, or say kind 'command'")]
    [InlineData("{agents: {list: [{id: 'a', brain: {kind: 'command', command: []}}]}}", "h.json5:1:62 agents.list[0].brain.command: must name a program first")]
    [InlineData("{agents: {list: [{id: 'a', tasks: {timeout: '30x'}}]}}", "h.json5:1:45 agents.list[0].tasks.timeout: must be a duration from 1ms to 7d: milliseconds, or a number with ms, s, m, h or d")]
    [InlineData("{agents: {list: [{id: 'a', tasks: {types: []}}]}}", "h.json5:1:43 agents.list[0].tasks.types: an empty list would allow no task at all: leave it out to allow all")]
    [InlineData("{agents: {list: [{id: 'a', workspace: '/etc/x'}]}}", "h.json5:1:39 agents.list[0].workspace: '/etc/x': /etc belongs to the host and can't be a workspace")]
    [InlineData("{agents: {list: [{id: 'a', workspace: '~bob/x'}]}}", "h.json5:1:39 agents.list[0].workspace: '~bob/x': only '~' and '~/…' are known, and only where there is a home folder")]
    [InlineData("{sharedPaths: ['srv']}", "h.json5:1:16 sharedPaths[0]: 'srv': the path must be absolute")]
    [InlineData("{sharedPaths: ['/srv/../etc']}", "h.json5:1:16 sharedPaths[0]: '/srv/../etc': the path must not contain '..'")]
    [InlineData("{sharedPaths: ['/srv/']}", "h.json5:1:16 sharedPaths[0]: '/srv/': the path must be written plainly: '/srv'")]
    [InlineData("{sharedPaths: ['/a,b']}", "h.json5:1:16 sharedPaths[0]: '/a,b': a path with a control character, ':' or ',' can't be mounted everywhere")]
    [InlineData("{sharedPaths: ['/']}", "h.json5:1:16 sharedPaths[0]: '/': it contains /etc, which is not shared: name a smaller folder")]
    [InlineData("{sharedPaths: ['/run/docker.sock']}", "h.json5:1:16 sharedPaths[0]: '/run/docker.sock': /run belongs to the host and is not shared")]
    [InlineData("{sharedPaths: ['/home/ann/.ssh']}", "h.json5:1:16 sharedPaths[0]: '/home/ann/.ssh': .ssh holds secrets")]
    [InlineData("{sharedPaths: ['/home/ann']}", "h.json5:1:16 sharedPaths[0]: '/home/ann': it contains the home folder with its keys: name a smaller folder")]
    [InlineData("{sharedPaths: [{path: '/srv/x', mode: 'rx'}]}", "h.json5:1:39 sharedPaths[0].mode: 'rx' is neither 'ro' (default) nor 'rw'")]
    [InlineData("{sharedPaths: ['/srv/x', '/srv/x']}", "h.json5:1:26 sharedPaths[1]: '/srv/x' is shared twice")]
    [InlineData("{channels: {x: Infinity}}", "h.json5:1:16 channels.x: Infinity is too large or not a number at all")]
    [InlineData("{name: 'a${MISSING}'}", "h.json5:1:8 name: the variable MISSING is missing or empty: set it, or write $${MISSING} if the text itself is meant")]
    [InlineData("{channels: {token: '${EMPTY}'}}", "h.json5:1:20 channels.token: the variable EMPTY is missing or empty: set it, or write $${EMPTY} if the text itself is meant")]
    [InlineData("[1]", "h.json5:1:1: a habitat is an object, not an array")]
    public void Each_mistake_is_told_with_its_place_and_what_to_do(string text, string error) => Habitat.Errors(text).First().ShouldBe(error);

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
        Habitat.Errors(text).Single().ShouldContain($"{key} belongs to the whole group 'g', whose 2 agents share one boundary: write it under groups.g");
        Habitat.Errors($"{{agents: {{list: [{{id: 'a', {pair}}}]}}, groups: {{a: {{{pair}}}}}}}").Single().ShouldContain("say it in one of them only");
        Habitat.Model($"{{agents: {{list: [{{id: 'a', isolationGroup: 'g', {pair}}}]}}}}").Groups.Single().Id.Value.ShouldBe("g");
        Habitat.Model($"{{agents: {{list: [{{id: 'a', isolationGroup: 'g'}}, {{id: 'b', isolationGroup: 'g'}}]}}, groups: {{g: {{{pair}}}}}}}");
    }

    [Fact]
    public void Groups_that_would_meet_by_accident_are_errors()
    {
        Habitat.Errors("{agents: {list: [{id: 'a', isolationGroup: 'x-y'}, {id: 'b', isolationGroup: 'x_y'}]}}").Single().ShouldContain("too alike");
        Habitat.Errors("{agents: {list: [{id: 'a_b'}, {id: 'a-b'}]}}").Single().ShouldContain("too alike");
        Habitat.Errors("{agents: {list: [{id: 'bench'}, {id: 'b', isolationGroup: 'bench'}]}}").Single().ShouldContain("is a group of its own");
        Habitat.Model("{agents: {list: [{id: 'bench', isolationGroup: 'bench'}, {id: 'b', isolationGroup: 'bench'}]}}").Groups.Count.ShouldBe(1);
        Habitat.Errors("{agents: {list: [{id: 'a', isolationGroup: 'bench'}]}, groups: {bnech: {}}}").Single().ShouldContain("did you mean 'bench'?");
    }

    [Fact]
    public void Agents_of_different_groups_may_not_reach_each_others_workspace()
    {
        Habitat.Errors("{agents: {list: [{id: 'a', workspace: 'ws'}, {id: 'b', workspace: 'ws/b'}]}}").Single().ShouldContain("is in reach of the agent 'a'");
        var together = Habitat.Model("{agents: {list: [{id: 'a', workspace: 'ws', isolationGroup: 'g'}, {id: 'b', workspace: './ws/b', isolationGroup: 'g'}]}}");
        together.Agents.Select(a => a.Workspace).ShouldBe(["/srv/lab/ws", "/srv/lab/ws/b"]);
    }

    [Fact]
    public void Leniently_the_older_verdict_holds_with_a_warning()
    {
        var habitat = Habitat.Model("{isolation: 'bogus', network: 'lan'}", lenient: true);
        (habitat.Groups[0].Level, habitat.Groups[0].Network).ShouldBe((IsolationLevel.None, NetworkMode.Host));
        Habitat.Warnings("{isolation: 'bogus'}", lenient: true).Single().ShouldEndWith("; taken as 'none', since --lenient was given");
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
        Habitat.Model($"{{agents: {{defaults: {{resources: {{memory: '{size}'}}}}}}}}").Groups[0].Limits.Memory.ShouldBe(new Limit(bytes, true));

    [Fact]
    public void Unknown_keys_that_lose_nothing_are_warnings()
    {
        Habitat.Warnings("{agents: {list: [{id: 'a', modle: 'x'}]}}").Single().ShouldBe("h.json5:1:28 agents.list[0].modle: 'modle' is no key of an agent and does nothing; did you mean 'model'?");
        Habitat.Warnings("{gruops: {}}").Single().ShouldContain("did you mean 'groups'?");
        Habitat.Warnings("{tools: {agentToAgent: {enabled: true, allow: ['bort']}}, agents: {list: [{id: 'bart'}]}}").Single().ShouldContain("did you mean 'bart'?");
        Habitat.Warnings("{channels: {}, session: {}, models: {}}").ShouldBeEmpty();
    }

    [Fact]
    public void All_problems_come_at_once_from_top_to_bottom()
    {
        var errors = Habitat.Errors("{\n isolation: 'x',\n agents: {list: [\n {id: 'A'},\n {id: 'b', tasks: {maxConcurrent: 0}},\n ]},\n sharedPaths: [3],\n a: ,\n}").ToList();
        errors.Count.ShouldBe(5);
        errors.Select(e => e.Split(':')[1]).ShouldBe(["2", "4", "5", "7", "8"]);
    }

    [Fact]
    public void Variables_are_expanded_in_what_creel_reads_and_only_checked_in_the_sections()
    {
        var habitat = Habitat.Model("{name: '${NAME}-${_X1}-$${NAME}-${lower}-$NAME', channels: {t: 'x${NAME}', u: '$${NAME}'}}");
        habitat.Name.ShouldBe("lab-1-${NAME}-${lower}-$NAME");
        habitat.Sections["channels"].ShouldBe("""{"t":"x${NAME}","u":"$${NAME}"}""");
        SectionText.Expand(habitat.Sections["channels"], name => name == "NAME" ? "se\"cret" : null).ShouldBe("""{"t":"xse\"cret","u":"${NAME}"}""");
        Should.Throw<CreelException>(() => SectionText.Expand("\"${NOPE}\"", _ => null)).Fault.Message.ShouldContain("NOPE");
        Habitat.Model("{env: {A: 'one', vars: {B: 'two'}}, name: '${A}${B}'}").Name.ShouldBe("onetwo");
    }

    [Fact]
    public void A_brain_can_be_any_program()
    {
        var brain = Habitat.Model("{agents: {list: [{id: 'a', brain: {command: ['/bin/cat', '{message}'], input: 'argument', output: 'json'}}]}}").Agents[0].Brain;
        brain.ShouldBe(new BrainModel("command") { Command = ["/bin/cat", "{message}"], Input = "argument", Output = "json" });
        Habitat.Model("{agents: {list: [{id: 'a', brain: {kind: 'command', command: '/bin/my brain'}}]}}").Agents[0].Brain.Command.ShouldBe(["/bin/my brain"]);
        Habitat.Model("{agents: {defaults: {brain: 'openclaw'}}}").Agents[0].Brain.Kind.ShouldBe("openclaw");
    }

    [Fact]
    public void The_task_policy_of_an_agent_adds_to_that_of_all()
    {
        var habitat = Habitat.Model(
            "{agents: {defaults: {tasks: {timeout: '5m', types: ['exec']}}, list: [{id: 'a', tasks: {allowSudo: true, maxOutput: '1m'}}, {id: 'b', tasks: {timeout: 1500}}]}}"
        );
        var policy = habitat.Agents[0].Policy;
        (policy.AllowSudo, policy.MaxConcurrent, policy.MaxOutput, policy.Timeout).ShouldBe((true, 5, 1_048_576, TimeSpan.FromMinutes(5)));
        policy.Types.ShouldBe(["exec"]);
        habitat.Agents[1].Policy.Timeout.ShouldBe(TimeSpan.FromSeconds(1.5));
    }
}
