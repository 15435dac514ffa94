using Creel.Adapters.Telegram;
using Creel.Adapters.WebChat;
using Creel.Core.Channels;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Tests.Habitats;

namespace Creel.Tests.Channels;

/// <summary>Whom an account listens to, case by case as OpenClaw has it.</summary>
public class AccessPolicyTests
{
    private static readonly TelegramKind Kind = new(TimeProvider.System);
    private static readonly ChannelTraits Traits = new(4096);

    [Theory]
    [InlineData("{ dmPolicy: 'disabled', allowFrom: ['1'] }", "1", false, AccessAnswer.Block, "dm_policy_disabled")]
    [InlineData("{ dmPolicy: 'open', allowFrom: ['*'] }", "9", false, AccessAnswer.Allow, "dm_policy_open")]
    [InlineData("{ allowFrom: ['1'] }", "1", false, AccessAnswer.Allow, "dm_policy_allowlisted")]
    [InlineData("{ allowFrom: [1] }", "1", false, AccessAnswer.Allow, "dm_policy_allowlisted")]
    [InlineData("{ allowFrom: ['TG: 1'] }", "1", false, AccessAnswer.Allow, "dm_policy_allowlisted")]
    [InlineData("{ allowFrom: ['Telegram:1', '@ann'] }", "1", false, AccessAnswer.Allow, "dm_policy_allowlisted")]
    [InlineData("{ allowFrom: ['1'] }", "2", false, AccessAnswer.Challenge, "dm_policy_pairing_required")]
    [InlineData("{ }", "2", true, AccessAnswer.Allow, "dm_policy_allowlisted")]
    [InlineData("{ dmPolicy: 'allowlist', allowFrom: ['1'] }", "1", false, AccessAnswer.Allow, "dm_policy_allowlisted")]
    [InlineData("{ dmPolicy: 'allowlist', allowFrom: ['1'] }", "2", true, AccessAnswer.Block, "dm_policy_not_allowlisted")]
    [InlineData("{ dmPolicy: 'allowlist', allowFrom: ['@ann'] }", "2", false, AccessAnswer.Block, "dm_policy_not_allowlisted")]
    public void A_direct_message(string account, string sender, bool paired, AccessAnswer answer, string reason)
    {
        var decision = Policy(account).Decide(Direct(sender), paired);

        (decision.Answer, decision.Reason).ShouldBe((answer, reason));
    }

    [Theory]
    [InlineData("{ }", "1", AccessAnswer.Block, "group_policy_empty_allowlist")]
    [InlineData("{ groupPolicy: 'disabled', groupAllowFrom: ['1'] }", "1", AccessAnswer.Block, "group_policy_disabled")]
    [InlineData("{ groupPolicy: 'open' }", "9", AccessAnswer.Allow, "group_policy_allowed")]
    [InlineData("{ groupAllowFrom: ['1'] }", "1", AccessAnswer.Allow, "group_policy_allowed")]
    [InlineData("{ groupAllowFrom: ['1'] }", "2", AccessAnswer.Block, "group_policy_not_allowlisted")]
    [InlineData("{ allowFrom: ['1'] }", "1", AccessAnswer.Allow, "group_policy_allowed")]
    [InlineData("{ allowFrom: ['1'], groupAllowFrom: ['2'] }", "1", AccessAnswer.Block, "group_policy_not_allowlisted")]
    [InlineData("{ allowFrom: ['*'] }", "5", AccessAnswer.Allow, "group_policy_allowed")]
    [InlineData("{ groupPolicy: 'open', groups: { '-5': {} } }", "1", AccessAnswer.Block, "group_not_listed")]
    [InlineData("{ groupPolicy: 'open', groups: { '*': {} } }", "1", AccessAnswer.Allow, "group_policy_allowed")]
    [InlineData("{ groupPolicy: 'open', groups: { '-100': { enabled: false } } }", "1", AccessAnswer.Block, "group_disabled")]
    [InlineData("{ groups: { '-100': { allowFrom: ['7'] } } }", "7", AccessAnswer.Allow, "group_policy_allowed")]
    [InlineData(
        "{ groups: { '-100': { allowFrom: ['7'] } }, allowFrom: ['1'] }",
        "1",
        AccessAnswer.Block,
        "group_policy_not_allowlisted"
    )]
    [InlineData("{ groups: { '-100': { groupPolicy: 'open' } } }", "9", AccessAnswer.Allow, "group_policy_allowed")]
    public void A_message_of_a_group(string account, string sender, AccessAnswer answer, string reason)
    {
        // Who was let in by a code is not let into groups.
        var decision = Policy(account).Decide(Group(sender), paired: true);

        (decision.Answer, decision.Reason).ShouldBe((answer, reason));
    }

