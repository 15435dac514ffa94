using System.Net;
using System.Text;
using System.Text.Json;
using Creel.Core.Budgets;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Routes;
using Creel.Tests.Hub;

namespace Creel.Tests.Proxy;

public class LimitTests
{
    [Fact]
    public async Task Requests_a_minute_are_counted_for_each_group()
    {
        await using var proxy = await ProxyServer.StartAsync(With(new CallLimits(Requests: 2)));
        await using var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        using var other = proxy.Cell(ProxyServer.Lisa);
        for (var i = 0; i < 2; i++)
        {
            (await cell.GetAsync("/anthropic/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        using var refused = await cell.GetAsync("/anthropic/v1/models");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        int.Parse(refused.Headers.GetValues("retry-after").Single()).ShouldBeInRange(1, 60);
        Error(await refused.Content.ReadAsStringAsync()).GetProperty("type").GetString().ShouldBe("rate_limit_error");
        (await other.GetAsync("/anthropic/v1/models")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("too-many-requests");
    }

    [Fact]
    public async Task Calls_at_once_are_counted_until_their_answers_end()
    {
        await using var proxy = await ProxyServer.StartAsync(With(new CallLimits(Concurrent: 1)));
        await using var provider = await proxy.ProviderAsync();
        var go = new TaskCompletionSource();
        provider.Answer = _ => go.Task;
        using var cell = proxy.Cell();
        var first = cell.GetAsync("/anthropic/v1/models");
        await Eventually.Until(() => provider.Seen.Count == 1);
        (await cell.GetAsync("/anthropic/v1/models")).StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        go.SetResult();
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.Until(async () => (await cell.GetAsync("/anthropic/v1/models")).StatusCode == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Tokens_a_minute_are_those_that_calls_may_use_at_most()
    {
        await using var line = await LineAsync(tokens: 5000);
        (await StatusAsync(line, Ask("\"max_tokens\":1000"))).ShouldBe(200);
        using var refused = await AskAsync(line, Ask("\"max_tokens\":1000"));
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        int.Parse(refused.Headers.GetValues("retry-after").Single()).ShouldBeInRange(1, 60);
        Error(await refused.Content.ReadAsStringAsync()).GetProperty("code").GetString().ShouldBe("too-many-tokens");
        await Eventually.Until(() => line.Book.States().All(s => s.Reserved.IsZero && s.Spent < Money.Parse("0.001")));
        line.Provider.Seen.Count.ShouldBe(1);
        (await line.Proxy.DenialsAsync()).ShouldHaveSingleItem().Call.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("\"max_tokens\":1000,\"n\":4")]
    [InlineData("\"max_completion_tokens\":4000,\"max_tokens\":4000")]
    [InlineData("\"temperature\":1")]
    public async Task A_call_that_may_use_more_than_a_minutes_tokens_is_refused_for_good_and_not_counted(string most)
    {
        await using var line = await LineAsync(tokens: 5000, maxOutput: 4000);
        using var refused = await AskAsync(line, Ask(most));
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, await refused.Content.ReadAsStringAsync());
        refused.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        refused.Headers.Contains("retry-after").ShouldBeFalse();
        Error(await refused.Content.ReadAsStringAsync()).GetProperty("code").GetString().ShouldBe("over-token-limit");
        line.Provider.Seen.ShouldBeEmpty();
        (await StatusAsync(line, Ask("\"max_completion_tokens\":2000,\"max_tokens\":2000"))).ShouldBe(200);
    }

    [Fact]
    public void Where_no_limit_is_written_there_is_a_ceiling_on_calls_under_way()
    {
        var cell = new Cell(ProxyServer.Orders.Cells[0], TimeProvider.System);
        for (var i = 0; i < 1024; i++)
        {
            CallLimiter.Begin(cell).ShouldBeNull();
        }

        var refusal = CallLimiter.Begin(cell).ShouldNotBeNull();
        (refusal.Status, refusal.Rule, refusal.Retry).ShouldBe((429, "too-many-at-once", 1));
        refusal.Message.ShouldContain("1024");
        cell.End();
        CallLimiter.Begin(cell).ShouldBeNull();
    }

    [Theory]
    [InlineData("claude-a", HttpStatusCode.OK)]
    [InlineData("claude-a-x", HttpStatusCode.Forbidden)]
    [InlineData("claude-b", HttpStatusCode.Forbidden)]
    [InlineData("*", HttpStatusCode.Forbidden)]
    public async Task Models_are_on_the_list_or_refused(string model, HttpStatusCode status)
    {
        var orders = ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { Models = ["anthropic/claude-a", "openai/*"] }],
        };
        await using var proxy = await ProxyServer.StartAsync(orders);
        await using var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        using var answer = await PostAsync(cell, $$"""{"model":"{{model}}"}""");
        answer.StatusCode.ShouldBe(status);
        if (status != HttpStatusCode.OK)
        {
            answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        }

        (await PostAsync(cell, "{}")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Refusals_speak_the_language_of_who_was_asked()
    {
        await using var proxy = await ProxyServer.StartAsync();
        using var cell = proxy.Cell();
        using var anthropic = await cell.GetAsync("/anthropic/v1/models");
        anthropic.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        var body = JsonDocument.Parse(await anthropic.Content.ReadAsStringAsync()).RootElement;
        body.GetProperty("type").GetString().ShouldBe("error");
        body.GetProperty("error").GetProperty("type").GetString().ShouldBe("authentication_error");
        body.GetProperty("error").GetProperty("message").GetString()!.ShouldContain("creel key set anthropic");
        using var openAi = await cell.GetAsync("/openai/v1/models");
        var error = Error(await openAi.Content.ReadAsStringAsync());
        error.GetProperty("code").GetString().ShouldBe("no-key");
        error.GetProperty("param").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public void A_minute_is_sixty_seconds_that_pass_one_by_one()
    {
        var time = new ShiftedTime();
        var window = new MinuteWindow(time);
        window.TryAdd(3, 5).ShouldBeNull();
        window.TryAdd(3, 5)!.Value.ShouldBeInRange(1, 60);
        window.TryAdd(2, 5).ShouldBeNull();
        window.TryAdd(1, 5)!.Value.ShouldBeInRange(1, 60);
        window.TryAdd(6, 5).ShouldBe(60);
        time.Shift(TimeSpan.FromSeconds(61));
        window.TryAdd(5, 5).ShouldBeNull();
        time.Shift(TimeSpan.FromHours(30));
        window.TryAdd(5, 5).ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"model":"a","max_tokens":4}""", "a")]
    [InlineData("""{"max_completion_tokens":4,"max_tokens":4,"x":{"model":"b"},"model":"a"}""", "a")]
    [InlineData("""{"mod\u0065l":"a"}""", "a")]
    [InlineData("""{"x":[{"model":"b"}]}""", null)]
    public void What_a_body_says_is_seen(string body, string? model) =>
        CallPeek.Read(Encoding.UTF8.GetBytes(body)).ShouldBe(new CallPeek(model));

    private static Task<BookedProxy> LineAsync(long tokens, int maxOutput = 1000)
    {
        var orders = BookedProxy.Orders(new BudgetModel(1000, "day", 0.8));
        return BookedProxy.StartAsync(
            orders with
            {
                Cells = [orders.Cells[0] with { Limits = new CallLimits(Tokens: tokens) }, orders.Cells[1]],
                Prices = [orders.Prices[0] with { MaxOutput = maxOutput }],
            }
        );
    }

    private static string Ask(string most) => $$"""{"model":"mine",{{most}},"messages":[{"role":"user","content":"Hello"}]}""";

    private static async Task<HttpResponseMessage> AskAsync(BookedProxy line, string body)
    {
        using var client = line.Proxy.Cell();
        return await client.PostAsync("/openai/v1/chat/completions", new StringContent(body));
    }

    private static async Task<int> StatusAsync(BookedProxy line, string body)
    {
        using var answer = await AskAsync(line, body);
        return (int)answer.StatusCode;
    }

    private static ProxyOrders With(CallLimits limits) =>
        ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { Limits = limits }, ProxyServer.Orders.Cells[1]],
        };

    private static Task<HttpResponseMessage> PostAsync(HttpClient cell, string body) =>
        cell.PostAsync("/anthropic/v1/messages", new StringContent(body));

    private static JsonElement Error(string body) => JsonDocument.Parse(body).RootElement.GetProperty("error");
}
