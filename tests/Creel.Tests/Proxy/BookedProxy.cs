using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Creel.Core.Budgets;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.Proxy;
using Creel.Proxy.Control;
using Creel.Proxy.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Proxy;

/// <summary>A proxy with its book, and a provider's stand-in that counts 12 tokens in and 40 out.</summary>
internal sealed class BookedProxy : IAsyncDisposable
{
    public const string Ask = """{"model":"mine","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""";

    private const string Answer =
        """{"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":12,"completion_tokens":40,"total_tokens":52}}""";

    private readonly string folder;
    private readonly bool keeps;

    private BookedProxy(string folder, bool keeps, MoneyBook book, ProxyServer proxy, StubUpstream provider) =>
        (this.folder, this.keeps, Book, Proxy, Provider) = (folder, keeps, book, proxy, provider);

    public MoneyBook Book { get; }

    public ProxyServer Proxy { get; }

    public StubUpstream Provider { get; }

    /// <param name="folder">Of the book, which stays; null: one of its own.</param>
    public static async Task<BookedProxy> StartAsync(ProxyOrders? orders = null, string? folder = null, TimeProvider? time = null)
    {
        var keeps = folder is not null;
        folder ??= Directory.CreateTempSubdirectory("creel-booked-").FullName;
        var book = MoneyBook.Open(Path.Combine(folder, "ledger.db"), time ?? TimeProvider.System);
        var calls = new BookedCalls(book, new CallBook(book, time ?? TimeProvider.System, NullLogger.Instance));
        var proxy = await ProxyServer.StartAsync(
            orders,
            book: calls,
            money: new MoneyRoutes(book, () => calls.Tariff, time ?? TimeProvider.System)
        );
        var provider = await proxy.ProviderAsync("openai", "api.openai.com");
        provider.Answer = context =>
        {
            context.Response.ContentType = "application/json";
            return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Answer)).AsTask();
        };
        return new BookedProxy(folder, keeps, book, proxy, provider);
    }

    public static ProxyOrders Orders(params BudgetModel[] bart) =>
        ProxyServer.Orders with
        {
            Cells = [.. ProxyServer.Orders.Cells.Select(c => c.Group.Value == "bart" ? c with { Budgets = bart } : c)],
            Prices = [new PriceModel("openai", "mine", new RateModel(2, 8), MaxOutput: 1000, Context: 100_000)],
        };

    /// <summary>The status of a call, and what was answered.</summary>
    public async Task<(int Status, string Text)> CallAsync(string body = Ask, string cell = ProxyServer.Bart)
    {
        using var client = Proxy.Cell(cell);
        using var answer = await client.PostAsync(
            "/openai/v1/chat/completions",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        var text = await answer.Content.ReadAsStringAsync();
        await Eventually.Until(() => Book.States().All(s => s.Reserved.IsZero));
        return ((int)answer.StatusCode, Plain(text));
    }

    public Task<SpendReport> SpendAsync(string query = "") =>
        ReadAsync(ControlPaths.Spend + query, OutboundJson.Default.SpendReport);

    public async Task<T> ReadAsync<T>(string path, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(await Proxy.Control.GetStringAsync(path), type)!;

    public async Task<(int Status, string Text)> GrantAsync(string order)
    {
        using var answer = await Proxy.Control.PostAsync(ControlPaths.Grants, new StringContent(order));
        return ((int)answer.StatusCode, Plain(await answer.Content.ReadAsStringAsync()));
    }

    private static string Plain(string json) => json.Replace("\\u0027", "'");

    public async ValueTask DisposeAsync()
    {
        await Provider.DisposeAsync();
        await Proxy.DisposeAsync();
        await Book.DisposeAsync();
        if (!keeps)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
