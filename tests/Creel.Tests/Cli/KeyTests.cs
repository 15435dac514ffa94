using System.Text;
using System.Text.Json;
using Creel.Core.Outbound;
using Creel.Tests.Proxy;

namespace Creel.Tests.Cli;

public sealed class KeyTests : IAsyncLifetime
{
    private const string Secret = "sk-ant-canary-55b1";
    private ApiServer server = null!;
    private ProxyServer proxy = null!;

    public async Task InitializeAsync()
    {
        server = await ApiServer.StartAsync();
        proxy = await ProxyServer.StartAsync();
        server.On(
            "GET /proxy",
            async context =>
            {
                var status = await proxy.Control.GetStringAsync(ControlPaths.Status);
                var control = JsonSerializer.Serialize(Path.Combine(proxy.Folder, ControlPaths.SocketName));
                context.Response.ContentType = "application/json";
                await context.Response.Body.WriteAsync(
                    Encoding.UTF8.GetBytes($$"""{"up":true,"control":{{control}},"status":{{status}}}""")
                );
            }
        );
    }

    public async Task DisposeAsync()
    {
        await proxy.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_key_goes_from_standard_input_to_the_proxy_and_through_no_one_else()
    {
        var run = await Typed($"{Secret}\n").RunAsync("key", "set", "anthropic", "--group", "bart");

        (run.ExitCode, run.Output).ShouldBe((0, "the proxy has a key for anthropic, for bart alone: calls use it from now on\n"));
        (run.Output + run.Error + string.Concat(server.Requests)).ShouldNotContain(Secret);
        await using var provider = await proxy.ProviderAsync();
        await proxy.Cell().GetAsync("/anthropic/v1/models");
        provider.Seen.ShouldHaveSingleItem().Headers["x-api-key"].ShouldBe(Secret);
        (await CliRun.RunAsync(server, "key", "ls")).Output.ShouldContain("anthropic  bart");
    }

    [Fact]
    public async Task Programs_are_told_of_keys_as_the_proxy_tells_of_them()
    {
        (await Typed($"{Secret}\n").RunAsync("key", "set", "anthropic", "--group", "bart")).ExitCode.ShouldBe(0);

        var told = JsonDocument.Parse((await CliRun.RunAsync(server, "key", "list", "--json")).Output).RootElement;

        var key = told.GetProperty("keys").EnumerateArray().ShouldHaveSingleItem();
        key.GetProperty("group").GetString().ShouldBe("bart");
        key.GetProperty("setAt").TryGetDateTimeOffset(out _).ShouldBeTrue();
    }

    [Fact]
    public async Task A_key_that_was_typed_behind_the_name_is_not_repeated()
    {
        foreach (var word in (string[])[Secret, $"--{Secret}", $"-{Secret}"])
        {
            var run = await Typed("").RunAsync("key", "set", "anthropic", word);
            run.ExitCode.ShouldBe(64);
            run.ToString().ShouldNotContain(Secret);
            $"{run.Output}{run.Error}".ShouldNotContain(Secret);
        }
    }

    [Fact]
    public async Task A_key_that_was_given_as_an_argument_is_not_repeated()
    {
        var run = await Typed("").RunAsync("key", "set", $"{Secret}-ABC");

        run.ExitCode.ShouldBe(2);
        (run.Output + run.Error).ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("sk-ant-api03-abcdefgh")]
    [InlineData("abcd1234efgh5678ijkl9012")]
    public async Task A_name_that_looks_like_a_key_is_neither_repeated_nor_stored(string name)
    {
        var run = await Typed(Secret).RunAsync("key", "set", name);

        run.ExitCode.ShouldBe(2, run.ToString());
        (run.Output + run.Error).ShouldNotContain(name);
        (await CliRun.RunAsync(server, "key", "ls")).Error.ShouldContain("there are none");
    }

    [Theory]
    [InlineData("antropic", null, "it has: anthropic, openai, mine")]
    [InlineData("anthropic", "barf", "no group barf")]
    [InlineData("mine", null, null)]
    [InlineData("anthropic", "bart", null)]
    public async Task A_key_is_for_an_upstream_and_a_group_that_are_there(string upstream, string? group, string? refused)
    {
        server.On(
            "GET /habitat",
            """{"name":"h","file":"f","agents":[],"groups":[{"id":"bart"}],"upstreams":["anthropic","openai","mine"]}"""
        );

        string[] words = ["key", "set", upstream, .. group is null ? Array.Empty<string>() : ["--group", group]];
        var run = await Typed(Secret).RunAsync(words);

        run.ExitCode.ShouldBe(refused is null ? 0 : 3, run.ToString());
        run.Error.ShouldContain(refused ?? "");
        (await CliRun.RunAsync(server, "key", "ls")).Output.Contains(upstream).ShouldBe(refused is null);
    }

    [Fact]
    public async Task Before_a_habitat_is_up_a_key_waits_for_one()
    {
        server.On("GET /habitat", """{"error":"no habitat is up","code":"habitat"}""", 404);

        (await Typed(Secret).RunAsync("key", "set", "anthropic")).Error.ShouldBeEmpty();
        (await Typed(Secret).RunAsync("key", "set", "openrouter")).Error.ShouldContain("no habitat is up");
        (await CliRun.RunAsync(server, "key", "ls")).Output.ShouldContain("openrouter");
    }

    [Theory]
    [InlineData("", "nothing was given")]
    [InlineData("a\tb", "key")]
    public async Task What_is_no_key_is_refused(string input, string says)
    {
        var run = await Typed(input).RunAsync("key", "set", "openai");

        run.ExitCode.ShouldBe(2);
        run.Error.ShouldContain(says);
        (await CliRun.RunAsync(server, "key", "ls")).Error.ShouldContain("there are none");
    }

    [Fact]
    public async Task A_key_that_was_removed_is_gone_and_one_that_is_not_there_can_not_be_removed()
    {
        (await Typed(Secret).RunAsync("key", "set", "openai")).ExitCode.ShouldBe(0);
        (await CliRun.RunAsync(server, "key", "rm", "openai")).ExitCode.ShouldBe(0);
        (await CliRun.RunAsync(server, "key", "rm", "openai")).ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task Where_no_proxy_runs_that_is_said_before_a_key_is_asked_for()
    {
        server.On("GET /proxy", """{"up":false,"control":"/nowhere","trouble":"it ended at once: no disk"}""");

        var run = await Typed(Secret).RunAsync("key", "set", "anthropic");

        run.ExitCode.ShouldBe(4);
        run.Error.ShouldStartWith("creel: the proxy does not run: it ended at once: no disk\n");
    }

    [Fact]
    public async Task What_was_refused_and_what_went_out_is_shown_as_lines()
    {
        server.Lines(
            "GET /proxy/denials",
            """{"at":"2026-11-21T20:49:50+00:00","cell":"5f8d0bdf","group":"bart","kind":"connect","host":"evil.example","port":443,"rule":"not-allowed","why":"its egress does not list it"}"""
        );
        server.Lines(
            "GET /proxy/calls",
            """{"id":"01a1ffdf-5b6c-7292-bbae-98793eca3c83","at":"2026-11-21T20:49:50+00:00","cell":"5f8d0bdf","group":"bart","agent":"milhouse","upstream":"anthropic","method":"POST","path":"/v1/messages","model":"m","status":200,"outcome":"done","sent":28,"received":283,"seconds":0.0964}"""
        );

        (await CliRun.RunAsync(server, "proxy", "log", "--denied")).Output.ShouldEndWith(
            "  bart  not-allowed  evil.example:443  its egress does not list it\n"
        );
        (await CliRun.RunAsync(server, "proxy", "log")).Output.ShouldEndWith(
            "  bart/milhouse  anthropic POST /v1/messages  m  200 done  0.10 s\n"
        );
        server.On("GET /proxy/denials", "");
        server.On("GET /proxy/calls", "");
        var nothing = await CliRun.RunAsync(server, "proxy", "log", "--denied");
        (nothing.Output, nothing.Error).ShouldBe(("", "nothing was refused since the proxy started\n"));
        (await CliRun.RunAsync(server, "proxy", "log", "--group", "bart")).Error.ShouldBe(
            "no call has ended since the proxy started, in the group bart\n"
        );
    }

    [Fact]
    public async Task Answers_that_are_read_on_though_their_client_has_left_are_told()
    {
        var status = await proxy.Control.GetStringAsync(ControlPaths.Status);
        (await CliRun.RunAsync(server, "proxy", "status")).Error.ShouldNotContain("nobody waits");
        var busy = status.Replace("\"readOn\":0", "\"readOn\":2", StringComparison.Ordinal);
        server.On("GET /proxy", $$"""{"up":true,"control":"/c","status":{{busy}}}""");

        var told = await CliRun.RunAsync(server, "proxy", "status");

        told.Output.ShouldContain("GROUP");
        told.Error.ShouldContain("bart: 2 answers are read to the end though nobody waits any more\n");
    }

    [Fact]
    public async Task A_token_is_shown_once_and_only_its_hash_leaves()
    {
        var made = await CliRun.RunAsync(server, "proxy", "token", "bart");

        made.ExitCode.ShouldBe(0, made.ToString());
        var token = made.Output.TrimEnd('\n');
        GroupToken.IsWellFormed(token).ShouldBeTrue();
        made.Error.ShouldContain("there is no port for it yet");
        string.Concat(server.Requests).ShouldNotContain(token);
        (await proxy.Control.GetStringAsync(ControlPaths.Status)).ShouldContain("\"tokens\":[{\"group\":\"bart\"");

        var second = await CliRun.RunAsync(server, "proxy", "token", "bart");
        (second.ExitCode, second.Output).ShouldBe((5, ""));
        second.Error.ShouldContain("creel proxy token bart --rotate");
        var rotated = await CliRun.RunAsync(server, "proxy", "token", "bart", "--rotate", "--json");
        var answer = JsonDocument.Parse(rotated.Output).RootElement;
        answer.GetProperty("group").GetString().ShouldBe("bart");
        answer.GetProperty("token").GetString().ShouldNotBe(token);
        (await CliRun.RunAsync(server, "proxy", "token", "bart", "--revoke")).ExitCode.ShouldBe(0);
        (await CliRun.RunAsync(server, "proxy", "token", "bart", "--revoke")).ExitCode.ShouldBe(3);
    }

    [Theory]
    [InlineData("homer", 3, "there are: bart, lisa")]
    [InlineData("../x", 2, "group")]
    [InlineData("bart --rotate --revoke", 64, "two different things")]
    public async Task A_token_is_for_a_group_that_is_up(string words, int exit, string says)
    {
        var run = await CliRun.RunAsync(server, ["proxy", "token", .. words.Split(' ')]);
        (run.ExitCode, run.Output).ShouldBe((exit, ""));
        run.Error.ShouldContain(says);
    }

    private CliRun.Setting Typed(string input) => new() { Home = server.Home, Input = Encoding.UTF8.GetBytes(input) };
}
