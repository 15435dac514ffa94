using System.Net;
using System.Text;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy.Ledger;
using Creel.Tests.Proxy.Ledger;
using Creel.Tests.Sqlite;
using Microsoft.AspNetCore.Http;

namespace Creel.Tests.Proxy;

/// <summary>The whole line: a cell's socket, the book, a provider's stand-in, and the money.</summary>
public class BookedCallsTests
{
    [Fact]
    public async Task A_streamed_call_is_charged_as_counted_and_the_next_that_does_not_fit_is_refused()
    {
        await using var line = await BookedLine.StartAsync(usd: 0.008m);
        line.Provider.Answer = EventsAsync;
        (await TextAsync(await line.PostAsync())).ShouldBe(BookedLine.Events);
        await line.SettledAsync();
        line.Purse.Spent.ShouldBe(BookedLine.PriceOfEvents);
        await line.Book.GrantAsync(BookedLine.Bart, new Money(1));
        line.Provider.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        using var broken = await line.PostAsync();
        await line.SettledAsync();
        line.Purse.Spent.ShouldBeGreaterThan(Money.Parse("0.005"));
        using var refused = await line.PostAsync();
        refused.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        refused.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await TextAsync(refused)).ShouldContain("billing_error");
        line.Provider.Seen.Count.ShouldBe(2);
        (await line.Proxy.DenialsAsync()).ShouldHaveSingleItem().Rule.ShouldBe("budget");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Events_that_come_in_pieces_and_with_bytes_that_are_no_text_are_passed_on_and_counted(int piece)
    {
        byte[] odd =
        [
            .. "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"x\":\""u8,
            0xff,
            0xc3,
            0x28,
            0xf0,
            0x9f,
            0x98,
            0xed,
            0xa0,
            0x80,
            0x00,
            .. "\"}\n\n: \xfe\r\n\r\n"u8,
            .. Encoding.UTF8.GetBytes(BookedLine.Events),
        ];
        await using var line = await BookedLine.StartAsync();
        line.Provider.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            for (var at = 0; at < odd.Length; at += piece)
            {
                await context.Response.Body.WriteAsync(odd.AsMemory(at, Math.Min(piece, odd.Length - at)));
                await context.Response.Body.FlushAsync();
            }
        };

        using var answer = await line.PostAsync();

        (await answer.Content.ReadAsByteArrayAsync()).ShouldBe(odd);
        await line.SettledAsync();
        line.Purse.Spent.ShouldBe(BookedLine.PriceOfEvents);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(529)]
    public async Task An_error_passes_as_it_is_and_one_that_may_have_cost_something_is_charged_in_full(int status)
    {
        const string Error = """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""";
        await using var line = await BookedLine.StartAsync();
        line.Provider.Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            context.Response.Headers.RetryAfter = "3";
            return context.Response.WriteAsync(Error);
        };

        using var answer = await line.PostAsync();

        ((int)answer.StatusCode, await TextAsync(answer)).ShouldBe((status, Error));
        answer.Headers.GetValues("retry-after").ShouldBe(["3"]);
        await line.SettledAsync();
        line.Purse.Spent.IsZero.ShouldBe(status != 500);
    }

    [Fact]
    public async Task A_model_without_a_price_is_refused()
    {
        await using var line = await BookedLine.StartAsync();

        using var answer = await line.PostAsync(BookedLine.Ask.Replace("claude-haiku-4-5", "claude-of-tomorrow"));

        ((int)answer.StatusCode).ShouldBeInRange(400, 403);
        answer.Headers.GetValues("x-should-retry").ShouldBe(["false"]);
        (await TextAsync(answer)).ShouldContain("price");
        line.Provider.Seen.ShouldBeEmpty();
        line.Purse.Spent.IsZero.ShouldBeTrue();
    }

    [Theory]
    [InlineData(25)]
    [InlineData(-25)]
    public async Task A_clock_that_jumps_in_the_middle_of_a_call_opens_no_budget_twice(int hours)
    {
        var time = new SetTime(BookFolder.Noon);
        await using var line = await BookedLine.StartAsync(usd: 0.008m, per: "day", time: time);
        var go = new TaskCompletionSource();
        line.Provider.Answer = async context =>
        {
            await context.Response.WriteAsync("first");
            await context.Response.Body.FlushAsync();
            await go.Task;
            context.Abort();
        };
        var under = await line.PostAsync();
        time.Now += TimeSpan.FromHours(hours);
        go.SetResult();
        await Should.ThrowAsync<HttpRequestException>(() => TextAsync(under));

        // A day later there is a new allowance; a day earlier is no other day than the one that is open.
        line.Provider.Answer = EventsAsync;
        await Eventually.Until(async () => (await line.Proxy.CallsAsync()).Count == 1);
        using var next = await line.PostAsync();
        next.StatusCode.ShouldBe(hours > 0 ? HttpStatusCode.OK : HttpStatusCode.PaymentRequired);

        // And back: what was spent that day stays spent.
        time.Now = BookFolder.Noon;
        using var again = await line.PostAsync();
        if (hours < 0)
        {
            again.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        }
    }

    [MountFact]
    public async Task While_the_books_disk_is_full_no_call_goes_out_and_once_there_is_space_they_do()
    {
        using var disk = new SmallDisk(megabytes: 4);
        await using var line = await BookedLine.StartAsync(usd: 1000, folder: disk.Folder);
        line.Provider.Answer = EventsAsync;
        (await TextAsync(await line.PostAsync())).ShouldBe(BookedLine.Events);
        disk.Fill(leave: 0);
        HttpResponseMessage? refused = null;
        await Eventually.Until(async () => !(refused = await line.PostAsync()).IsSuccessStatusCode);
        refused!.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var seen = line.Provider.Seen.Count;
        (await line.PostAsync()).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        line.Provider.Seen.Count.ShouldBe(seen);

        disk.Free();
        await Eventually.Until(() => line.Book.Trouble is null);
        (await TextAsync(await line.PostAsync())).ShouldBe(BookedLine.Events);
        await line.SettledAsync();
        line.Purse.Spent.ShouldBe(new Money(BookedLine.PriceOfEvents.Nanos * (seen + 1)));
    }

    [Theory]
    [InlineData(OnAbort.Stop)]
    [InlineData(OnAbort.Read)]
    public async Task Who_hangs_up_pays_all_that_was_reserved_unless_the_answer_is_read_to_its_end(OnAbort onAbort)
    {
        await using var line = await BookedLine.StartAsync(upstream: u => u with { OnAbort = onAbort });
        var go = new TaskCompletionSource();
        line.Provider.Answer = async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync(BookedLine.Events[..60]);
            await context.Response.Body.FlushAsync();
            await go.Task;
            await context.Response.WriteAsync(BookedLine.Events[60..]);
        };
        using (var answer = await line.PostAsync())
        {
            await (await answer.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[60]);
        }

        await line.Proxy.LeftAsync(calls: onAbort == OnAbort.Read ? 1 : 0);
        go.SetResult();
        await line.SettledAsync();
        await Eventually.Until(async () => (await line.Proxy.CallsAsync()) is [{ Outcome: "aborted" }]);
        if (onAbort == OnAbort.Read)
        {
            line.Purse.Spent.ShouldBe(BookedLine.PriceOfEvents);
        }
        else
        {
            line.Purse.Spent.ShouldBeGreaterThan(Money.Parse("0.005"));
        }
    }

    private static Task EventsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        return context.Response.WriteAsync(BookedLine.Events);
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) => answer.Content.ReadAsStringAsync();
}
