using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using FsCheck;
using FsCheck.Fluent;

namespace Creel.Tests.Habitats;

/// <summary>What a habitat says about money.</summary>
public class MoneyKeyTests
{
    private const string Whole = """
        {
            budget: [{ usd: 20, per: 'month' }, { usd: 0.123456789, per: '24h', soft: true, warn: 0.5 }],
            maxTokens: 4096,
            unpriced: { input: 15, output: 75 },
            prices: { openai: {
                'mine': { input: 2, output: 8, cacheRead: 0.5, maxOutput: 1000, context: 2000,
                          long: { above: 1500, input: 4, output: 16 } },
                '*': { input: 1, output: 1 },
            } },
            bounds: { anthropic: { 'tool:web_search_20250305': 0.1 } },
            agents: { list: [{ id: 'bart', maxTokens: 100 }, { id: 'lisa' }] },
        }
        """;

    [Theory]
    [InlineData("{budget: 5}", "h.json5:1:10 budget: must be an object, or an array of them, got a number")]
    [InlineData("{budget: [5]}", "h.json5:1:11 budget[0]: must be an object, got a number")]
    [InlineData(
        "{budget: [{usd: 1, per: 'day'}, {usd: 2, per: '24h'}, {usd: 3, per: '1d'}]}",
        "h.json5:1:55 budget[2]: there is a budget per 1d already: one for each window"
    )]
    [InlineData(
        "{budget: {usd: 1, per: '30s'}}",
        "h.json5:1:24 budget.per: '30s' is none of: hour, day, week, month, total, or rolling: 90m, 24h, 7d"
    )]
    [InlineData(
        "{budget: {usd: 1, per: 'dai'}}",
        "h.json5:1:24 budget.per: 'dai' is none of: hour, day, week, month, total, or rolling: 90m, 24h, 7d; did you mean 'day'?"
    )]
    [InlineData("{budget: {usd: 1, per: 'day', soft: 'yes'}}", "h.json5:1:37 budget.soft: must be true or false, got a string")]
    [InlineData(
        "{budget: {usd: 0.0000000001, per: 'day'}}",
        "h.json5:1:16 budget.usd: 'usd' must be a number from 0 to 1000000000 with at most 9 decimals"
    )]
    [InlineData("{budget: {usd: -1, per: 'day'}}", "h.json5:1:16 budget.usd: 'usd' must be a number from 0 to 1000000000")]
    [InlineData("{budget: {usd: 1, per: 'day', warn: 80}}", "h.json5:1:37 budget.warn: 'warn' must be a number from 0 to 1")]
    [InlineData("{maxTokens: 0}", "h.json5:1:13 maxTokens: must be a whole number from 1 to 1000000000, got 0")]
    [InlineData(
        "{unpriced: 'free'}",
        "h.json5:1:12 unpriced: must be 'refuse', or an object with 'input' and 'output', got a string"
    )]
    [InlineData("{unpriced: {input: 1}}", "h.json5:1:12 unpriced: 'output' must be a number from 0 to 999999; it is missing")]
    [InlineData(
        "{prices: {opnai: {}}}",
        "h.json5:1:11 prices.opnai: no upstream is called 'opnai', so its prices would never apply; there are: anthropic, openai; did you mean 'openai'?"
    )]
    [InlineData("{prices: {openai: 5}}", "h.json5:1:19 prices.openai: must be an object, got a number")]
    [InlineData(
        "{prices: {openai: {m: 5}}}",
        "h.json5:1:23 prices.openai.m: must be an object with 'input' and 'output', got a number"
    )]
    [InlineData(
        "{prices: {openai: {m: {input: '1', output: 1}}}}",
        "h.json5:1:31 prices.openai.m.input: 'input' must be a number from 0 to 999999"
    )]
    [InlineData(
        "{prices: {openai: {m: {input: 1, output: 1, long: {input: 1, output: 1}}}}}",
        "h.json5:1:51 prices.openai.m.long: needs 'above': the number of tokens from which a prompt counts as long"
    )]
    [InlineData(
        "{bounds: {openai: {'web search': 1}}}",
        "h.json5:1:20 bounds.openai['web search']: is no name of a feature as a refusal says it, such as 'tool:web_search'"
    )]
    [InlineData(
        "{bounds: {openai: {store: true}}}",
        "h.json5:1:27 bounds.openai.store: 'store' must be a number from 0 to 1000000"
    )]
    [InlineData(
        "{agents: {list: [{id: 'a', isolationGroup: 'g', maxTokens: 5}, {id: 'b', isolationGroup: 'g'}]}}",
        "h.json5:1:49 agents.list[0].maxTokens: maxTokens belongs to the whole group 'g', whose 2 agents share one boundary: write it under groups.g, or give the agent a group of its own"
    )]
    public void Each_mistake_is_told_with_its_place_and_what_to_do(string text, string error) =>
        Habitat.Errors(text).First().ShouldBe(error);

