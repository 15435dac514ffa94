using System.Text.Json;
using Creel.Commands.Spending;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using FsCheck;
using FsCheck.Fluent;
using Spectre.Console;
using static Creel.Tests.Cli.SpendAnswers;

namespace Creel.Tests.Cli;

/// <summary>What was spent, and what it costs, on the command line.</summary>
public sealed class SpendVerbTests : IAsyncLifetime
{
    private ApiServer server = null!;

    public async Task InitializeAsync() => server = await ApiServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Budgets_and_who_spent_what_are_two_tables_that_fit()
    {
        server.On("GET /spend", Report());

        var terminal = new CliRun.Setting { Home = server.Home, Terminal = true };
        var run = await terminal.RunAsync("spend", "--group", "bart", "--since", "7d");

        run.ExitCode.ShouldBe(0, run.ToString());
        run.Output.Split('\n').ShouldAllBe(line => line.GetCellWidth() <= 80);
        run.Output.Split('\n')
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .ShouldBe([
                "BUDGET PER CAP SPENT RESERVED LEFT RESETS USED UP",
                "habitat month, soft $20.00 $4.1235 $0.50 $15.3765 in 9d 0h -",
                "bart day $7.00 $6.00 $0.50 $0.50 in 12h 0m in 1h 30m",
                "",
                "WHO MODEL CALLS IN OUT SPENT",
                "bart anthropic/claude-haiku-4-5 1,234 5M 70k $6.00",
                "girls/lisa openai/gpt-5 1 10 20 <$0.0001",
                "",
            ]);
        run.Error.ShouldContain("group bart has spent $6.00 of $7.00 per day (85%)\n");
        run.Error.ShouldContain("bart per day: $2.00 of the cap was granted on top of $5.00\n");
        run.Error.ShouldContain("bart per day: $0.25 of what is spent was lost in a crash of the proxy");
        run.Error.ShouldContain("$6.000000001 since 2026-11-20T12:00Z, $0.3334 of it in the last hour\n");
        server.Requests.Last().Path.ShouldBe("/spend?group=bart&hours=168");
        (await CliRun.RunAsync(server, "spend", "--json")).Output.Trim().ShouldBe(Report());
    }

    [Fact]
    public async Task What_no_person_reads_is_not_cut_to_a_width()
    {
        server.On(
            "GET /spend",
            Report().Replace("claude-haiku-4-5", "claude-haiku-4-5-of-a-name-that-no-column-of-a-terminal-has-room-for")
        );

        var lines = (await CliRun.RunAsync(server, "spend")).Output.Split('\n');

        lines.ShouldContain(line => line.StartsWith("WHO ") && line.EndsWith(" HOUR"));
        lines.ShouldContain(line =>
            line.Contains("anthropic/claude-haiku-4-5-of-a-name-that-no-column-of-a-terminal-has-room-for")
        );
    }

    [Fact]
    public async Task Where_there_is_nothing_it_says_what_to_do()
    {
        var empty = new SpendReport(Noon, Noon, "p", null, [], []);
        server.On("GET /spend", JsonSerializer.Serialize(empty, OutboundJson.Default.SpendReport));
        var run = await CliRun.RunAsync(server, "spend");
        (run.ExitCode, run.Output).ShouldBe((0, "nothing was spent, and no cell that is up has a budget\n"));
        run.Error.ShouldContain("creel budget set habitat 20 --per month");
    }

    [Fact]
    public async Task A_rule_that_the_proxy_has_not_taken_is_said_to_be_only_written_down()
    {
        server.On(
            "POST /egress/bart/rules",
            """
            {"event":"plan","plan":{"steps":[]}}
            {"event":"proxy","message":"it is away"}
            {"event":"done","ok":false,"seconds":0.1}

            """
        );

        var run = await CliRun.RunAsync(server, "egress", "allow", "bart", "a.example:443");

        (run.ExitCode, run.Output).ShouldBe((8, "written down; the proxy has not taken it: it is away\n"));
    }

