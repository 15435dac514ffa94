using Creel.Adapters.Telegram;
using Creel.Core.Channels;
using Creel.Core.Routing;
using Creel.Core.Tools;
using Creel.Tests.Habitats;

namespace Creel.Tests.Channels;

/// <summary>What a room, a topic or a direct conversation says of tools, and to whom.</summary>
public class RoomToolsTests
{
    private const string All = "'*': { tools: { deny: ['a'] }, toolsBySender: { 'id:9': { deny: ['b'] } } }";
    private const string One = "'-100': { tools: { deny: ['c'] }, toolsBySender: { 'username:ann': { deny: ['d'] } } }";
    private const string Forum =
        "'-100': { tools: { deny: ['c'] }, topics: { '4': { toolsBySender: { 'id:1': { deny: ['e'] } } }, '5': { tools: { deny: ['f'] } } } }";

    private static readonly TelegramKind Kind = new(TimeProvider.System);

    [Theory]
    [InlineData("{ groups: { " + All + " } }", "1", "a", "channels.telegram.groups[*].tools")]
    [InlineData("{ groups: { " + All + " } }", "9", "b", "channels.telegram.groups[*].toolsBySender[id:9]")]
    [InlineData("{ groups: { " + All + ", " + One + " } }", "9", "c", "channels.telegram.groups[-100].tools")]
    [InlineData(
        "{ groups: { " + All + ", " + One + " } }",
        "1",
        "d",
        "channels.telegram.groups[-100].toolsBySender[username:ann]"
    )]
    [InlineData(
        "{ groups: { " + All + ", '-100': { requireMention: false } } }",
        "9",
        "b",
        "channels.telegram.groups[*].toolsBySender[id:9]"
    )]
    [InlineData("{ groups: { '-5': { tools: { deny: ['x'] } }, '*': {} } }", "1", null, null)]
    [InlineData("{ groups: { " + All + " }, accounts: { default: { groups: { '*': {} } } } }", "1", null, null)]
    [InlineData(
        "{ groups: { '*': {} }, accounts: { default: { groups: { " + All + " } } } }",
        "1",
        "a",
        "channels.telegram.groups[*].tools"
    )]
    [InlineData("{ direct: { '*': { tools: { deny: ['x'] } } }, groups: { '*': {} } }", "1", null, null)]
    public void Of_a_group(string account, string sender, string? denied, string? from) =>
        Said(account, "-100", null, sender).ShouldBe((denied, from));

    [Theory]
    [InlineData("4", "1", "e", "channels.telegram.groups[-100].topics[4].toolsBySender[id:1]")]
    [InlineData("4", "2", "c", "channels.telegram.groups[-100].tools")]
    [InlineData("5", "1", "f", "channels.telegram.groups[-100].topics[5].tools")]
    [InlineData("6", "1", "c", "channels.telegram.groups[-100].tools")]
    public void Of_a_topic(string topic, string sender, string denied, string from) =>
        Said("{ groups: { " + Forum + " } }", "-100", topic, sender).ShouldBe((denied, from));

    [Theory]
    [InlineData("1", null, null)]
    [InlineData("2", "y", "channels.telegram.direct[2].toolsBySender[id:2]")]
    [InlineData("3", "x", "channels.telegram.direct[*].tools")]
    public void Of_a_direct_conversation_its_own_entry_takes_the_place_of_everybodys(string sender, string? denied, string? from)
    {
        var policy = Policy(
            "{ direct: { '*': { tools: { deny: ['x'] } }, '1': { tools: {} }, '2': { toolsBySender: { 'id:2': { deny: ['y'] } } } } }"
        );
        var limit = policy.Tools(Message(new Peer(PeerKind.Direct, sender), null, new Sender(sender)));
        if (sender == "1")
        {
            limit.ShouldNotBeNull().List.SaysNothing.ShouldBeTrue();
            return;
        }

        (limit?.List.Deny?.Single(), limit?.From).ShouldBe((denied, from));
    }

    [Fact]
    public void It_goes_with_the_message()
    {
        var habitat = Habitat.Model(
            "{ name: 'h', agents: { list: [{ id: 'bart' }] }, channels: { telegram: { groupPolicy: 'open', groups: { "
                + All
                + " } } } }"
        );
        var judge = new Judge(RulesReader.Read(habitat));
        var message = new InboundMessage(
            new ChannelAccount("telegram", "default"),
            "1:1",
            new Peer(PeerKind.Group, "-100"),
            new Sender("1", "Ann", "ann"),
            "hi",
            DateTimeOffset.UnixEpoch
        )
        {
            Mentions = Mentions.None with { Us = true },
        };
        var taken = judge
            .Decide(message, Kind, Policy("{ groupPolicy: 'open', groups: { " + All + " } }"), paired: false)
            .ShouldBeOfType<Verdict.Taken>();
        taken.Turns.Single().Origin.Tools.ShouldBe(new ToolLimit("channels.telegram.groups[*].tools", new ToolList(Deny: ["a"])));
        taken.Turns.Single().Origin.Speaker.ShouldBe(new Speaker("telegram", "1", "ann", "Ann"));
    }

    private static (string?, string?) Said(string account, string room, string? topic, string sender)
    {
        var group = new Peer(PeerKind.Group, room);
        var message = Message(
            topic is null ? group : new Peer(PeerKind.Group, $"{room}:topic:{topic}"),
            topic is null ? null : group,
            new Sender(sender, null, sender == "1" ? "ann" : null)
        );
        var limit = Policy(account).Tools(message);
        return (limit?.List.Deny?.Single(), limit?.From);
    }

    private static InboundMessage Message(Peer peer, Peer? parent, Sender sender) =>
        new(new ChannelAccount("telegram", "default"), "1:1", peer, sender, "hi", DateTimeOffset.UnixEpoch)
        {
            ParentPeer = parent,
        };

    private static AccessPolicy Policy(string section) =>
        new(
            Habitat
                .Model($"{{ name: 'h', agents: {{ list: [{{ id: 'bart' }}] }}, channels: {{ telegram: {section} }} }}")
                .Gateway.Channels.Find("telegram", "default")!,
            new ChannelTraits(4096),
            Kind
        );
}