    [Fact]
    public void All_of_it_reaches_the_proxy_to_the_nano_dollar()
    {
        var habitat = Habitat.Model(Whole);
        OutboundCell[] cells =
        [
            new(new CellId("00000001"), GroupId.Parse("bart"), null),
            new(new CellId("00000002"), GroupId.Parse("lisa"), null),
        ];
        var orders = OrdersText.Read(OrdersText.Write(HabitatOrders.Of(habitat, cells)));
        orders.Budgets.ShouldBe([new BudgetModel(20, "month"), new BudgetModel(0.123456789m, "1d", 0.5, Soft: true)]);
        orders.Unpriced.ShouldBe(new RateModel(15, 75));
        orders.Cells.Select(c => c.MaxTokens).ShouldBe([100, 4096]);
        orders.Bounds.ShouldBe([new BoundModel("anthropic", "tool:web_search_20250305", 0.1m)]);
        orders.Prices.ShouldBe([
            new PriceModel(
                "openai",
                "mine",
                new RateModel(2, 8, 0.5m),
                1500,
                new RateModel(4, 16),
                Context: 2000,
                MaxOutput: 1000
            ),
            new PriceModel("openai", "*", new RateModel(1, 1)),
        ]);
        habitat.Sections.Keys.Intersect(["prices", "bounds", "unpriced", "maxTokens"]).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_shown_of_it_is_read_back_the_same()
    {
        var shown = System.Text.Json.JsonDocument.Parse(HabitatJson.Write(Habitat.Model(Whole))).RootElement;
        shown.GetProperty("budget").GetArrayLength().ShouldBe(2);
        shown.GetProperty("unpriced").GetProperty("output").GetDecimal().ShouldBe(75);
        shown.GetProperty("prices")[0].GetProperty("long").GetProperty("above").GetInt64().ShouldBe(1500);
        shown.GetProperty("bounds")[0].GetProperty("usd").GetDecimal().ShouldBe(0.1m);
        shown.GetProperty("maxTokens").GetInt32().ShouldBe(4096);
        Habitat.Model("{unpriced: 'refuse'}").Unpriced.ShouldBeNull();
    }

    [Fact]
    public void Where_each_budget_is_said_is_known()
    {
        var reading = Habitat.Read(
            "{ budget: { usd: 1, per: 'day' },\n agents: { list: [{ id: 'bart' }] } }",
            "{ agents: { list: [{ id: 'bart',\n budget: { usd: 1, per: 'day' } }] } }"
        );
        reading.Budgets[""].ToString().ShouldBe("h.json5:1:11");
        reading.Budgets["bart"].ToString().ShouldBe("h.local.json5:2:10");
    }

    [Fact]
    public void Budgets_that_were_written_are_read_back_to_the_nano_dollar() =>
        Prop.ForAll<uint, ulong>(
                (shape, nanos) =>
                {
                    string[] windows = ["hour", "day", "week", "month", "total", "90m", "1d", "7d"];
                    var budgets = windows
                        .Where((_, i) => (shape >> i & 1) == 1)
                        .Select(
                            (per, i) =>
                                new BudgetModel(
                                    new Money((long)((nanos + (ulong)i) % 1_000_000_000_000_000_000)).Usd,
                                    per,
                                    (shape >> 8) % 101 / 100.0,
                                    (shape >> 16 + i & 1) == 1
                                )
                        )
                        .ToList();
                    var text = BudgetText.Write(budgets) ?? "null";
                    return Habitat.Model($"{{budget: {text}}}").Budgets.SequenceEqual(budgets);
                }
            )
            .QuickCheckThrowOnFailure();
}
