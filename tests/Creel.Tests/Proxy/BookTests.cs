using System.Net;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Proxy;

public class BookTests
{
    private const string Ask = """{"model":"m"}""";

    [Fact]
    public async Task The_book_may_change_what_goes_and_what_comes()
    {
        var book = new RecordingBook
        {
            Body = b => b.Replace("}", ",\"max_tokens\":5}"),
            Piece = p => p.Replace("pong", ""),
            Last = "the end",
        };
        await using var proxy = await ProxyServer.StartAsync(book: book);
        await using var provider = await proxy.ProviderAsync();
        provider.Answer = context =>
        {
            context.Response.ContentType = "text/event-stream";
            context.Response.ContentLength = 4;
            return context.Response.WriteAsync("pong");
        };
        using var cell = proxy.Cell();
        (await TextAsync(await PostAsync(cell))).ShouldBe("the end");
        var seen = provider.Seen.ShouldHaveSingleItem();
        seen.Text.ShouldBe("""{"model":"m","max_tokens":5}""");
        seen.Headers["content-length"].ShouldBe("28");
        book.Lines.ShouldBe(["POST /v1/messages m bart bart", "begin 200 text/event-stream ", "Completed 200 4"]);
    }

    [Fact]
    public async Task What_the_book_refuses_is_not_sent()
    {
        var book = new RecordingBook { Refusal = "nothing is left" };
        await using var proxy = await ProxyServer.StartAsync(book: book);
        await using var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        using var answer = await PostAsync(cell);
        answer.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        provider.Seen.ShouldBeEmpty();
        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("budget");
    }

    [Fact]
    public async Task Every_call_that_was_admitted_is_closed_once_whatever_becomes_of_it()
    {
        var book = new RecordingBook();
        await using var proxy = await ProxyServer.StartAsync(ProxyServer.Orders with { ReadTimeout = 1 }, book: book);
        var provider = await proxy.ProviderAsync();
        using var cell = proxy.Cell();
        await EndsAsync("Completed 500 0", context => context.Response.StatusCode = 500);
        await EndsAsync("Failed 0 0", context => context.Abort());
        await EndsAsync("TimedOut 0 0", context => context.RequestAborted.WaitHandle.WaitOne());
        await provider.DisposeAsync();
        await EndsAsync("NotSent 0 0", null);
        proxy.Names.Clear();
        await EndsAsync("NotSent 0 0", null);

        async Task EndsAsync(string expected, Action<HttpContext>? answer)
        {
            provider.Answer = context => Task.Run(() => answer?.Invoke(context));
            book.Lines.Clear();
            (await PostAsync(cell)).IsSuccessStatusCode.ShouldBeFalse();
            await Eventually.Until(() => book.Lines.Contains(expected) || book.Lines.Count > 2);
            book.Lines.Count(l => l == expected).ShouldBe(1, string.Join("; ", book.Lines));
        }
    }

    [Theory]
    [InlineData(true, "Aborted 200 9")]
    [InlineData(false, "Aborted 200 5")]
    public async Task By_policy_an_answer_is_read_to_its_end_though_the_client_has_left(bool readsOn, string expected)
    {
        var book = new RecordingBook { ReadsOn = readsOn };
        await using var proxy = await ProxyServer.StartAsync(book: book);
        await using var provider = await proxy.ProviderAsync();
        var go = new TaskCompletionSource();
        provider.Answer = async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync("last");
        };
        using (var cell = proxy.Cell())
        {
            using var answer = await cell.SendAsync(
                new HttpRequestMessage(HttpMethod.Post, "/anthropic/v1/messages") { Content = new StringContent(Ask) },
                HttpCompletionOption.ResponseHeadersRead
            );
            await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[5]);
        }

        await proxy.LeftAsync(calls: readsOn ? 1 : 0);
        go.SetResult();
        await Eventually.Until(() => book.Lines.Count == 3);
        book.Lines.Last().ShouldBe(expected);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient cell) =>
        cell.PostAsync("/anthropic/v1/messages", new StringContent(Ask));

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            return await answer.Content.ReadAsStringAsync();
        }
    }
}
