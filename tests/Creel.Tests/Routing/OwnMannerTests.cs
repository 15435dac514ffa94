using Creel.Core.Routing;

namespace Creel.Tests.Routing;

/// <summary>Each way in which our routes differ from OpenClaw 2026.2.26, beside what that version answers.</summary>
public sealed class OwnMannerTests
{
    private const string Two = "agents: { list: [{ id: 'home', default: true }, { id: 'work' }] }";

    [Fact]
    public void A_binding_to_an_agent_that_is_not_there_is_refused_and_goes_to_nobody_else()
    {
        var config = $"{{ {Two}, bindings: [{{ agentId: 'wrok', match: {{ channel: 'slack' }} }}] }}";
        Old(config, new MessageSource("slack")).Agent.ShouldBe("home");
        var refused = Refused(config, new MessageSource("slack"));
        refused.Why.Code.ShouldBe("binding-agent");
        refused.Why.Message.ShouldContain("bindings[0]");
        refused.Why.Message.ShouldContain("'wrok'");
    }

    [Fact]
    public void A_binding_that_names_no_agent_is_refused()
    {
        var config = $"{{ {Two}, bindings: [{{ agentId: ' ', match: {{ channel: 'slack' }} }}] }}";
        Old(config, new MessageSource("slack")).Agent.ShouldBe("home");
        Refused(config, new MessageSource("slack")).Why.Code.ShouldBe("binding-agent");
    }

    [Fact]
    public void A_configuration_without_a_roster_has_one_agent_and_trusts_no_other_name()
    {
        const string Config = "{ bindings: [{ agentId: 'ghost', match: { channel: 'slack' } }] }";
        Old(Config, new MessageSource("slack")).Agent.ShouldBe("ghost");
        Refused(Config, new MessageSource("slack")).Why.Code.ShouldBe("binding-agent");
        New("{}", new MessageSource("slack")).Agent.ShouldBe("main");
    }

    [Fact]
    public void Of_several_agents_the_first_is_no_default_unless_it_says_so()
    {
        const string Config = "{ agents: { list: [{ id: 'one' }, { id: 'two' }] } }";
        Old(Config, new MessageSource("slack")).Agent.ShouldBe("one");
        Refused(Config, new MessageSource("slack")).Why.Code.ShouldBe("no-default-agent");
        New("{ agents: { list: [{ id: 'one' }] } }", new MessageSource("slack")).Agent.ShouldBe("one");
    }

    [Fact]
    public void A_channel_that_nobody_knows_is_refused()
    {
        Old($"{{ {Two} }}", new MessageSource("tg")).Agent.ShouldBe("home");
        Refused($"{{ {Two} }}", new MessageSource("tg")).Why.Code.ShouldBe("unknown-channel");
        Refused($"{{ {Two} }}", new MessageSource("")).Why.Code.ShouldBe("unknown-channel");
        New($"{{ {Two}, channels: {{ pigeon: {{}} }} }}", new MessageSource("pigeon")).Agent.ShouldBe("home");
    }

    [Fact]
    public void A_group_and_a_channel_of_the_same_id_are_one()
    {
        var config =
            $"{{ {Two}, bindings: [{{ agentId: 'work', match: {{ channel: 'slack', peer: {{ kind: 'group', id: 'C1' }} }} }}] }}";
        var source = new MessageSource("slack") { Peer = Peer.Of("channel", "C1") };
        Old(config, source).Agent.ShouldBe("home");
        New(config, source).Agent.ShouldBe("work");
        New(config, new MessageSource("slack") { Peer = Peer.Of("direct", "C1") }).Agent.ShouldBe("home");
    }

    [Fact]
    public void A_star_is_every_peer_of_its_kind_and_yields_to_an_exact_one()
    {
        var config =
            $"{{ {Two}, bindings: ["
            + "{ agentId: 'work', match: { channel: 'slack', peer: { kind: 'direct', id: '*' } } },"
            + "{ agentId: 'home', match: { channel: 'slack', peer: { kind: 'direct', id: 'U1' } } }] }";
        var other = new MessageSource("slack") { Peer = Peer.Of("direct", "U2") };
        Old(config, other).MatchedBy.ShouldBe(RouteTier.Default);
        New(config, other).MatchedBy.ShouldBe(RouteTier.WildcardPeer);
        New(config, other).Agent.ShouldBe("work");
        New(config, new MessageSource("slack") { Peer = Peer.Of("direct", "U1") }).Agent.ShouldBe("home");
        New(config, new MessageSource("slack") { Peer = Peer.Of("group", "U2") }).Agent.ShouldBe("home");
    }

    [Fact]
    public void The_configured_main_key_is_in_the_session_key()
    {
        var config = $"{{ {Two}, session: {{ mainKey: ' Work ' }} }}";
        Old(config, new MessageSource("slack")).SessionKey.ShouldBe("agent:home:main");
        New(config, new MessageSource("slack")).SessionKey.ShouldBe("agent:home:work");
    }

    [Fact]
    public void Two_groups_whose_ids_differ_in_case_alone_have_two_conversations()
    {
        var one = new MessageSource("signal") { Peer = Peer.Of("group", "VWATodk+5Bi=") };
        var other = new MessageSource("signal") { Peer = Peer.Of("group", "vwatodk+5bi=") };
        Old("{}", one).SessionKey.ShouldBe(Old("{}", other).SessionKey);
        New("{}", one).SessionKey.ShouldBe("agent:main:signal:group:VWATodk+5Bi=");
        New("{}", other).SessionKey.ShouldNotBe(New("{}", one).SessionKey);
    }

    [Fact]
    public void A_binding_may_have_scopes_of_its_own()
    {
        const string Config =
            "{ session: { groupScope: 'main' }, bindings: [{ agentId: 'main', session: { dmScope: 'per-peer', groupScope: 'per-group' },"
            + " match: { channel: 'slack', accountId: 'biz' } }] }";
        var direct = new MessageSource("slack", "biz") { Peer = Peer.Of("direct", "U1") };
        var room = new MessageSource("slack", "biz") { Peer = Peer.Of("group", "R1") };
        New(Config, direct).SessionKey.ShouldBe("agent:main:direct:u1");
        New(Config, room).SessionKey.ShouldBe("agent:main:slack:group:r1");
        New(Config, new MessageSource("slack") { Peer = Peer.Of("group", "R1") }).SessionKey.ShouldBe("agent:main:main");
        Old(Config, direct).SessionKey.ShouldBe("agent:main:main");
    }

    [Theory]
    [InlineData("__proto__")]
    [InlineData("constructor")]
    [InlineData("*")]
    [InlineData("\u200b")]
    [InlineData("")]
    public void Names_that_are_none_are_the_default_account(string account) =>
        New("{}", new MessageSource("slack", account)).Account.ShouldBe("default");

    private static Route Old(string config, MessageSource source) =>
        Resolve(config, source, RoutingManner.Of20260226).ShouldBeOfType<RouteOutcome.Found>().Route;

    private static Route New(string config, MessageSource source) =>
        Resolve(config, source, RoutingManner.Creel).ShouldBeOfType<RouteOutcome.Found>().Route;

    private static RouteOutcome.Refused Refused(string config, MessageSource source) =>
        Resolve(config, source, RoutingManner.Creel).ShouldBeOfType<RouteOutcome.Refused>();

    private static RouteOutcome Resolve(string config, MessageSource source, RoutingManner manner) =>
        new Router(RoutingReader.Read("test", config, manner).Model).Resolve(source);
}
