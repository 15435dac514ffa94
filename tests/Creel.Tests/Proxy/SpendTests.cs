using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Habitats;
using Creel.Core.Outbound;

namespace Creel.Tests.Proxy;

/// <summary>What the control socket tells of money, and what orders say about it, with calls on the real line.</summary>
public class SpendTests
{
    [Fact]
    public async Task What_was_spent_is_told_by_agent_and_model_and_each_budget_as_it_stands()
    {
        await using var line = await BookedProxy.StartAsync(
            BookedProxy.Orders(new BudgetModel(1, "day"), new BudgetModel(0.0001m, "7d", Soft: true))
        );
        (await line.CallAsync()).Status.ShouldBe(200);
        (await line.CallAsync(cell: ProxyServer.Lisa)).Status.ShouldBe(200);
        var report = await line.SpendAsync("?group=bart");
        var spent = report.Spent.ShouldHaveSingleItem();
        (spent.Group, spent.Upstream, spent.Model, spent.Calls, spent.Input, spent.Output).ShouldBe(
            ("bart", "openai", "mine", 1, 12, 40)
        );
        spent.Spent.ShouldBe(Money.Parse("0.000344"));
        spent.LastHour.ShouldBe(spent.Spent);
        var (day, week) = (report.Budgets.Single(b => b.Per == "day"), report.Budgets.Single(b => b.Per == "7d"));
        (day.Soft, day.Cap, day.Spent, day.Left, day.Warned).ShouldBe(
            (false, Money.Parse("1"), spent.Spent, Money.Parse("0.999656"), false)
        );
        (week.Soft, week.Warned).ShouldBe((true, true));
        week.HitAt.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(report.At);
        report.Prices.ShouldStartWith("2026-");
        (await line.SpendAsync()).Spent.Select(s => s.Group).Order().ShouldBe(["bart", "lisa"]);
        var status = await line.ReadAsync(ControlPaths.Status, OutboundJson.Default.ProxyStatus);
        status
            .Warnings!.ShouldHaveSingleItem()
            .Warning()
            .ShouldStartWith("group bart has spent $0.000344 of $0.0001 in any 7d (344%)");
    }

    [Fact]
    public async Task Programs_can_rely_on_the_words_of_spend()
    {
        await using var line = await BookedProxy.StartAsync(BookedProxy.Orders(new BudgetModel(1, "total")));
        await line.CallAsync();
        using var json = JsonDocument.Parse(await line.Proxy.Control.GetStringAsync(ControlPaths.Spend));
        Words(json.RootElement).ShouldBe("at since prices trouble budgets spent offline");
        Words(json.RootElement.GetProperty("budgets")[0])
            .ShouldBe("group per soft warn amount granted cap spent reserved left lost warned since resetsAt lastHour hitAt");
        Words(json.RootElement.GetProperty("spent")[0])
            .ShouldBe("group agent upstream model calls refused spent lastHour input output cacheRead cacheWrite");
        json.RootElement.GetProperty("budgets")[0].GetProperty("spent").GetInt64().ShouldBe(344_000);
    }

