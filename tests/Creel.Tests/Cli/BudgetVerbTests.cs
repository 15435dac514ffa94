using System.Text.Json;
using Creel.Core;
using Creel.Core.Outbound;
using static Creel.Tests.Cli.SpendAnswers;

namespace Creel.Tests.Cli;

/// <summary>Caps on the command line.</summary>
public sealed class BudgetVerbTests : IAsyncLifetime
{
    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Theory]
    [InlineData("budget set bart 5 --per day --warn 50%", """{"group":"bart","usd":5,"per":"day","warn":0.5,"soft":false}""")]
    [InlineData(
        "budget set bart $0.25 --rolling 24h --soft",
        """{"group":"bart","usd":0.25,"per":"1d","warn":null,"soft":true}"""
    )]
    [InlineData(
        "budget set habitat 100.000000001 --per total",
        """{"group":null,"usd":100.000000001,"per":"total","warn":null,"soft":false}"""
    )]
    public async Task A_budget_is_set_to_the_nano_dollar(string words, string body)
    {
        server.On(
            "PUT /budgets",
            """{"group":"bart","budgets":[{"group":"bart","usd":5,"per":"day","warn":0.5,"soft":true}],"localFile":"/x/habitat.local.json5"}"""
        );
        var run = await CliRun.RunAsync(server, words.Split(' '));
        (run.ExitCode, run.Output).ShouldBe((0, "group bart: $5.00 per day, soft, warning at 50%; in force now\n"));
        run.Error.ShouldBe("written in /x/habitat.local.json5\n");
        server.Requests.First().Body.ShouldBe(body);
    }

    [Theory]
    [InlineData("budget set bart 5 --per day")]
    [InlineData("budget rm bart --json")]
    public async Task A_budget_that_the_proxy_has_not_taken_is_said_to_be_only_written_down(string words)
    {
        const string Answer = """{"group":"bart","budgets":[],"localFile":"/x/l.json5","untold":"it is away"}""";
        server.On("PUT /budgets", Answer);
        server.On("DELETE /budgets", Answer);

        var run = await CliRun.RunAsync(server, words.Split(' '));

        run.ExitCode.ShouldBe(8, run.ToString());
        run.Output.ShouldContain("it is away");
        run.Output.ShouldNotContain("in force");
    }

    [Fact]
    public async Task Budgets_are_listed_with_where_they_are_said_and_removed_by_window()
    {
        server.On(
            "GET /budgets",
            """{"habitat":"h","budgets":[{"group":null,"usd":20,"per":"month","warn":0.8,"soft":false,"place":"/x/h.json5:3:5"},{"group":"bart","usd":0.5,"per":"1d","warn":0.125,"soft":true}]}"""
        );
        server.On("DELETE /budgets", """{"group":"bart","budgets":[],"localFile":"/x/h.local.json5"}""");
        (await CliRun.RunAsync(server, "budget", "list")).Output.ShouldBe(
            """
            BUDGET   CAP     PER    WARNS AT  KIND  SAID AT
            habitat  $20.00  month  80%       hard  /x/h.json5:3:5
            bart     $0.50   1d     12.5%     soft  -

            """.ReplaceLineEndings("\n")
        );
        (await CliRun.RunAsync(server, "budget", "rm", "bart", "--per", "24h")).Output.ShouldBe(
            "group bart has no budget any more\n"
        );
        server.Requests.Last().Path.ShouldBe("/budgets?group=bart&per=1d");
        await CliRun.RunAsync(server, "budget", "rm", "bart", "--rolling", "24h");
        server.Requests.Last().Path.ShouldBe("/budgets?group=bart&per=1d");
    }

    [Fact]
    public async Task What_was_granted_is_part_of_the_cap_that_is_told()
    {
        server.On("GET /spend", Report());
        server.On(
            "GET /budgets",
            """{"habitat":"h","budgets":[{"group":null,"usd":20,"per":"month","warn":0.8,"soft":true},{"group":"bart","usd":5,"per":"day","warn":0.8,"soft":false}]}"""
        );
        (await CliRun.RunAsync(server, "budget", "list")).Output.ShouldBe(
            """
            BUDGET   CAP     GRANTED  PER    WARNS AT  KIND  SAID AT
            habitat  $20.00  -        month  80%       soft  -
            bart     $7.00   $2.00    day    80%       hard  -

            """.ReplaceLineEndings("\n")
        );
        server.On(
            "PUT /budgets",
            """{"group":"bart","budgets":[{"group":"bart","usd":5,"per":"day","warn":0.8,"soft":false}]}"""
        );
        (await CliRun.RunAsync(server, "budget", "set", "bart", "5", "--per", "day")).Error.ShouldBe(
            "the cap per day is $7.00 until it resets: $2.00 was granted on top\n"
        );
    }

    [Fact]
    public async Task A_grant_says_how_the_budget_stands_then()
    {
        var answer = new GrantAnswer([Line(GroupId.Parse("bart"), "day", "5", "2", "6", "0.5")]);
        server.On("POST /budgets/grants", JsonSerializer.Serialize(answer, OutboundJson.Default.GrantAnswer));
        var run = await CliRun.RunAsync(server, "budget", "grant", "bart", "$2", "--per", "day");
        run.Output.ShouldStartWith("bart per day: cap $7.00, of it $2.00 granted; spent $6.00, left $0.50; resets ");
        server.Requests.Single().Body.ShouldBe("""{"group":"bart","usd":2,"per":"day"}""");
        await CliRun.RunAsync(server, "budget", "grant", "bart", "$2", "--rolling", "24h");
        server.Requests.Last().Body.ShouldBe("""{"group":"bart","usd":2,"per":"1d"}""");
    }
}