    [Theory]
    [InlineData("budget set bart 5", 64, "a budget needs a window")]
    [InlineData("budget set bart 5 --per day --rolling 24h", 64, "a budget needs a window")]
    [InlineData("budget set bart 5 --rolling day", 64, "day does not roll")]
    [InlineData("budget set bart 5 --per fortnight", 2, "'fortnight' is no window of a budget")]
    [InlineData("budget set bart 5,00 --per day", 2, "'5,00' is no sum of money")]
    [InlineData("budget set bart 5 --per day --warn 120%", 64, "'120%' is no share")]
    [InlineData("budget rm bart --per day --rolling 24h", 64, "a budget has one window")]
    [InlineData("budget grant bart 5 --rolling day", 64, "day does not roll")]
    [InlineData("budget grant bart five", 2, "'five' is no sum of money")]
    [InlineData("budget grant Bart 5", 2, "'Bart' is not a group id")]
    [InlineData("spend --since yesterday", 64, "'yesterday' is no time")]
    public async Task What_is_typed_wrongly_is_told_before_anybody_is_asked(string words, int code, string says)
    {
        var run = await CliRun.RunAsync(server, words.Split(' '));
        run.ExitCode.ShouldBe(code, run.ToString());
        run.Error.ShouldContain(says);
        server.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Models_without_a_price_are_told_with_who_names_them()
    {
        var report = new PriceReport(
            "v1",
            [],
            [Price("openai", "gpt-5")],
            null,
            ["local"],
            [new UnpricedModel("openai", "gpt-9", 3)]
        );
        server.On("GET /prices", JsonSerializer.Serialize(report, OutboundJson.Default.PriceReport));
        server.On(
            "GET /habitat",
            """{"name":"h","file":"f","agents":[{"id":"bart","model":"openai/gpt-9"},{"id":"lisa","model":"local/anything"},{"id":"ned","model":"claude"}],"groups":[{"id":"girls","models":["openai/gpt-5","openai/*","anthropic/zzz"]}]}"""
        );
        var run = await CliRun.RunAsync(server, "price", "check");
        run.ExitCode.ShouldBe(1, run.ToString());
        run.Output.ShouldBe(
            """
            MODEL          CALLS  NAMED BY
            openai/gpt-9   3      bart
            anthropic/zzz  0      girls

            """.ReplaceLineEndings("\n")
        );
        server.On(
            "GET /prices",
            JsonSerializer.Serialize(report with { Unpriced = Rates("1") }, OutboundJson.Default.PriceReport)
        );
        server.On("GET /habitat", """{"error":"no habitat is up","code":"habitat"}""", 404);
        server.On("GET /prices", JsonSerializer.Serialize(report with { Missing = [] }, OutboundJson.Default.PriceReport));
        (await CliRun.RunAsync(server, "price", "check")).ExitCode.ShouldBe(0);
        (await CliRun.RunAsync(server, "price", "list", "GPT-5")).Output.ShouldContain("openai/gpt-5  $1.00");
        (await CliRun.RunAsync(server, "price", "list", "GPT-5")).Output.ShouldMatch("FROM\\n.* 2026-11-05\\n");
        (await CliRun.RunAsync(server, "price", "list", "zzz")).ExitCode.ShouldBe(3);
    }

    [Fact]
    public async Task How_a_charge_came_about_is_told_in_lines()
    {
        var call = new CallRecord(
            "1a20070965600000",
            Noon,
            "00000001",
            "bart",
            "milhouse",
            "openai",
            "POST /v1/responses",
            "gpt-5.5",
            CallOutcome.Completed,
            200,
            null,
            ChargeBasis.Usage,
            Money.Parse("5"),
            Money.Parse("3.06"),
            300_000,
            1_000,
            Money.Parse("0.03"),
            [
                new CallCharge("input", 300_000, Money.Parse("10"), Money.Parse("3")),
                new CallCharge("output", 1_000, Money.Parse("30"), Money.Parse("0.03")),
            ],
            "v1",
            "long",
            ["group bart, day", "the habitat, month"],
            ["\"service_tier\":\"default\""]
        );
        server.On("GET /spend/calls/1a20070965600000", JsonSerializer.Serialize(call, OutboundJson.Default.CallRecord));
        (await CliRun.RunAsync(server, "spend", "explain", "1a20070965600000")).Output.ShouldBe(
            """
            call 1a20070965600000 at 2026-11-21T12:00:00Z: openai POST /v1/responses, model gpt-5.5, group bart, agent milhouse
            outcome: completed, status 200
            reserved $5.00: at most 300000 input and 1000 output tokens, and $0.03 for features without a bound, by price list v1
              put aside in the budget of group bart, day: $5.00
              put aside in the budget of the habitat, month: $5.00
              the proxy put in: "service_tier":"default"
            by the rates for a long prompt, all of it
              300000 input tokens × $10.00/MTok = $3.00
              1000 output tokens × $30.00/MTok = $0.03
              features without a bound = $0.03
            charged $3.06, as the provider counted

            """.ReplaceLineEndings("\n")
        );
    }

    [Theory]
    [InlineData("80%", "0.8")]
    [InlineData("0.125", "0.125")]
    [InlineData("100%", "1")]
    [InlineData("0", "0")]
    [InlineData("12.5%", "0.125")]
    [InlineData("101%", null)]
    [InlineData("1.1", null)]
    [InlineData("-1", null)]
    [InlineData("%", null)]
    [InlineData("1e-1", null)]
    [InlineData("", null)]
    public void A_share_is_read_exactly_or_not_at_all(string text, string? share)
    {
        MoneyWords.TryShare(text, out var read).ShouldBe(share is not null);
        (share is null ? "" : read.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(share ?? "");
    }

    [Fact]
    public void A_table_never_shows_less_money_gone_than_there_was() =>
        Prop.ForAll<long>(n =>
            {
                var money = new Money(Math.Abs(n % Money.Most.Nanos));
                var shown = MoneyWords.Gone(money);
                return shown.StartsWith('<')
                    ? money.Nanos is > 0 and < 100_000
                    : Money.Parse(shown) is var read && read >= money && (read - money).Nanos < 100_000;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void A_table_never_shows_more_money_than_there_is() =>
        Prop.ForAll<long>(n =>
            {
                var money = new Money(Math.Abs(n % Money.Most.Nanos));
                var shown = MoneyWords.Short(money);
                return shown.StartsWith('<')
                    ? money.Nanos is > 0 and < 100_000
                    : Money.Parse(shown) is var read && read <= money && (money - read).Nanos < 100_000;
            })
            .QuickCheckThrowOnFailure();

    private static PriceLine Price(string upstream, string name) =>
        new(upstream, [name], Rates("1"), null, null, null, null, "2026-11-05.00c0ffee");

    private static RateLine Rates(string each)
    {
        var rate = Money.Parse(each);
        return new RateLine(rate, rate, rate, rate, rate);
    }
}
