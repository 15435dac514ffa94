using Creel.Core;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;

namespace Creel.Tests.Habitats.Gateway;

/// <summary>The sections about conversations, as they hold.</summary>
public class SectionsReaderTests
{
    [Fact]
    public void Nothing_written_is_what_is_usual()
    {
        var sections = Habitat.Model("{}").Gateway;
        sections.Session.Reset.ShouldBe(new ResetRule(ResetMode.Daily, 4, null));
        sections.Messages.Queue.Mode.ShouldBe("collect");
        sections.Gateway.Auth.Mode.ShouldBe(GatewayAuthMode.Token);
        sections.Agents[AgentId.Parse("main")].Heartbeat.ShouldBeNull();
        sections.Agents[AgentId.Parse("main")].Timeout.ShouldBeNull();
        sections.AgentDefaults.MaxConcurrent.ShouldBe(4);
    }

    [Fact]
    public void A_session_section_is_read()
    {
        var session = Habitat
            .Model(
                """
                { session: { dmScope: "per-peer", mainKey: "Home", idleMinutes: 30, resetByType: { dm: { mode: "idle", idleMinutes: 5 } },
                    resetByChannel: { Telegram: { mode: "daily", atHour: 6 } }, agentToAgent: { maxPingPongTurns: 0 },
                    sendPolicy: { default: "deny", rules: [{ action: "allow", match: { channel: "telegram", chatType: "dm" } }] } } }
                """
            )
            .Gateway.Session;
        session.Keys.DmScope.ShouldBe(DmScope.PerPeer);
        session.Keys.MainKey.ShouldBe("home");
        session.Reset.ShouldBe(new ResetRule(ResetMode.Idle, 4, TimeSpan.FromMinutes(30)));
        session.ResetOf("whatsapp", "direct").Idle.ShouldBe(TimeSpan.FromMinutes(5));
        session.ResetOf("telegram", "direct").ShouldBe(new ResetRule(ResetMode.Daily, 6, TimeSpan.FromMinutes(30)));
        session.MaxPingPongTurns.ShouldBe(0);
        session.SendPolicy.Default.ShouldBeFalse();
        session.SendPolicy.Rules.Single().ShouldBe(new SendRule(true, "telegram", "direct", null, null));
    }

    [Fact]
    public void If_one_agent_has_a_heartbeat_of_its_own_the_others_have_none()
    {
        var beats = Beats(
            "{agents: {defaults: {heartbeat: {every: '1h30m', target: 'last'}}, list: [{id: 'a'}, {id: 'b', heartbeat: {every: '5'}}]}}"
        );
        beats["a"].ShouldBeNull();
        beats["b"].ShouldNotBeNull().Every.ShouldBe(TimeSpan.FromMinutes(5));
        beats["b"]!.Target.ShouldBe("last");
    }

    [Fact]
    public void A_heartbeat_of_the_defaults_is_the_default_agents()
    {
        var beats = Beats("{agents: {defaults: {heartbeat: {every: '1h30m'}}, list: [{id: 'a'}, {id: 'b', default: true}]}}");
        beats["a"].ShouldBeNull();
        beats["b"].ShouldNotBeNull().Every.ShouldBe(TimeSpan.FromMinutes(90));
        Beats("{agents: {defaults: {heartbeat: {every: '0m'}}}}")["main"].ShouldBeNull();
    }

    [Theory]
    [InlineData("08:00", "22:00", 480, true)]
    [InlineData("08:00", "22:00", 1320, false)]
    [InlineData("22:00", "06:00", 10, true)]
    [InlineData("22:00", "06:00", 720, false)]
    [InlineData("08:00", "24:00", 1439, true)]
    public void Active_hours_have_a_start_and_no_end(string start, string end, int minute, bool holds)
    {
        var hours = Beats($"{{agents: {{defaults: {{heartbeat: {{activeHours: {{start: '{start}', end: '{end}'}}}}}}}}}}")[
            "main"
        ]!;
        hours.ActiveHours.ShouldNotBeNull().Holds(minute).ShouldBe(holds);
    }

    [Fact]
    public void An_agent_has_its_own_over_the_defaults()
    {
        var agent = Habitat
            .Model(
                """
                { agents: { defaults: { model: { primary: "a/b", fallbacks: ["c/d"] }, sandbox: { mode: "all", scope: "agent" }, timeoutSeconds: 9 },
                    list: [{ id: "x", model: "e/f", sandbox: { workspaceAccess: "ro" }, identity: { name: "Ex", emoji: "🦞" },
                             groupChat: { mentionPatterns: ["@ex"] }, tools: { profile: "coding" } }] } }
                """
            )
            .Gateway.Agents[AgentId.Parse("x")];
        agent.Model.ShouldBe(new ModelChoice("e/f", ["c/d"]));
        (agent.Sandbox.Mode, agent.Sandbox.Scope, agent.Sandbox.WorkspaceAccess).ShouldBe(("all", "agent", "ro"));
        agent.Identity.Name.ShouldBe("Ex");
        agent.MentionPatterns.ShouldBe(["@ex"]);
        agent.Tools.Agent.List.Profile.ShouldBe("coding");
        agent.Timeout.ShouldBe(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public void Variables_are_replaced_but_for_those_of_secrets()
    {
        var text = Habitat.Model("{gateway: {auth: {token: '${NAME}'}}, session: {mainKey: '${NAME}'}}").Gateway.Text;
        text.ShouldContain("\"mainKey\":\"lab\"");
        text.ShouldContain("\"token\":\"${NAME}\"");
    }

    [Fact]
    public void Broadcast_groups_name_agents_that_are_there()
    {
        var cast = Habitat
            .Model("{agents: {list: [{id: 'a'}, {id: 'b'}]}, broadcast: {strategy: 'sequential', '1@g.us': ['b', 'a', 'b']}}")
            .Gateway.Broadcast;
        cast.Sequential.ShouldBeTrue();
        cast.Agents["1@g.us"].Select(a => a.Value).ShouldBe(["b", "a"]);
    }

    private static Dictionary<string, HeartbeatModel?> Beats(string text) =>
        Habitat.Model(text).Gateway.Agents.ToDictionary(a => a.Key.Value, a => a.Value.Heartbeat);
}
