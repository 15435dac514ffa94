using Creel.Adapters.Loopback;
using Creel.Core.Channels;
using Creel.Core.Routing;
using Creel.Tests.Habitats;

namespace Creel.Tests.Channels;

public class JudgeTests
{
    private static readonly LoopbackKind Kind = new();

    [Theory]
    [InlineData("", false)]
    [InlineData("strategy: 'parallel', ", false)]
    [InlineData("strategy: 'sequential', ", true)]
    public void Of_several_that_hear_a_message_the_second_waits_only_where_that_is_said(string strategy, bool waits)
    {
        var turns = Taken(
            Two + $"broadcast: {{ {strategy}jazz: ['bart', 'lisa'] }}, channels: {{ loopback: {Open} }}",
            "default"
        );

        turns.Select(t => (t.Agent, t.AfterOther)).ShouldBe([("bart", false), ("lisa", waits)]);
    }

    [Fact]
    public void A_login_of_its_own_that_no_binding_speaks_of_is_answered_where_there_is_one_agent_alone()
    {
        const string Second = "channels: { loopback: { accounts: { second: " + Open + " } } }";

        Taken("agents: { list: [{ id: 'bart' }] }, " + Second, "second").ShouldHaveSingleItem().Agent.ShouldBe("bart");
        Decide(Two + Second, "second").ShouldBeOfType<Verdict.Dropped>().Reason.ShouldBe("account_without_binding");
        Taken(Two + "bindings: [{ agentId: 'lisa', match: { channel: 'loopback', accountId: 'second' } }], " + Second, "second")
            .ShouldHaveSingleItem()
            .Agent.ShouldBe("lisa");
    }

    private const string Two = "agents: { list: [{ id: 'bart', default: true }, { id: 'lisa' }] }, ";
    private const string Open = "{ groupPolicy: 'open', groups: { '*': { requireMention: false } } }";

    private static IReadOnlyList<InboundTurn> Taken(string habitat, string account) =>
        Decide(habitat, account).ShouldBeOfType<Verdict.Taken>().Turns;

    private static Verdict Decide(string habitat, string account)
    {
        var model = Habitat.Model($"{{ name: 'h', {habitat} }}");
        var access = new AccessPolicy(model.Gateway.Channels.Find("loopback", account)!, new ChannelTraits(4096), Kind);
        var message = new InboundMessage(
            new ChannelAccount("loopback", account),
            "1",
            new Peer(PeerKind.Group, "jazz"),
            new Sender("7"),
            "hi",
            DateTimeOffset.UnixEpoch
        );
        return new Judge(RulesReader.Read(model)).Decide(message, Kind, access, paired: false);
    }
}
