using Creel.Core.Habitats;
using Creel.Core.Habitats.Shapes;

namespace Creel.Tests.Habitats;

/// <summary>What is wrong in the sections that are OpenClaw's: each mistake has one clear answer.</summary>
public class SectionIssueTests
{
    [Theory]
    [InlineData("{channels: {telegrm: {}}}", "channels.telegrm unknown_channel")]
    [InlineData("{channels: {telegram: {accounts: {'__proto__': {}}}}}", "channels.telegram.accounts.__proto__ account_id")]
    [InlineData("{channels: {telegram: {accounts: {' ': {}}}}}", "channels.telegram.accounts.  account_id")]
    [InlineData("{channels: {telegram: {accounts: {A: {}, a: {}}}}}", "channels.telegram.accounts.a account_id")]
    [InlineData("{channels: {telegram: {webhookUrl: 'https://x'}}}", "channels.telegram.webhookSecret webhook_requires_secret")]
    [InlineData(
        "{channels: {telegram: {dmPolicy: 'open', allowFrom: ['*'], accounts: {a: {allowFrom: ['1']}}}}}",
        "channels.telegram.accounts.a.allowFrom open_requires_star"
    )]
    [InlineData("{bindings: [{agentId: 'main', match: {channel: 7}}]}", "bindings.0.match.channel wrong_type")]
    [InlineData("{bindings: [{agentId: 'main', match: {channel: ' '}}]}", "bindings.0.match invalid")]
    [InlineData(
        "{bindings: [{agentId: 'main', match: {channel: 'telegram', peer: {kind: 'group', id: ''}}}]}",
        "bindings.0.match.peer.id invalid"
    )]
    [InlineData("{bindings: [5]}", "bindings.0 wrong_type")]
    [InlineData(
        "{agents: {list: [{id: 'a', agentDir: '/x/a'}, {id: 'b', agentDir: '/x/./a/'}]}}",
        "agents.list duplicate_agent_dir"
    )]
    [InlineData("{agents: {defaults: {maxConcurrent: 0}}}", "agents.defaults.maxConcurrent too_small")]
    [InlineData("{session: {agentToAgent: {maxPingPongTurns: 6}}}", "session.agentToAgent.maxPingPongTurns too_big")]
    [InlineData("{agents: {list: [{id: 'a', heartbeat: {every: 'soon'}}]}}", "agents.list.0.heartbeat.every invalid_duration")]
    [InlineData(
        "{agents: {list: [{id: 'a', sandbox: {docker: {network: 'host'}}}]}}",
        "agents.list.0.sandbox.docker.network sandbox_security"
    )]
    [InlineData("{agents: {list: [{id: 'a'}]}, broadcast: {'1': ['a', 'ghost']}}", "broadcast.1.1 unknown_agent")]
    [InlineData("{gateway: {auth: {mode: 5}}}", "gateway.auth.mode invalid_enum")]
    [InlineData("{messages: {queue: {byChannel: {telegram: 'colect'}}}}", "messages.queue.byChannel.telegram invalid_enum")]
    public void A_mistake_has_one_issue(string text, string issue) =>
        Habitat.Read(text).Issues.Select(i => $"{i.Path} {i.Code}").ShouldBe([issue]);

    [Theory]
    [InlineData(
        "{agents: {list: [{id: 'a'}]}, bindings: [{agentId: 'gost', match: {channel: 'telegram'}}]}",
        "which is no agent here"
    )]
    [InlineData("{bindings: [{agentId: 'main', match: {channel: 'tg'}}]}", "did you mean 'telegram'?")]
    [InlineData("{bindings: [{agentId: ' ', match: {channel: 'telegram'}}]}", "names no agent")]
    public void What_the_router_will_refuse_is_a_warning(string text, string warning) =>
        Habitat.Warnings(text).Single().ShouldContain(warning);

    [Fact]
    public void Without_a_roster_a_broadcast_is_not_judged() => Habitat.Read("{broadcast: {'1': ['a']}}").Issues.ShouldBeEmpty();

    [Fact]
    public void What_newer_versions_write_is_taken() =>
        Habitat
            .Read(
                """
                { agents: { entries: { a: { default: true }, b: {} } },
                  bindings: [{ type: "route", agentId: "b", match: { channel: "telegram" }, session: { dmScope: "per-peer" } }],
                  channels: { telegram: { defaultAccount: "x", accounts: { x: {} } } }, session: { groupScope: "main" } }
                """
            )
            .Issues.ShouldBeEmpty();

    /// <summary>One that touches every shape: a name that is not there would only be found when somebody writes that key.</summary>
    [Fact]
    public void A_configuration_that_says_a_little_of_all_is_right() =>
        Habitat
            .Read(
                """
                { agents: { defaults: { model: { primary: "a/b", fallbacks: [] }, heartbeat: { every: "30m", target: "last" }, memorySearch: { x: 1 },
                    sandbox: { mode: "off", docker: { memory: "1g", ulimits: { nofile: { soft: 1 } } } }, subagents: { maxSpawnDepth: 2 } },
                    list: [{ id: "a", groupChat: { mentionPatterns: ["x"] }, subagents: { allowAgents: ["*"], model: "c/d" }, sandbox: { mode: "off" },
                      heartbeat: { activeHours: { start: "08:00", end: "24:00" } },
                      tools: { profile: "coding", deny: ["exec"], byProvider: { "a/b": { profile: "minimal", allow: ["read"] } }, exec: { host: "sandbox" },
                        elevated: { enabled: true, allowFrom: { telegram: [1, "2"] } }, fs: { workspaceOnly: true } } }] },
                  tools: { profile: "full", web: {}, sessions: { visibility: "all" }, agentToAgent: { enabled: false }, exec: { ask: "off" },
                    subagents: { tools: { deny: ["exec"] } }, sandbox: { tools: { alsoAllow: ["read"] } } },
                  channels: { defaults: { groupPolicy: "open" },
                    telegram: { accounts: { a: { botToken: "x", groups: { "*": { topics: { "1": {} } } } } } },
                    whatsapp: { allowFrom: ["+1"] }, discord: { guilds: { "1": { users: ["2"] } }, dm: { policy: "open", allowFrom: ["*"] } },
                    slack: { channels: { c: { requireMention: true } } }, signal: { whatever: 1 } },
                  session: { reset: { mode: "idle", idleMinutes: 5 }, resetByType: { thread: { atHour: 3 } }, sendPolicy: { default: "allow", rules: [] },
                    maintenance: { pruneAfter: "30d" } },
                  messages: { queue: { mode: "steer", byChannel: { telegram: "collect" } }, groupChat: { historyLimit: 5 } },
                  commands: { native: "auto", allowFrom: { "*": [1] } }, broadcast: { strategy: "parallel", "1": ["a"] },
                  gateway: { mode: "local", auth: { mode: "token", token: "t" }, reload: { mode: "hot" }, controlUi: { enabled: false } },
                  env: { shellEnv: { enabled: false }, vars: { A: "b" }, C: "d" }, hooks: { anything: 1 } }
                """
            )
            .Issues.ShouldBeEmpty();
}
