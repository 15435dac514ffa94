using System.Text;

namespace Creel.Tests.Cli;

/// <summary>Messengers on the command line.</summary>
public sealed class ChannelVerbTests : IAsyncLifetime
{
    private const string Token = "111:canary-token-of-a-bot";
    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task The_status_shows_who_does_not_work_and_what_went_nowhere()
    {
        server.On("GET /channels", Channels(connected: false, "\"somebody else reads the messages of this bot\""));

        var run = await CliRun.RunAsync(server, "channel", "status");

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Output.ShouldContain("✗ telegram biz: somebody else reads the messages of this bot");
        run.Output.ShouldContain("in its lists, and no sender there: @ann");
        run.Output.ShouldContain("telegram biz, Ann (7) in direct:7: dm_policy_not_allowlisted");
        run.Output.ShouldContain("→ bind it");
        run.Output.ShouldContain("3 messages wait for an answer, 2 to be sent");
    }

    [Fact]
    public async Task A_status_where_all_is_well_is_a_yes()
    {
        server.On("GET /channels", Channels(connected: true, "null"));

        var run = await CliRun.RunAsync(server, "channel", "status", "--probe");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("connected");
        server.Requests.Last().Path.ShouldBe("/channels?probe=1");
        (await CliRun.RunAsync(server, "channels", "list")).Output.ShouldContain("@ann, 7; in groups 9");
    }

    [Fact]
    public async Task A_token_goes_from_standard_input_to_the_gateway_and_comes_out_nowhere()
    {
        const string path = "/channels/telegram/biz/token";
        server.On(
            $"PUT {path}",
            """{"channel":"telegram","account":"biz","probed":true,"name":"@biz_bot","overridden":"the token that the habitat says"}"""
        );

        var piped = new CliRun.Setting { Home = server.Home, Input = Encoding.UTF8.GetBytes($"{Token}\n") };
        var run = await piped.RunAsync("channel", "login", "--channel", "telegram", "--account", "biz");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("telegram biz is @biz_bot");
        run.Error.ShouldContain("the token that the habitat says counts before it");
        run.ToString().ShouldNotContain("canary");
        server.Requests.Last().ShouldBe(("PUT", path, $$"""{"token":"{{Token}}","probe":true}"""));
    }

    [Fact]
    public async Task A_token_may_be_kept_untried()
    {
        server.On(
            "PUT /channels/telegram/default/token",
            """{"channel":"telegram","account":"default","probed":false,"name":null,"overridden":null}"""
        );

        var piped = new CliRun.Setting { Home = server.Home, Input = Encoding.UTF8.GetBytes(Token) };
        var run = await piped.RunAsync("channel", "login", "--channel", "telegram", "--no-probe");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("keeps the token of telegram default, untried");
        server.Requests.Last().Body.ShouldEndWith("\"probe\":false}");
        run.ToString().ShouldNotContain("canary");
    }

    [Fact]
    public async Task Who_waits_and_who_was_let_in_are_one_table()
    {
        var expires = DateTimeOffset.UtcNow.AddMinutes(30).ToUnixTimeMilliseconds();
        server.On(
            "GET /pairings",
            $$"""
            {"waiting":[{"channel":"telegram","account":"biz","sender":"7","name":"Ann\u001b[31m","code":"K7QW2M4X","createdAt":1,"expiresAt":{{expires}}}],
             "paired":[{"channel":"slack","account":"default","sender":"U1"}]}
            """
        );

        var run = await CliRun.RunAsync(server, "pairing", "list");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("K7QW2M4X");
        run.Output.ShouldContain("let in");
        run.Output.ShouldNotContain("\u001b");
        (await CliRun.RunAsync(server, "pairing", "list", "slack")).Output.ShouldNotContain("K7QW2M4X");
    }