    [Fact]
    public async Task A_grant_counts_at_once_and_outlives_the_proxy()
    {
        var folder = Directory.CreateTempSubdirectory("creel-grant-").FullName;
        var orders = BookedProxy.Orders(new BudgetModel(0.0004m, "day"), new BudgetModel(1, "month"));
        await using (var line = await BookedProxy.StartAsync(orders, folder))
        {
            (await line.CallAsync()).Status.ShouldBe(402);
            var (status, text) = await line.GrantAsync("""{"group":"bart","amount":2000000000,"per":"day"}""");
            status.ShouldBe(200, text);
            (await line.CallAsync()).Status.ShouldBe(200);
        }

        await using (var line = await BookedProxy.StartAsync(orders, folder))
        {
            var lines = (await line.SpendAsync()).Budgets;
            lines.Single(l => l.Per == "day").Granted.ShouldBe(Money.Parse("2"));
            lines.Single(l => l.Per == "day").Cap.ShouldBe(Money.Parse("2.0004"));
            lines.Single(l => l.Per == "month").Granted.ShouldBe(Money.Zero);
            (await line.CallAsync()).Status.ShouldBe(200);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("""{"group":"bart","amount":1,"per":"week"}""", 404, "no budget per week")]
    [InlineData("""{"group":"bart","amount":0}""", 400, "can't be granted")]
    [InlineData("""{"group":"bart","amount":-1}""", 400, "can't be granted")]
    [InlineData("""{"group":"lisa","amount":1}""", 404, "group lisa has no budget")]
    [InlineData("""{"amount":1}""", 404, "the habitat has no budget")]
    [InlineData("""{"group":"no such","amount":1}""", 400, "can't be read")]
    [InlineData("""{"group":"bart","amount":1,"per":"fortnight"}""", 400, "no window")]
    [InlineData("""{"group":"bart","amount":"5"}""", 400, "can't be read")]
    [InlineData("nonsense", 400, "can't be read")]
    public async Task A_grant_that_can_not_be_is_refused_with_its_reason(string order, int status, string says)
    {
        await using var line = await BookedProxy.StartAsync(BookedProxy.Orders(new BudgetModel(1, "day")));
        var answer = await line.GrantAsync(order);
        answer.Status.ShouldBe(status, answer.Text);
        answer.Text.ShouldContain(says);
        (await line.SpendAsync()).Budgets.ShouldHaveSingleItem().Granted.ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task Prices_change_while_cells_run_and_each_charge_says_by_which_it_was()
    {
        var priced = BookedProxy.Orders(new BudgetModel(1, "total"));
        await using var line = await BookedProxy.StartAsync(priced with { Prices = [] });
        var (status, text) = await line.CallAsync();
        (status, text.Contains("there is no price for the model 'mine'", StringComparison.Ordinal)).ShouldBe((403, true));
        var report = await line.ReadAsync(ControlPaths.Prices, OutboundJson.Default.PriceReport);
        report.Missing.ShouldBe([new UnpricedModel("openai", "mine", 1)]);
        report.Knows("openai", "mine").ShouldBeFalse();
        report.Knows("anthropic", "claude-haiku-4-5").ShouldBeTrue();

        await line.Proxy.OrderAsync(priced);
        (await line.CallAsync()).Status.ShouldBe(200);
        (await LastAsync(line)).Settled.ShouldBe(Money.Parse("0.000344"));
        (await line.ReadAsync(ControlPaths.Prices, OutboundJson.Default.PriceReport)).Missing.ShouldBeEmpty();

        await line.Proxy.OrderAsync(priced with { Prices = [], Unpriced = new RateModel(10, 0) });
        (await line.CallAsync()).Status.ShouldBe(200);
        var last = await LastAsync(line);
        last.Settled.ShouldBe(Money.Parse("0.00012"));
        last.Prices.ShouldNotBeNull().ShouldStartWith("habitat.");
        (await line.SpendAsync()).Budgets.Single().Spent.ShouldBe(Money.Parse("0.000464"));
    }

    [Fact]
    public async Task A_price_of_ones_own_leaves_a_known_models_size_as_it_is()
    {
        var orders = BookedProxy.Orders() with { Prices = [new PriceModel("openai", "gpt-5.4", new RateModel(1, 1))] };
        await using var line = await BookedProxy.StartAsync(orders);
        var report = await line.ReadAsync(ControlPaths.Prices, OutboundJson.Default.PriceReport);
        var own = report.Prices.Where(p => p.Names.Contains("gpt-5.4")).ShouldHaveSingleItem();
        (own.Rates.Input, own.MaxOutput, own.Context).ShouldBe((Money.Parse("1"), 128_000, 1_050_000));
        (await line.CallAsync("""{"model":"gpt-5.4","messages":[]}""")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_has_a_bound_goes_and_is_charged_with_it_and_the_rest_is_refused()
    {
        const string Search = """{"model":"mine","max_tokens":5,"web_search_options":{},"messages":[]}""";
        await using var line = await BookedProxy.StartAsync(BookedProxy.Orders(new BudgetModel(1, "total")));
        (await line.CallAsync(Search)).Text.ShouldContain("web_search_options");
        var bounded = BookedProxy.Orders(new BudgetModel(1, "total")) with
        {
            Bounds = [new BoundModel("openai", "web_search_options", 0.03m), new BoundModel("anthropic", "mcp_servers", 1)],
        };
        await line.Proxy.OrderAsync(bounded);
        (await line.CallAsync(Search)).Status.ShouldBe(200);
        (await LastAsync(line)).Settled.ShouldBe(Money.Parse("0.030344"));
        (await line.CallAsync(Search.Replace("web_search_options", "mcp_servers"))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_call_without_a_limit_gets_the_groups_and_explain_says_so()
    {
        var orders = BookedProxy.Orders(new BudgetModel(1, "total"));
        orders = orders with { Cells = [.. orders.Cells.Select(c => c with { MaxTokens = 77 })] };
        await using var line = await BookedProxy.StartAsync(orders);
        await line.CallAsync("""{"model":"mine","messages":[]}""");
        line.Provider.Seen.Last().Text.ShouldContain("\"max_completion_tokens\":77");
        var call = await LastAsync(line);
        call.OutputBound.ShouldBe(77);
        var lines = CallExplanation.Lines(call);
        lines.ShouldContain("  the proxy put in: \"max_completion_tokens\":77");
        lines.ShouldContain($"  put aside in the budget of group bart, total: {call.Reserved}");
        lines.ShouldContain("  40 output tokens × $8.00/MTok = $0.00032");
        lines[^1].ShouldBe("charged $0.000344, as the provider counted");
        (await line.CallAsync()).Status.ShouldBe(200);
        line.Provider.Seen.Last().Text.ShouldNotContain("77");
    }

    [Fact]
    public async Task The_log_and_the_book_know_a_call_by_one_id()
    {
        await using var line = await BookedProxy.StartAsync(BookedProxy.Orders(new BudgetModel(0.01m, "total")));
        await line.CallAsync();
        (await line.CallAsync(BookedProxy.Ask.Replace("100", "10000"))).Status.ShouldBe(402);
        var made = (await line.Proxy.CallsAsync()).ShouldHaveSingleItem();
        var refused = (await line.Proxy.DenialsAsync()).ShouldHaveSingleItem();
        (
            await line.ReadAsync($"{ControlPaths.Book}/{made.Id.ToUpperInvariant()}", OutboundJson.Default.CallRecord)
        ).Status.ShouldBe(200);
        var record = await line.ReadAsync($"{ControlPaths.Book}/{refused.Call}", OutboundJson.Default.CallRecord);
        (record.Outcome, record.Rule).ShouldBe((CallOutcome.Refused, "budget"));
        CallExplanation.Lines(record)[^1].ShouldStartWith("it could have cost up to $0.08");
        using var none = await line.Proxy.Control.GetAsync($"{ControlPaths.Book}/0000000000000001");
        ((int)none.StatusCode).ShouldBe(404);
    }

    [Fact]
    public async Task Orders_that_can_not_be_reckoned_with_do_not_stand()
    {
        await using var line = await BookedProxy.StartAsync(BookedProxy.Orders(new BudgetModel(1, "day")));
        var before = await line.ReadAsync(ControlPaths.Status, OutboundJson.Default.ProxyStatus);
        ProxyOrders[] wrong =
        [
            BookedProxy.Orders(new BudgetModel(0.0000000001m, "day")),
            BookedProxy.Orders(new BudgetModel(1, "fortnight")),
            BookedProxy.Orders() with
            {
                Prices = [new PriceModel("openai", "x", new RateModel(-1, 1))],
            },
            BookedProxy.Orders() with
            {
                Prices = [new PriceModel("openai", "x", new RateModel(1, 1_000_000))],
            },
            BookedProxy.Orders() with
            {
                Prices = [.. Enumerable.Repeat(new PriceModel("a", "b", new RateModel(1, 1)), 2)],
            },
            BookedProxy.Orders() with
            {
                Prices = [new PriceModel("a", "b", new RateModel(1, 1), Context: 0)],
            },
            BookedProxy.Orders() with
            {
                Bounds = [new BoundModel("a", "b", -1)],
            },
            BookedProxy.Orders() with
            {
                Unpriced = new RateModel(1, 0.0000000001m),
            },
        ];
        foreach (var orders in wrong)
        {
            using var body = new ByteArrayContent(OrdersText.Write(orders));
            using var answer = await line.Proxy.Control.PutAsync(ControlPaths.Orders, body);
            ((int)answer.StatusCode).ShouldBe(400, await answer.Content.ReadAsStringAsync());
        }

        (await line.ReadAsync(ControlPaths.Status, OutboundJson.Default.ProxyStatus)).Orders.ShouldBe(before.Orders);
    }

    private static async Task<CallRecord> LastAsync(BookedProxy line)
    {
        var id = (await line.Proxy.CallsAsync())[^1].Id;
        return await line.ReadAsync($"{ControlPaths.Book}/{id}", OutboundJson.Default.CallRecord);
    }

    private static string Words(JsonElement json) => string.Join(' ', json.EnumerateObject().Select(p => p.Name));
}
