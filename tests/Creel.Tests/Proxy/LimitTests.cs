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
    public async Task Tokens_a_minute_are_reserved_and_what_was_not_used_is_given_back()
    {
        await using var line = await LineAsync(tokens: 5000);
        for (var i = 0; i < 20; i++)
        {
            (await StatusAsync(line, Ask("\"max_tokens\":1000"))).ShouldBe(200, $"call {i}");
        }
    }

    [Fact]
    public async Task Calls_under_way_never_may_use_more_tokens_than_a_minute_has()
    {
        await using var line = await LineAsync(tokens: 5000);
        var go = new TaskCompletionSource();
        var answer = line.Provider.Answer;
        line.Provider.Answer = async context =>
        {
            await go.Task;
            await answer!(context);
        };
        var first = AskAsync(line, Ask("\"max_tokens\":1000"));
        await Eventually.Until(() => line.Provider.Seen.Count == 1);
        using var refused = await AskAsync(line, Ask("\"max_tokens\":1000"));
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        int.Parse(refused.Headers.GetValues("retry-after").Single()).ShouldBeInRange(1, 60);
        var error = Error(await refused.Content.ReadAsStringAsync());
        error.GetProperty("code").GetString().ShouldBe("too-many-tokens");
        error.GetProperty("message").GetString()!.ShouldContain("may use 5000 tokens a minute");
        var denial = (await line.Proxy.DenialsAsync()).ShouldHaveSingleItem();
        $"creel: {denial.Why}".ShouldBe(error.GetProperty("message").GetString());
        await line.Book.FlushAsync();
        (await line.Book.Reader.FindAsync(denial.Call!))!.Why.ShouldBe(denial.Why);
        line.Book.States().Single().Reserved.ShouldBeLessThan(Money.Parse("0.02"));
        go.SetResult();
        using var done = await first;
        done.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Eventually.Until(async () => await StatusAsync(line, Ask("\"max_tokens\":1000")) == 200);
        line.Book.States().All(s => s.Reserved.IsZero).ShouldBeTrue();
    }

    [Theory]
    [InlineData("\"max_tokens\":1000,\"n\":4")]
    [InlineData("\"max_completion_tokens\":4000,\"max_tokens\":4000")]
    [InlineData("\"temperature\":1")]
    public async Task A_call_that_may_use_more_than_a_minutes_tokens_goes_alone(string most)
    {
        await using var line = await LineAsync(tokens: 4000, maxOutput: 4000);
        for (var i = 0; i < 3; i++)
        {
            (await StatusAsync(line, Ask(most))).ShouldBe(200, $"call {i}");
        }

        var go = new TaskCompletionSource();
        var answer = line.Provider.Answer;
        line.Provider.Answer = async context =>
        {
            await go.Task;
            await answer!(context);
        };
        var alone = AskAsync(line, Ask(most));
        await Eventually.Until(() => line.Provider.Seen.Count == 4);
        (await StatusAsync(line, Ask(most))).ShouldBe(429);
        (await StatusAsync(line, Ask("\"max_tokens\":1"))).ShouldBe(429);
        go.SetResult();
        (await alone).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_prompt_that_no_minute_has_room_for_is_refused_for_good_with_the_figures()
    {
        await using var line = await LineAsync(tokens: 1000);
        using var refused = await AskAsync(
            line,
            $$"""{"model":"mine","max_tokens":1,"messages":[{"role":"user","content":"{{new string('x', 9000)}}"}]}"""
        );
        refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, await refused.Content.ReadAsStringAsync());
        refused.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        refused.Headers.Contains("retry-after").ShouldBeFalse();
        var error = Error(await refused.Content.ReadAsStringAsync());
        error.GetProperty("code").GetString().ShouldBe("over-token-limit");
        error.GetProperty("message").GetString()!.ShouldMatch("may use 1000 tokens a minute.*alone may be 11[0-9]+");
        line.Provider.Seen.ShouldBeEmpty();
        (await StatusAsync(line, Ask("\"max_tokens\":1000"))).ShouldBe(200);
    }

    [Fact]
    public void What_a_call_did_not_use_is_given_back_in_the_minute_in_which_it_took_it()
    {
        var time = new ShiftedTime();
        var minute = new TokenMinute(time);
        var first = minute.TryTake(3000, 4000, out _).ShouldNotBeNull();
        minute.Counted.ShouldBe(3000);
        minute.TryTake(3000, 4000, out var wait).ShouldBeNull();
        wait.ShouldBeInRange(1, 60);
        first.Settle(500);
        first.Settle(100);
        minute.Counted.ShouldBe(500);
        minute.TryTake(3000, 4000, out _).ShouldNotBeNull().Settle(null);
        minute.Counted.ShouldBe(3500);
        var late = minute.TryTake(500, 4000, out _).ShouldNotBeNull();
        time.Shift(TimeSpan.FromSeconds(90));
        minute.Counted.ShouldBe(0);
        late.Settle(0);
        minute.Counted.ShouldBe(0);
    }

    [Fact]
    public void What_goes_alone_takes_the_rest_and_what_it_uses_beyond_that_counts_then()
    {
        var time = new ShiftedTime();
        var minute = new TokenMinute(time);
        minute.TryTake(1000, 4000, out _)!.Settle(1000);
        var alone = minute.TryTake(90_000, 4000, out _).ShouldNotBeNull();
        minute.Counted.ShouldBe(4000);
        minute.TryTake(1, 4000, out var soon).ShouldBeNull();
        soon.ShouldBeInRange(1, 2);
        time.Shift(TimeSpan.FromMinutes(3));
        minute.TryTake(90_000, 4000, out _).ShouldBeNull();
        alone.Settle(70_000);
        minute.Counted.ShouldBe(67_000);
        minute.TryTake(1, 4000, out var wait).ShouldBeNull();
        wait.ShouldBeInRange(55, 60);
        time.Shift(TimeSpan.FromSeconds(61));
        minute.TryTake(90_000, 4000, out _).ShouldNotBeNull().Settle(5);
        minute.Counted.ShouldBe(5);
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

    [Fact]
    public async Task A_cell_with_as_many_calls_as_it_may_have_takes_no_connection_from_another()
    {
        await using var upstream = await StubUpstream.StartAsync();
        var mine = new UpstreamModel
        {
            Name = "mine",
            BaseUrl = $"http://127.0.0.1:{upstream.Port}",
            Auth = AuthStyle.None,
            Local = true,
            Calls = [new("GET", "/held"), new("GET", "/free")],
        };
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { Upstreams = [mine] });
        var go = new TaskCompletionSource();
        upstream.Answer = context => context.Request.Path == "/held" ? go.Task : Task.CompletedTask;
        using var loud = proxy.Cell();
        var held = new List<Task<HttpResponseMessage>>();
        while (held.Count < Cell.UsualCalls)
        {
            // No more at once than wait for a door to open.
            held.AddRange(Enumerable.Range(0, 64).Select(_ => loud.GetAsync("/mine/held")));
            await Eventually.Until(() => upstream.Seen.Count == held.Count, TimeSpan.FromSeconds(30));
        }

        using var quiet = proxy.Cell(ProxyServer.Lisa);
        (await quiet.GetAsync("/mine/free")).StatusCode.ShouldBe(HttpStatusCode.OK);
        go.SetResult();
        (await Task.WhenAll(held)).ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
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