    [Fact]
    public async Task A_stranger_is_let_in_and_put_out_again()
    {
        server.On("POST /pairings/approve", """{"channel":"telegram","account":"biz","sender":"7","name":"Ann"}""");
        server.On("DELETE /pairings/telegram/biz/7", """{"removed":true}""");

        (await CliRun.RunAsync(server, "pairing", "approve", "telegram", "k7qw2m4x")).Output.ShouldContain(
            "7 may write to telegram biz"
        );
        server.Requests.Last().Body.ShouldBe("""{"channel":"telegram","code":"k7qw2m4x","account":null}""");
        (await CliRun.RunAsync(server, "pairing", "rm", "telegram", "7", "--account", "biz")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Who_was_let_in_by_one_account_is_put_out_there_and_by_several_wants_a_name()
    {
        server.On(
            "GET /pairings",
            """
            {"waiting":[],"paired":[{"channel":"telegram","account":"biz","sender":"7"},{"channel":"telegram","account":"biz","sender":"8"},
             {"channel":"telegram","account":"home","sender":"8"}]}
            """
        );
        server.On("DELETE /pairings/telegram/biz/7", """{"removed":true}""");

        (await CliRun.RunAsync(server, "pairing", "rm", "telegram", "7")).Output.ShouldContain("telegram biz no more");
        var several = await CliRun.RunAsync(server, "pairing", "rm", "telegram", "8");
        several.ExitCode.ShouldBe(2, several.ToString());
        several.Error.ShouldContain("biz, home");
        (await CliRun.RunAsync(server, "pairing", "rm", "telegram", "9")).ExitCode.ShouldBe(3);
        server.Requests.Count(r => r.Method == "DELETE").ShouldBe(1);
    }

    [Fact]
    public async Task A_word_is_sent_from_the_arguments_or_from_standard_input()
    {
        server.On("POST /channels/telegram/default/messages", """{"messages":2}""");
        var piped = new CliRun.Setting { Home = server.Home, Input = Encoding.UTF8.GetBytes("long\ntext") };

        var run = await piped.RunAsync("channel", "send", "--channel", "telegram", "--to", "group:-100:topic:4", "-");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldContain("in 2 messages");
        server.Requests.Last().Body.ShouldBe("""{"peer":"group:-100:topic:4","text":"long\ntext","thread":null}""");
        (await CliRun.RunAsync(server, "channel", "send", "--channel", "telegram", "--to", "nobody", "hi")).ExitCode.ShouldBe(64);
    }

    [Fact]
    public async Task A_token_that_another_account_has_is_told_at_once()
    {
        server.On(
            "PUT /channels/telegram/second/token",
            """{"channel":"telegram","account":"second","probed":true,"name":"@b","overridden":null,"trouble":"account default has the same token"}"""
        );

        var piped = new CliRun.Setting { Home = server.Home, Input = Encoding.UTF8.GetBytes(Token) };
        var run = await piped.RunAsync("channel", "login", "--channel", "telegram", "--account", "second");

        run.Error.ShouldContain("but it does not run: account default has the same token");
    }

    [Fact]
    public async Task A_status_without_channels_says_that_there_are_none()
    {
        server.On("GET /channels", """{"at":1,"unanswered":0,"unsent":0,"accounts":[],"dropped":[],"warnings":[]}""");

        var run = await CliRun.RunAsync(server, "channel", "status");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Error.ShouldContain("there are none: write a section channels");
        run.Output.ShouldBeEmpty();
    }

    private static string Channels(bool connected, string trouble) =>
        $$"""
            {"at":1,"unanswered":3,"unsent":2,"accounts":[{"channel":"telegram","account":"biz","name":"biz","enabled":true,"running":true,
              "connected":{{(
                connected ? "true" : "false"
            )}},"mode":"polling","username":"biz_bot","trouble":{{trouble}},"dmPolicy":"allowlist",
              "groupPolicy":"allowlist","allowFrom":["@ann","7"],"groupAllowFrom":["9"],"nobody":["@ann"],"received":5,"sent":4,"dropped":1,
              "lastInAt":null,"lastOutAt":null}],
             "dropped":[{"at":1,"channel":"telegram","account":"biz","peer":"direct:7","sender":"7","senderName":"Ann",
              "reason":"dm_policy_not_allowlisted","why":"no binding","remedy":"bind it"}],"warnings":[]}
            """;
}
