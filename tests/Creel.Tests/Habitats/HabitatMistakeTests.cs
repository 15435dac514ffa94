namespace Creel.Tests.Habitats;

public class HabitatMistakeTests
{
    [Theory]
    [InlineData(
        "{isolation: 'sesion'}",
        "h.json5:1:13 isolation: 'sesion' is no isolation level; it is one of: none, session, container, vm; did you mean 'session'?"
    )]
    [InlineData(
        "{isolation: 'Session'}",
        "h.json5:1:13 isolation: 'Session' is no isolation level; it is one of: none, session, container, vm; did you mean 'session'?"
    )]
    [InlineData(
        "{isolation: ''}",
        "h.json5:1:13 isolation: '' is no isolation level; it is one of: none, session, container, vm"
    )]
    [InlineData("{isolation: 5}", "h.json5:1:13 isolation: must be a string, one of: none, session, container, vm; got a number")]
    [InlineData(
        "{isolation: 'droplet'}",
        "h.json5:1:13 isolation: 'droplet' is no isolation level; it is one of: none, session, container, vm; did you mean 'vm'?"
    )]
    [InlineData(
        "{network: 'HOST'}",
        "h.json5:1:11 network: 'HOST' is no network; it is one of: none, proxy, internal, bridge, host; did you mean 'host'?"
    )]
    [InlineData("{name: ' '}", "h.json5:1:8 name: is empty: write something or leave it out")]
    [InlineData("{agents: {list: ['Bart S']}}", "h.json5:1:18 agents.list[0]: must be an object: write { id: \"bart-s\" }")]
    [InlineData("{agents: {list: [{}]}}", "h.json5:1:18 agents.list[0]: an agent needs an id")]
    [InlineData(
        "{agents: {list: [{id: 'Bart'}]}}",
        "h.json5:1:23 agents.list[0].id: 'Bart' is not an agent id, which is a lower-case letter or digit, then up to 63 lower-case letters, digits, '-' or '_'; write 'bart'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a'},\n{id: 'a'}]}}",
        "h.json5:2:6 agents.list[1].id: the agent 'a' is there twice; the first is at h.json5:1:23"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', default: true}, {id: 'b', default: true}]}}",
        "h.json5:1:63 agents.list[1].default: the agent 'a' (h.json5:1:23) is the default already: there is one"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', isolatoin: 'vm'}]}}",
        "h.json5:1:28 agents.list[0].isolatoin: 'isolatoin' is no key of an agent; did you mean 'isolation'?"
    )]
    [InlineData("{isolatoin: 'vm'}", "h.json5:1:2 isolatoin: 'isolatoin' is no key of the top level; did you mean 'isolation'?")]
    [InlineData(
        "{egress: []}",
        "h.json5:1:2 egress: is no key of the top level: write it under agents.list, groups, or (resources) agents.defaults"
    )]
    [InlineData(
        "{agents: {defaults: {network: 'none'}}}",
        "h.json5:1:22 agents.defaults.network: is no key of agents.defaults: write it on the agent, under groups, or (isolation and network) at the top level"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', resources: {memory: '5m'}}]}}",
        "h.json5:1:48 agents.list[0].resources.memory: is less than 6m, in which nothing runs"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', resources: {memory: '12 potatoes'}}]}}",
        "h.json5:1:48 agents.list[0].resources.memory: '12 potatoes' is no amount: bytes, or a number with k, m, g, t or Ki, Mi, Gi, Ti (1024 each), or K, M, G, T (1000 each), more than 0"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', resources: {cpu: -1}}]}}",
        "h.json5:1:45 agents.list[0].resources.cpu: -1 is no amount: cores, as in 0.5, or thousandths of one, as in '500m', more than 0"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', resources: {pids: 1.5}}]}}",
        "h.json5:1:46 agents.list[0].resources.pids: must be a whole number from 1 to 4194304, got 1.5"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', egress: ['github.com']}]}}",
        "h.json5:1:37 agents.list[0].egress[0]: a port is missing: write 'github.com:443', if that is what is meant"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', egress: ['https://x:443']}]}}",
        "h.json5:1:37 agents.list[0].egress[0]: 'https://x:443' is not a host and a port, as in 'github.com:443' or '*.example.org:443'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', egress: ['x:0']}]}}",
        "h.json5:1:37 agents.list[0].egress[0]: 'x:0' has no port from 1 to 65535 after its last ':'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', network: 'none', egress: ['x:1']}]}}",
        "h.json5:1:53 agents.list[0].egress: network 'none' has no way out, so there is nothing to let through: remove egress, or say network 'proxy'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', budget: {usd: 5}}]}}",
        "h.json5:1:36 agents.list[0].budget: a budget needs 'per', one of: hour, day, week, month, total"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', budget: {usd: '5', per: 'dai'}}]}}",
        "h.json5:1:42 agents.list[0].budget.usd: 'usd' must be a number from 0 to 1000000000"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', brain: 'command'}]}}",
        "h.json5:1:35 agents.list[0].brain: a command brain needs its command: write { kind: \"command\", command: [\"/path/of/program\"] }"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', brain: 'natve'}]}}",
        "h.json5:1:35 agents.list[0].brain: 'natve' is no brain; it is one of: native, command, openclaw; did you mean 'native'?"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', brain: {kind: 'native', command: ['x']}}]}}",
        "h.json5:1:61 agents.list[0].brain.command: a brain of kind 'native' runs no command: remove it, or say kind 'command'"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', brain: {kind: 'command', command: []}}]}}",
        "h.json5:1:62 agents.list[0].brain.command: must name a program first"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', tasks: {timeout: '30x'}}]}}",
        "h.json5:1:45 agents.list[0].tasks.timeout: must be a duration from 1ms to 7d: milliseconds, or a number with ms, s, m, h or d"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', tasks: {types: []}}]}}",
        "h.json5:1:43 agents.list[0].tasks.types: an empty list would allow no task at all: leave it out to allow all"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', driver: 'bublewrap'}]}}",
        "h.json5:1:36 agents.list[0].driver: 'bublewrap' is no driver; it is one of: host, bubblewrap, systemd, docker; did you mean 'bubblewrap'?"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', workspace: '/etc/x'}]}}",
        "h.json5:1:39 agents.list[0].workspace: '/etc/x': /etc belongs to the host and can't be a workspace"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', workspace: '~bob/x'}]}}",
        "h.json5:1:39 agents.list[0].workspace: '~bob/x': only '~' and '~/…' are known, and only where there is a home folder"
    )]
    [InlineData("{sharedPaths: ['srv']}", "h.json5:1:16 sharedPaths[0]: 'srv': the path must be absolute")]
    [InlineData("{sharedPaths: ['/srv/../etc']}", "h.json5:1:16 sharedPaths[0]: '/srv/../etc': the path must not contain '..'")]
    [InlineData("{sharedPaths: ['/srv/']}", "h.json5:1:16 sharedPaths[0]: '/srv/': the path must be written plainly: '/srv'")]
    [InlineData(
        "{sharedPaths: ['/a,b']}",
        "h.json5:1:16 sharedPaths[0]: '/a,b': a path with a control character, ':' or ',' can't be mounted everywhere"
    )]
    [InlineData(
        "{sharedPaths: ['/']}",
        "h.json5:1:16 sharedPaths[0]: '/': it contains /etc, which is not shared: name a smaller folder"
    )]
    [InlineData(
        "{sharedPaths: ['/run/docker.sock']}",
        "h.json5:1:16 sharedPaths[0]: '/run/docker.sock': /run belongs to the host and is not shared"
    )]
    [InlineData("{sharedPaths: ['/home/ann/.ssh']}", "h.json5:1:16 sharedPaths[0]: '/home/ann/.ssh': .ssh holds secrets")]
    [InlineData(
        "{sharedPaths: ['/home/ann']}",
        "h.json5:1:16 sharedPaths[0]: '/home/ann': it contains the home folder with its keys: name a smaller folder"
    )]
    [InlineData(
        "{sharedPaths: [{path: '/srv/x', mode: 'rx'}]}",
        "h.json5:1:39 sharedPaths[0].mode: 'rx' is neither 'ro' (default) nor 'rw'"
    )]
    [InlineData("{sharedPaths: ['/srv/x', '/srv/x']}", "h.json5:1:26 sharedPaths[1]: '/srv/x' is shared twice")]
    [InlineData("{hooks: {x: Infinity}}", "h.json5:1:13 hooks.x: Infinity is too large or not a number at all")]
    [InlineData(
        "{name: 'a${MISSING}'}",
        "h.json5:1:8 name: the variable MISSING is missing or empty: set it, or write $${MISSING} if the text itself is meant"
    )]
    [InlineData(
        "{hooks: {token: '${EMPTY}'}}",
        "h.json5:1:17 hooks.token: the variable EMPTY is missing or empty: set it, or write $${EMPTY} if the text itself is meant"
    )]
    [InlineData("[1]", "h.json5:1:1: a habitat is an object, not an array")]
    public void Each_mistake_is_told_with_its_place_and_what_to_do(string text, string error) =>
        Habitat.Errors(text).First().ShouldBe(error);

    [Fact]
    public void A_value_that_is_not_known_is_told_once_for_each_variable() =>
        Habitat
            .Errors("{name: '${MISSING}${EMPTY}', agents: {list: [{id: '${MISSING}'}]}}")
            .Select(error => error.Split(' ')[1].TrimEnd(':') + " " + error.Split(' ')[4])
            .ShouldBe(["name MISSING", "name EMPTY", "agents.list[0].id MISSING"]);

    [Fact]
    public void An_entry_whose_id_is_wrong_or_taken_is_read_to_its_end() =>
        Habitat
            .Errors("{agents: {list: [{id: 'A B', isolaton: 'none'}, {id: 'a'}, {id: 'a', model: 5}]}}")
            .Select(error => error.Split(' ')[1].TrimEnd(':'))
            .ShouldBe(
                ["agents.list[0].id", "agents.list[0].isolaton", "agents.list[2].id", "agents.list[2].model"],
                ignoreOrder: true
            );
}
