using System.Text;
using System.Text.Json;
using Creel.Core.Habitats;
using Creel.Tests.Runtime;

namespace Creel.Tests.Cli;

public sealed class RouteVerbTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly string file;

    public RouteVerbTests()
    {
        file = folder["habitat.json5"];
        File.WriteAllText(file, "{}");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Explain_names_the_winner_and_for_every_tier_why_not()
    {
        var run = await Setting().RunAsync("route", "explain", "--habitat", file, "--channel", "telegram", "--account", "biz");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldStartWith("→ smith   by binding.account, bindings[0]\n  session agent:smith:main\n");
        var tiers = run.Output.Split('\n').Where(l => l.StartsWith("binding.") || l.StartsWith("default")).ToList();
        tiers.Count.ShouldBe(9);
        tiers[0].ShouldContain("the message has no peer");
    }

    [Fact]
    public async Task Explain_as_json_has_the_words_of_openclaw()
    {
        var run = await Setting()
            .RunAsync("route", "explain", "--habitat", file, "--channel", "telegram", "--account", "biz", "--json");

        var route = JsonDocument.Parse(run.Output).RootElement.GetProperty("route");
        route.GetProperty("agentId").GetString().ShouldBe("smith");
        route.GetProperty("matchedBy").GetString().ShouldBe("binding.account");
    }

    [Fact]
    public async Task A_message_that_nobody_gets_exits_6_with_the_reason_and_what_to_do()
    {
        var run = await Setting().RunAsync("route", "explain", "--habitat", file, "--channel", "tg");

        run.ExitCode.ShouldBe(6);
        run.Output.ShouldStartWith("✗ nobody: 'tg' is no channel\n  → write telegram\n");
    }

    [Fact]
    public async Task A_message_that_the_gateway_drops_is_promised_to_nobody()
    {
        string[] other = ["route", "explain", "--habitat", file, "--channel", "telegram", "--account", "other"];
        var run = await Setting().RunAsync(other);

        run.ExitCode.ShouldBe(6, run.ToString());
        run.Output.ShouldStartWith(
            "✗ nobody: no binding speaks of account other of telegram, and it is not the default one\n"
                + "  → bind it: creel agent bind --agent AGENT --bind telegram:other\n"
        );
        run.Output.Split('\n').ShouldContain(l => l.StartsWith("default") && l.Contains("✗  not for an account of its own"));

        var json = await Setting().RunAsync([.. other, "--json"]);
        JsonDocument
            .Parse(json.Output)
            .RootElement.GetProperty("refused")
            .GetProperty("code")
            .GetString()
            .ShouldBe("account-without-binding");
        (await Setting().RunAsync([.. other, "--as", "2026.2.26"])).Output.ShouldStartWith("→ foreman");
    }

    [Fact]
    public async Task A_peer_of_a_broadcast_is_said_to_be_one_and_whom_it_reaches()
    {
        // Also on an account that no binding speaks of.
        string[] yard =
        [
            "route",
            "explain",
            "--habitat",
            file,
            "--channel",
            "telegram",
            "--account",
            "other",
            "--peer",
            "group:yard",
        ];
        var run = await Setting().RunAsync(yard);

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.ShouldStartWith(
            "→ smith, foreman   by broadcast[yard], one after the other\n"
                + "  session agent:smith:telegram:group:yard\n  session agent:foreman:telegram:group:yard\n"
                + "  It wins over the bindings, by which it would go to foreman:\n"
        );
        var json = JsonDocument
            .Parse((await Setting().RunAsync([.. yard, "--json"])).Output)
            .RootElement.GetProperty("broadcast");
        json.GetProperty("sequential").GetBoolean().ShouldBeTrue();
        json.GetProperty("agents")
            .EnumerateArray()
            .Select(a => a.GetProperty("agent").GetString())
            .ShouldBe(["smith", "foreman"]);
        (await Setting().RunAsync([.. yard, "--as", "2026.2.26"])).Output.ShouldStartWith("→ foreman");
        (await Setting().RunAsync([.. yard[..^1], "group:else"])).Output.ShouldStartWith("✗ nobody");
    }

    [Theory]
    [InlineData("room:1")]
    [InlineData("group")]
    [InlineData("group:")]
    public async Task A_peer_that_is_none_is_a_usage_error(string peer)
    {
        var run = await Setting().RunAsync("route", "explain", "--habitat", file, "--channel", "slack", "--peer", peer);

        run.ExitCode.ShouldBe(64);
        run.Error.ShouldContain("write direct:ID, group:ID or channel:ID");
    }

    [Fact]
    public async Task Test_prints_each_case_that_differs_and_exits_1()
    {
        const string Table = """
            // two of the habitat's, one with a configuration of its own
            {"id": "right", "input": {"channel": "telegram", "accountId": "biz"}, "expected": {"agentId": "smith"}}
            {"id": "wrong", "input": {"channel": "telegram"}, "expected": {"agentId": "smith", "matchedBy": "default"}}
            {"config": {"bindings": [{"agentId": "x", "match": {"channel": "slack"}}]}, "input": {"channel": "slack"}, "expected": {"error": "binding-agent"}}
            """;
        var run = await (Setting() with { Input = Encoding.UTF8.GetBytes(Table) }).RunAsync(
            "route",
            "test",
            "-",
            "--habitat",
            file
        );

        run.ExitCode.ShouldBe(1, run.ToString());
        run.Output.ShouldBe("✗ wrong (-:3)\n    agentId: expected smith, got foreman\n2 of 3 as expected, 1 differ\n");
    }

    [Fact]
    public async Task Test_answers_as_the_version_that_was_asked_for()
    {
        const string Case = """
            {"config": {"bindings": [{"agentId": "x", "match": {"channel": "slack"}}]}, "input": {"channel": "slack"}, "expected": {"agentId": "x"}}
            """;
        var setting = Setting() with { Input = Encoding.UTF8.GetBytes(Case) };
        var old = await setting.RunAsync("route", "test", "-", "--as", "2026.2.26", "--json");

        old.ExitCode.ShouldBe(0, old.ToString());
        JsonDocument.Parse(old.Output).RootElement.GetProperty("passed").GetInt32().ShouldBe(1);
    }

    [Theory]
    [InlineData("{nope", "-:1:")]
    [InlineData("""{"input": {"channel": "slack"}}""", "needs an expected")]
    [InlineData("""{"expected": {}}""", "needs an input")]
    [InlineData("", "has no case in it")]
    public async Task A_table_that_is_none_is_told_with_its_line(string table, string message)
    {
        var run = await (Setting() with { Input = Encoding.UTF8.GetBytes(table) }).RunAsync("route", "test", "-");

        run.ExitCode.ShouldBe(2, run.ToString());
        run.Error.ShouldContain(message);
    }

    private static CliRun.Setting Setting() => new() { Home = "/nowhere/creel", Habitat = (Model, []) };

    private static HabitatModel Model { get; } =
        HabitatReader
            .Read(
                new HabitatInput
                {
                    Main = new HabitatSource(
                        "habitat.json5",
                        "{ agents: { list: [{ id: 'foreman', default: true }, { id: 'smith' }] },"
                            + " bindings: [{ agentId: 'smith', match: { channel: 'telegram', accountId: 'biz' } }],"
                            + " broadcast: { strategy: 'sequential', yard: ['smith', 'foreman'] } }"
                    ),
                }
            )
            .Model!;
}
