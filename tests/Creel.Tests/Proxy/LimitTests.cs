using System.Net;
using System.Text.Json;
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
    public async Task Tokens_are_estimated_before_the_call()
    {
        await using var proxy = await ProxyServer.StartAsync(With(new CallLimits(Tokens: 1000)));
        await using var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        (await PostAsync(cell, """{"model":"m","max_tokens":600}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
        using var refused = await PostAsync(cell, """{"model":"m","max_tokens":600}""");
        refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        (await PostAsync(cell, """{"model":"m","max_tokens":300}""")).StatusCode.ShouldBe(HttpStatusCode.OK);
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
    [InlineData("""{"model":"a","max_tokens":4}""", "a", 11)]
    [InlineData("""{"max_completion_tokens":4,"x":{"model":"b"},"model":"a"}""", "a", 18)]
    [InlineData("""{"mod\u0065l":"a"}""", "a", 4)]
    [InlineData("""{"max_tokens":9223372036854775807}""", null, 2147483655)]
    public void What_a_body_says_is_seen(string body, string? model, long tokens) =>
        CallPeek.Read(System.Text.Encoding.UTF8.GetBytes(body)).ShouldBe(new CallPeek(model, tokens));

    private static ProxyOrders With(CallLimits limits) =>
        ProxyServer.Orders with
        {
            Cells = [ProxyServer.Orders.Cells[0] with { Limits = limits }, ProxyServer.Orders.Cells[1]],
        };

    private static Task<HttpResponseMessage> PostAsync(HttpClient cell, string body) =>
        cell.PostAsync("/anthropic/v1/messages", new StringContent(body));

    private static JsonElement Error(string body) => JsonDocument.Parse(body).RootElement.GetProperty("error");
}