    [Theory]
    [InlineData("{ }", true)]
    [InlineData("{ groups: { '*': { requireMention: false } } }", false)]
    [InlineData("{ groups: { '*': { requireMention: false }, '-100': { requireMention: true } } }", true)]
    [InlineData("{ groups: { '*': { requireMention: true }, '-100': { requireMention: false } } }", false)]
    [InlineData("{ groups: { '-100': { topics: { '4': { requireMention: false } } } } }", false)]
    [InlineData("{ groups: { '-100': { topics: { '5': { requireMention: false } } } } }", true)]
    [InlineData("{ groups: { '*': { topics: { '4': { requireMention: false } } } } }", false)]
    [InlineData("{ groups: { '*': { topics: { '4': { requireMention: false } } }, '-100': {} } }", true)]
    public void Whether_a_topic_wants_a_mention(string account, bool wanted) =>
        Policy(account)
            .WantsMention(
                Group("1") with
                {
                    Peer = new Peer(PeerKind.Group, "-100:topic:4"),
                    ParentPeer = new Peer(PeerKind.Group, "-100"),
                }
            )
            .ShouldBe(wanted);

    [Fact]
    public void What_a_channel_says_reaches_its_accounts()
    {
        var model = Account("{ dmPolicy: 'disabled', groupPolicy: 'open', accounts: { biz: {} } }", "biz");

        model.DmPolicy.ShouldBe(DmPolicy.Disabled);
        model.GroupPolicy.ShouldBe(GroupPolicy.Open);
    }

    [Fact]
    public void Names_that_are_no_numbers_are_told_and_let_nobody_in() =>
        Policy("{ allowFrom: ['@ann', '12', '-100123', 'tg:ann'] }").Odd.ShouldBe(["@ann", "-100123", "tg:ann"]);

    [Fact]
    public void An_owner_is_named_by_his_own_id()
    {
        var policy = Policy("{ dmPolicy: 'open', allowFrom: ['*', '1'] }");

        policy.Owns("1").ShouldBeTrue();
        policy.Owns("2").ShouldBeFalse();
    }

    [Theory]
    [InlineData("{ allowFrom: ['ann'] }", "ann", false)]
    [InlineData("{ allowFrom: ['webchat:ann'] }", "ann", true)]
    [InlineData("{ allowFrom: ['WebChat:ann'] }", "bob", false)]
    [InlineData("{ allowFrom: ['telegram:ann'] }", "ann", false)]
    [InlineData("{ allowFrom: ['*'] }", "ann", false)]
    public void A_name_that_anybody_may_take_owns_only_where_it_is_written_out(string account, string sender, bool owns)
    {
        var policy = Chat(account);

        policy.Owns(sender).ShouldBe(owns);
        policy.Decide(Direct(sender), paired: false).Answer.ShouldBe(AccessAnswer.Allow);
        policy.Named(["ann", "123", "telegram:ann"]).NamesAnyone.ShouldBeFalse();
    }

    [Fact]
    public void A_channel_that_admits_by_its_token_is_closed_when_it_is_said_to_be()
    {
        var policy = Chat("{ dmPolicy: 'disabled', groupPolicy: 'disabled', allowFrom: ['webchat:ann'] }");

        policy.Decide(Direct("ann"), paired: true).Answer.ShouldBe(AccessAnswer.Block);
        policy.Decide(Group("ann"), paired: true).Answer.ShouldBe(AccessAnswer.Block);
    }

    private static AccessPolicy Chat(string section) =>
        new(
            Habitat
                .Model($"{{ name: 'h', agents: {{ list: [{{ id: 'bart' }}] }}, channels: {{ webchat: {section} }} }}")
                .Gateway.Channels.Find("webchat", "default")!,
            Traits with
            {
                AdmitsByToken = true,
            },
            new WebChatKind(TimeProvider.System)
        );

    private static InboundMessage Direct(string sender) =>
        new(
            new ChannelAccount("telegram", "default"),
            "1:1",
            new Peer(PeerKind.Direct, sender),
            new Sender(sender),
            "hi",
            DateTimeOffset.UnixEpoch
        );

    private static InboundMessage Group(string sender) => Direct(sender) with { Peer = new Peer(PeerKind.Group, "-100") };

    private static AccessPolicy Policy(string section) => new(Account(section, "default"), Traits, Kind);

    private static ChannelAccountModel Account(string section, string account) =>
        Habitat
            .Model($"{{ name: 'h', agents: {{ list: [{{ id: 'bart' }}] }}, channels: {{ telegram: {section} }} }}")
            .Gateway.Channels.Find("telegram", account)!;
}
