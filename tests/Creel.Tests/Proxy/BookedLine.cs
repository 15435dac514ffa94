using System.Text;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy;
using Creel.Proxy.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Proxy;

/// <summary>A whole proxy with its book, in which Bart has a budget, and a provider's stand-in.</summary>
internal sealed class BookedLine : IAsyncDisposable
{
    public const string Ask =
        """{"model":"claude-haiku-4-5","max_tokens":1000,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>10 tokens in and 20 out: 0.00011 $.</summary>
    public const string Events = """
        event: message_start
        data: {"type":"message_start","message":{"usage":{"input_tokens":10,"output_tokens":1}}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    public static readonly Money PriceOfEvents = Money.Parse("0.00011");

    private readonly string? ownFolder;

    private BookedLine(MoneyBook book, ProxyServer proxy, StubUpstream provider, string? ownFolder)
    {
        (Book, Proxy, Provider, this.ownFolder) = (book, proxy, provider, ownFolder);
        Cell = proxy.Cell();
    }

    public static PurseId Bart { get; } = new(GroupId.Parse("bart"));

    public MoneyBook Book { get; }
    public ProxyServer Proxy { get; }
    public StubUpstream Provider { get; }
    public HttpClient Cell { get; }

    public BudgetState Purse => Book.States().Single(state => state.Purse == Bart);

    /// <param name="folder">Of the book; null: one of its own.</param>
    public static async Task<BookedLine> StartAsync(
        decimal usd = 1,
        string per = "total",
        TimeProvider? time = null,
        string? folder = null,
        Func<UpstreamModel, UpstreamModel>? upstream = null
    )
    {
        var own = folder is null ? Directory.CreateTempSubdirectory("creel-booked-").FullName : null;
        var clock = time ?? TimeProvider.System;
        var book = MoneyBook.Open(Path.Combine(own ?? folder!, "ledger.db"), clock);
        var proxy = await ProxyServer.StartAsync(
            ProxyServer.Orders with
            {
                Cells =
                [
                    .. ProxyServer.Orders.Cells.Select(c =>
                        c.Group == Bart.Group ? c with { Budgets = [new(usd, per, 0.8)] } : c
                    ),
                ],
                Upstreams = [upstream?.Invoke(BuiltInUpstreams.Anthropic) ?? BuiltInUpstreams.Anthropic],
            },
            change: settings => settings with { Time = clock },
            book: new BookedCalls(book, new CallBook(book, clock, NullLogger.Instance))
        );
        return new BookedLine(book, proxy, await proxy.ProviderAsync(), own);
    }

    public Task<HttpResponseMessage> PostAsync(string ask = Ask) =>
        Cell.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, "/anthropic/v1/messages")
            {
                Content = new StringContent(ask, Encoding.UTF8, "application/json"),
            },
            HttpCompletionOption.ResponseHeadersRead
        );

    /// <summary>Until no call holds money any more.</summary>
    public Task SettledAsync() => Eventually.Until(() => Purse.Reserved.IsZero);

    public async ValueTask DisposeAsync()
    {
        Cell.Dispose();
        await Provider.DisposeAsync();
        await Proxy.DisposeAsync();
        await Book.DisposeAsync();
        if (ownFolder is not null)
        {
            Directory.Delete(ownFolder, recursive: true);
        }
    }
}
