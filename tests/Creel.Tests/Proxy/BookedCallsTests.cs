using System.Net;
using System.Text;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy;
using Creel.Proxy.Ledger;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Proxy;

/// <summary>The whole line: a cell's socket, the book, a provider's stand-in, and the money.</summary>
public class BookedCallsTests
{
    private const string Ask =
        """{"model":"claude-haiku-4-5","max_tokens":1000,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    private const string Events = """
        event: message_start
        data: {"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    [Fact]
    public async Task A_streamed_call_is_charged_as_counted_and_the_next_that_does_not_fit_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("creel-booked-").FullName;
        await using var book = MoneyBook.Open(Path.Combine(folder, "ledger.db"), TimeProvider.System);
        var bart = new PurseId(GroupId.Parse("bart"));
        var cells = ProxyServer.Orders.Cells.Select(c =>
            c.Group == bart.Group ? c with { Budgets = [new(0.008m, "total", 0.8)] } : c
        );
        await using var proxy = await ProxyServer.StartAsync(
            ProxyServer.Orders with
            {
                Cells = [.. cells],
            },
            book: new BookedCalls(book, new CallBook(book, TimeProvider.System))
        );
        await using var provider = await proxy.ProviderAsync();
        provider.Answer = context =>
        {
            context.Response.ContentType = "text/event-stream";
            return context.Response.WriteAsync(Events);
        };
        using var cell = proxy.Cell();
        (await TextAsync(await PostAsync(cell))).ShouldBe(Events);
        await Eventually.Until(() => book.States()[0].Reserved.IsZero);
        book.States()[0].Spent.ShouldBe(Money.Parse("0.00011"));
        await book.GrantAsync(bart, new Money(1));
        provider.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var broken = await PostAsync(cell);
        await Eventually.Until(() => book.States()[0].Reserved.IsZero);
        book.States()[0].Spent.ShouldBeGreaterThan(Money.Parse("0.005"));
        using var refused = await PostAsync(cell);
        refused.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        refused.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await TextAsync(refused)).ShouldContain("billing_error");
        provider.Seen.Count.ShouldBe(2);
        (await proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("budget");
        Directory.Delete(folder, recursive: true);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient cell) =>
        cell.PostAsync("/anthropic/v1/messages", new StringContent(Ask, Encoding.UTF8, "application/json"));

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}
