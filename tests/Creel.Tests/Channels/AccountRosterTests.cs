using Creel.Adapters.Telegram;
using Creel.Adapters.WebChat;
using Creel.Core.Channels;
using Creel.Core.Habitats;
using Creel.Core.Habitats.Gateway;
using Creel.Core.Routing;
using Creel.Tests.Habitats;

namespace Creel.Tests.Channels;

public class AccountRosterTests
{
    private static readonly IChannelKind[] Kinds = [new TelegramKind(TimeProvider.System), new WebChatKind(TimeProvider.System)];
    private static readonly ChannelAccount Coding = new("telegram", "coding");

    [Theory]
    [InlineData("telegram: { dmPolicy: 'open', allowFrom: ['*'] }", "telegram:coding")]
    [InlineData("telegram: { botToken: 'x' }", "telegram:default telegram:coding")]
    [InlineData("telegram: { accounts: { default: {} } }", "telegram:default telegram:coding")]
    [InlineData("telegram: { accounts: { biz: {} } }", "telegram:biz telegram:coding")]
    [InlineData("webchat: {}", "webchat:default telegram:coding")]
    [InlineData("slack: {}", "slack:default telegram:coding")]
    public void An_account_that_nobody_wrote_is_not_there_beside_one_that_has_a_token(string channels, string there) =>
        Ids(channels, [Coding]).ShouldBe(there);

    [Fact]
    public void A_channel_without_any_token_has_the_account_that_wants_one()
    {
        Ids("telegram: {}", []).ShouldBe("telegram:default");
        Ids("telegram: {}", [Coding], "TELEGRAM_BOT_TOKEN").ShouldBe("telegram:default telegram:coding");
    }

    [Theory]
    [InlineData(
        "accounts: { biz: { dmPolicy: 'open', groupPolicy: 'open', apiRoot: 'https://other.example', allowFrom: ['*'] } }"
    )]
    [InlineData("accounts: { default: { dmPolicy: 'disabled', apiRoot: 'https://other.example', groupAllowFrom: ['66'] } }")]
    [InlineData("defaultAccount: 'biz', accounts: { biz: { enabled: false, groups: { '*': {} } } }")]
    public void An_account_that_nobody_wrote_goes_by_its_channel_and_by_no_other_account(string others)
    {
        var account = One(
            $"allowFrom: ['7'], groupAllowFrom: ['8'], historyLimit: 3, webhookUrl: 'https://h.example', webhookSecret: 'Zq3_a-secret-of-length', {others}"
        );

        (account.Id, account.Name, account.Enabled, account.Implied, account.Token).ShouldBe(
            ("coding", "coding", true, false, null)
        );
        (account.DmPolicy, account.GroupPolicy, account.HistoryLimit).ShouldBe((DmPolicy.Pairing, GroupPolicy.Allowlist, 3));
        account.AllowFrom.ShouldBe(["7"]);
        account.GroupAllowFrom.ShouldBe(["8"]);
        account.Groups.ShouldBeEmpty();
        account.Settings.ShouldNotContain("other.example");
        account.WebhookUrl.ShouldBeNull();
    }

    [Fact]
    public void An_account_that_nobody_wrote_is_asked_for_where_its_channel_says()
    {
        One("apiRoot: 'https://own.example', accounts: { biz: { apiRoot: 'https://other.example' } }")
            .Settings.ShouldContain("https://own.example");
        One("enabled: false, accounts: { biz: { enabled: true } }").Enabled.ShouldBeFalse();
    }

    [Fact]
    public void An_examination_knows_the_tokens_that_a_login_left_and_shows_none()
    {
        var habitat = Model("telegram: { accounts: { biz: { botToken: '111:canary' }, away: {} } }");
        var accounts = AccountRoster.Of(habitat, Kinds, [Coding], _ => null);
        var found = TokenExamination.Of(accounts, Kinds, [Coding], _ => null).ToDictionary(f => f.Name);

        found["token telegram:coding"].Sentence.ShouldBe("its token is kept by the gateway (creel channel login)");
        found["token telegram:biz"].Sentence.ShouldBe("its token is in the habitat");
        found["token telegram:away"].Fine.ShouldBeFalse();
        found["token telegram:away"].Remedy.ShouldBe("creel channel login --channel telegram --account away");
        found.Values.ShouldAllBe(f => f.Fine || f.Name == "token telegram:away");
        string.Join('\n', found.Values).ShouldNotContain("canary");
    }

    [Fact]
    public void An_examination_tells_signs_that_a_messenger_has_not_and_those_that_it_has()
    {
        var habitat = Model(
            "telegram: { ackReaction: '🦞', accounts: { biz: { ackReaction: '❤️' }, off: { ackReaction: '' }, default: {} } }"
        );
        var found = AckSigns.Examine(AccountRoster.Of(habitat, Kinds, [], _ => null), habitat.Gateway.Messages, Kinds).ToList();

        found.ShouldHaveSingleItem().Name.ShouldBe("sign telegram:default");
        found[0].Sentence.ShouldBe("telegram has no sign '🦞' (ackReaction): no message gets one");
        found[0].Remedy!.ShouldStartWith("one of 👍 👎 ❤ 🔥 ");
        found[0].Remedy!.Split(' ').Length.ShouldBe(73 + 6);
    }

    [Fact]
    public void A_binding_for_an_account_that_only_a_token_speaks_of_is_right()
    {
        var habitat = Model(
            "telegram: {}",
            "bindings: [{ agentId: 'bart', match: { channel: 'telegram', accountId: 'coding' } }]"
        );
        var accounts = AccountRoster.Of(habitat, Kinds, [Coding], _ => null);

        BindingExamination.Of(habitat, accounts).ShouldNotContain(f => f.Name == "bindings[0]");
        BindingExamination.Of(habitat).ShouldContain(f => f.Name == "bindings[0]");
    }

    private static string Ids(string channels, ChannelAccount[] kept, string? variable = null) =>
        string.Join(
            ' ',
            AccountRoster
                .Of(Model(channels), Kinds, kept, name => name == variable ? "1:x" : null)
                .Select(a => $"{a.Channel}:{a.Id}")
        );

    private static ChannelAccountModel One(string telegram) =>
        AccountRoster.Of(Model($"telegram: {{ {telegram} }}"), Kinds, [Coding], _ => null).Single(a => a.Id == "coding");

    private static HabitatModel Model(string channels, string more = "") =>
        Habitat.Model($$"""{ agents: { list: [{ id: "bart" }] }, channels: { {{channels}} }, {{more}} }""");
}
