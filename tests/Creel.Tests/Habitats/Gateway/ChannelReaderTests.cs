using Creel.Core.Habitats.Gateway;

namespace Creel.Tests.Habitats.Gateway;

/// <summary>What holds for each account of a channel.</summary>
public class ChannelReaderTests
{
    [Fact]
    public void What_a_channel_says_reaches_its_accounts_field_by_field()
    {
        var channels = Channels(
            """
            { defaults: { groupPolicy: "open" },
              telegram: { dmPolicy: "allowlist", allowFrom: [7, "tg:8"], textChunkLimit: 900, accounts: {
                a: { botToken: "1:x" },
                b: { dmPolicy: "disabled", groupPolicy: "disabled", allowFrom: [], name: "Bee" } } } }
            """
        );
        var a = channels.Find("telegram", "a").ShouldNotBeNull();
        (a.DmPolicy, a.GroupPolicy, a.TextChunkLimit).ShouldBe((DmPolicy.Allowlist, GroupPolicy.Open, 900));
        a.AllowFrom.ShouldBe(["7", "tg:8"]);
        var b = channels.Find("telegram", "b").ShouldNotBeNull();
        (b.DmPolicy, b.GroupPolicy, b.Name).ShouldBe((DmPolicy.Disabled, GroupPolicy.Disabled, "Bee"));
        b.AllowFrom.ShouldBeEmpty();
    }

    [Fact]
    public void A_channel_without_accounts_has_the_default_one()
    {
        var telegram = Channels("{ telegram: { botToken: '${NAME}' } }").All["telegram"];
        telegram.DefaultAccount.ShouldBe("default");
        var account = telegram.Accounts["default"];
        account.DmPolicy.ShouldBe(DmPolicy.Pairing);
        account.GroupPolicy.ShouldBe(GroupPolicy.Allowlist);
        account.Token.ShouldNotBeNull().Find(name => name == "NAME" ? "5:z" : null, _ => null).ShouldBe("5:z");
    }

    [Fact]
    public void A_token_is_nobodys_but_those_beside_whom_it_stands()
    {
        var telegram = Channels("{ telegram: { botToken: '1:x', accounts: { a: {}, b: { tokenFile: '/run/t' } } } }").All[
            "telegram"
        ];
        telegram.Accounts.Keys.ShouldBe(["default", "a", "b"]);
        telegram.Accounts["default"].Token!.Find(_ => null, _ => null).ShouldBe("1:x");
        telegram.Accounts["a"].Token.ShouldBeNull();
        telegram.Accounts["b"].Token!.Find(_ => null, path => path == "/run/t" ? " 2:y\n" : null).ShouldBe("2:y");
        telegram.Accounts["a"].Settings.ShouldNotContain("1:x");
    }

    [Fact]
    public void The_default_account_may_have_its_token_from_the_environment()
    {
        var channels = Channels("{ telegram: {}, discord: { accounts: { a: {} } }, slack: {} }");
        channels.Find("telegram", "default")!.Token.ShouldBe(new SecretSource.Variable("TELEGRAM_BOT_TOKEN"));
        channels.Find("discord", "a")!.Token.ShouldBeNull();
        channels.Find("slack", "default")!.Token.ShouldBeNull();
    }

    [Fact]
    public void No_secret_is_in_what_is_shown_of_one()
    {
        new SecretSource.Text("123:abc").ToString().ShouldNotContain("abc");
        new SecretSource.Text("${T}").ToString().ShouldBe("${T}");
    }

    [Fact]
    public void A_disabled_channel_has_no_enabled_account()
    {
        var channels = Channels("{ telegram: { enabled: false, accounts: { a: { enabled: true } } } }");
        channels.Find("telegram", "a")!.Enabled.ShouldBeFalse();
    }

    [Fact]
    public void Groups_keep_what_they_say_and_leave_open_what_they_dont()
    {
        var account = Channels(
                """
                { telegram: { groups: { "*": { requireMention: false },
                    "-100": { allowFrom: [1], systemPrompt: "p", topics: { "3": { enabled: false } } } } } }
                """
            )
            .Find("telegram", "default")!;
        account.Groups["*"].RequireMention.ShouldBe(false);
        account.Groups["-100"].RequireMention.ShouldBeNull();
        account.Groups["-100"].AllowFrom.ShouldBe(["1"]);
        account.Groups["-100"].Topics["3"].Enabled.ShouldBeFalse();
    }

    private static ChannelsModel Channels(string section) => Habitat.Model($"{{channels: {section}}}").Gateway.Channels;
}
