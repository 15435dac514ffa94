using System.Text;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Proxy.Dialects;
using Creel.Proxy.Ledger;
using Creel.Tests.Hub;
using Microsoft.Extensions.Logging.Abstractions;
using static Creel.Tests.Proxy.Ledger.BookFolder;

namespace Creel.Tests.Proxy.Ledger;

public class CallBookTests
{
    private static readonly CallTerms Terms = new("anthropic");

    private static readonly byte[] Body =
        """{"model":"claude-haiku-4-5","max_tokens":1000,"messages":[{"role":"user","content":"Hello"}]}"""u8.ToArray();

    private static readonly byte[] Answer =
        """{"type":"message","content":[],"usage":{"input_tokens":10,"output_tokens":20}}"""u8.ToArray();

    private static CallRequest Request(byte[]? body = null) =>
        new(new CellId("0a0b0c0d"), Bart, AgentId.Parse("bart"), "POST", "/v1/messages", body ?? Body);

    private static async Task<OpenCall> OpenAsync(CallBook calls) =>
        (await calls.AdmitAsync(Request(), Terms, new AnthropicDialect()))
            .ShouldBeOfType<Admission.Goes>()
            .Meter.ShouldBeOfType<OpenCall>();

    [Fact]
    public async Task A_complete_answer_is_charged_as_the_provider_counted_and_the_charge_is_explained()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var call = await OpenAsync(new CallBook(book, folder.Time, NullLogger.Instance));
        book.States().ShouldHaveSingleItem().Reserved.ShouldBeGreaterThan(Money.Parse("0.005"));
        call.Begin(200, "application/json", null);
        call.Pass(Answer).ToArray().ShouldBe(Answer);
        call.End().Length.ShouldBe(0);
        var record = call.Close(CallOutcome.Completed).ShouldNotBeNull();
        call.Close(CallOutcome.Aborted).ShouldBeNull();
        record.Settled.ShouldBe(Money.Parse("0.00011"));
        var state = book.States().ShouldHaveSingleItem();
        (state.Spent, state.Reserved).ShouldBe((Money.Parse("0.00011"), Money.Zero));
        await book.FlushAsync();
        var lines = CallExplanation.Lines((await book.Reader.FindAsync(record.Id))!);
        lines.ShouldContain("  10 input tokens × $1.00/MTok = $0.00001");
        lines.ShouldContain("  20 output tokens × $5.00/MTok = $0.0001");
        lines.ShouldContain("charged $0.00011, as the provider counted");
        lines[2].ShouldContain($"by price list {record.Prices}");
    }

    [Theory]
    [InlineData("Aborted", null)]
    [InlineData("Failed", null)]
    [InlineData("Completed", 200)]
    [InlineData("Completed", 500)]
    [InlineData("Failed", 504)]
    [InlineData("Completed", 302)]
    public async Task Without_a_final_count_all_that_was_reserved_is_charged(string outcome, int? status)
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var call = await OpenAsync(new CallBook(book, folder.Time, NullLogger.Instance));
        if (status is { } code)
        {
            call.Begin(code, "application/json", null);
            call.Pass("{"u8.ToArray());
            call.End();
        }

        var record = call.Close(Enum.Parse<CallOutcome>(outcome)).ShouldNotBeNull();
        record.Basis.ShouldBe(ChargeBasis.Reservation);
        record.Settled.ShouldBe(record.Reserved);
        book.States().ShouldHaveSingleItem().Spent.ShouldBe(record.Reserved);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(499)]
    [InlineData(500)]
    [InlineData(504)]
    public async Task After_an_error_that_may_come_late_all_is_charged_that_was_put_aside(int status)
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var call = await OpenAsync(new CallBook(book, folder.Time, NullLogger.Instance));
        call.Begin(status, "application/json", null);

        var record = call.Close(CallOutcome.Completed)!;

        record.Settled.ShouldBe(record.Reserved);
        record.Settled.ShouldBeGreaterThan(Money.Zero);
    }

    [Theory]
    [InlineData("NotSent", null)]
    [InlineData("Completed", 400)]
    [InlineData("Completed", 429)]
    [InlineData("Aborted", 429)]
    [InlineData("Completed", 529)]
    public async Task What_the_provider_did_not_do_costs_nothing(string outcome, int? status)
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var call = await OpenAsync(new CallBook(book, folder.Time, NullLogger.Instance));
        if (status is { } code)
        {
            call.Begin(code, "application/json", null);
        }

        call.Close(Enum.Parse<CallOutcome>(outcome))!.Settled.ShouldBe(Money.Zero);
        book.States().ShouldHaveSingleItem().Spent.ShouldBe(Money.Zero);
    }

    [Fact]
    public async Task A_client_that_hangs_up_after_the_last_word_is_charged_as_counted()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var call = await OpenAsync(new CallBook(book, folder.Time, NullLogger.Instance));
        call.Begin(200, "text/event-stream", null);
        call.Pass(
            """
            data: {"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}

            data: {"type":"message_delta","usage":{"output_tokens":20}}

            data: {"type":"message_stop"}


            """u8.ToArray()
        );
        call.Close(CallOutcome.Aborted)!.Settled.ShouldBe(Money.Parse("0.00011"));
    }

    [Fact]
    public async Task A_compressed_answer_is_charged_in_full()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var call = await OpenAsync(new CallBook(book, folder.Time, NullLogger.Instance));
        call.Begin(200, "application/json", "gzip");
        call.Pass(Answer);
        call.End();
        call.Close(CallOutcome.Completed)!.Basis.ShouldBe(ChargeBasis.Reservation);
    }

    [Fact]
    public async Task No_room_is_said_with_all_figures_and_written_down_as_it_was_said()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("0.01 day"));
        var calls = new CallBook(book, folder.Time, NullLogger.Instance);
        await OpenAsync(calls);
        var refused = (await calls.AdmitAsync(Request(), Terms, new AnthropicDialect())).ShouldBeOfType<Admission.Refused>();
        refused.Why.Status.ShouldBe(402);
        var message = refused.Why.Message;
        message.ShouldContain("cap $0.01, spent $0.00, reserved $0.00");
        message.ShouldContain("it resets at 2026-11-22T00:00:00Z");
        await book.FlushAsync();
        var record = (await book.Reader.CallsAsync(refusedOnly: true)).Calls.ShouldHaveSingleItem();
        (record.Id, record.Rule, record.Model, record.Agent).ShouldBe((refused.Call, "budget", "claude-haiku-4-5", "bart"));
        CallExplanation.Lines(record).ShouldContain($"it was told: {message}");
    }

    [Fact]
    public async Task A_request_that_is_refused_reserves_nothing()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var calls = new CallBook(book, folder.Time, NullLogger.Instance);
        var admission = await calls.AdmitAsync(Request("{}"u8.ToArray()), Terms, new AnthropicDialect());
        admission.ShouldBeOfType<Admission.Refused>().Why.Status.ShouldBe(400);
        book.States().ShouldHaveSingleItem().Reserved.ShouldBe(Money.Zero);
        var limited = await calls.AdmitAsync(
            Request(),
            Terms,
            new AnthropicDialect(),
            bound => CallRefusal.Policy("limit", $"{bound.Output} are too many")
        );
        limited.ShouldBeOfType<Admission.Refused>().Why.Message.ShouldBe("1000 are too many");
        book.States().ShouldHaveSingleItem().Reserved.ShouldBe(Money.Zero);
        await book.FlushAsync();
        (await book.Reader.CallsAsync(refusedOnly: true)).Calls.Select(c => c.Rule).ShouldBe(["malformed", "limit"]);
    }

    [Fact]
    public async Task Models_without_a_price_are_listed_and_their_names_dont_fill_the_sums()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync();
        var calls = new CallBook(book, folder.Time, NullLogger.Instance);
        foreach (var model in new[] { "claude-new", "claude-new", "claude-odd" })
        {
            var body = Encoding.UTF8.GetBytes($$"""{"model":"{{model}}","max_tokens":5,"messages":[]}""");
            (await calls.AdmitAsync(Request(body), Terms, new AnthropicDialect())).ShouldBeOfType<Admission.Refused>();
        }

        await book.FlushAsync();
        var unpriced = await book.Reader.UnpricedAsync();
        unpriced.ShouldBe([new UnpricedModel("anthropic", "claude-new", 2), new UnpricedModel("anthropic", "claude-odd", 1)]);
        (await book.Reader.SumsAsync(Noon)).ShouldHaveSingleItem().Model.ShouldBe("");
    }

    [Fact]
    public async Task Any_number_of_names_makes_a_bounded_number_of_sums()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync();
        for (var i = 0; i < 3000; i++)
        {
            book.Note(folder.Record(book, new Money(1), model: $"m{i}"));
        }

        await book.FlushAsync();
        var sums = await book.Reader.SumsAsync(Noon);
        sums.Count.ShouldBe(1001);
        sums.Single(s => s.Model == "(others)").Calls.ShouldBe(2000);
        book.Note(folder.Record(book, new Money(1), Lisa, model: "her own"));
        await book.FlushAsync();
        (await book.Reader.SumsAsync(Noon, Lisa)).ShouldHaveSingleItem().Model.ShouldBe("her own");
    }

    [Fact]
    public async Task More_than_was_reserved_is_counted_as_it_is()
    {
        using var folder = new BookFolder();
        await using var book = await folder.OpenAsync(Purses("1 day"));
        var log = new LogLines();
        var calls = new CallBook(book, folder.Time, log);
        var call = await OpenAsync(calls);
        call.Begin(200, "application/json", null);
        call.Pass("""{"usage":{"input_tokens":10,"output_tokens":400000}}"""u8.ToArray());
        call.End();
        var record = call.Close(CallOutcome.Completed)!;
        record.Settled.ShouldBe(Money.Parse("2.00001"));
        log.Text.ShouldContain($"Call {record.Id} of group bart cost $2.00001, more than the {record.Reserved}");
        CallExplanation.Lines(record)[^1].ShouldContain("more than was reserved");
        (await RefusedAsync(book, "0.01")).Spent.ShouldBe(Money.Parse("2.00001"));
    }
}
