using System.Text;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Habitats;
using Creel.Core.Outbound;
using Creel.Proxy;
using Creel.Proxy.Ledger;
using Microsoft.Extensions.Logging.Abstractions;

namespace Creel.Tests.Proxy.Offline;

/// <summary>A whole proxy that is offline, with its book, and a program in Bart's cell.</summary>
internal sealed class OfflineLine : IAsyncDisposable
{
    private readonly string folder;

    private OfflineLine(string folder, MoneyBook book, ProxyServer proxy) => (this.folder, Book, Proxy) = (folder, book, proxy);

    public MoneyBook Book { get; }

    public ProxyServer Proxy { get; }

    /// <param name="answers">As in a habitat's <c>offline</c>.</param>
    public static async Task<OfflineLine> StartAsync(string answers = "true")
    {
        var folder = Directory.CreateTempSubdirectory("creel-offline-").FullName;
        var book = MoneyBook.Open(Path.Combine(folder, "ledger.db"), TimeProvider.System);
        var proxy = await ProxyServer.StartAsync(
            Orders(answers),
            book: new BookedCalls(book, new CallBook(book, TimeProvider.System, NullLogger.Instance))
        );
        return new OfflineLine(folder, book, proxy);
    }

    public static ProxyOrders Orders(string answers) =>
        ProxyServer.Orders with
        {
            Offline = Habitats
                .Habitat.Model($"{{agents: {{list: [{{id: 'bart'}}, {{id: 'lisa'}}, {{id: 'maggie'}}]}}, offline: {answers}}}")
                .Offline,
            Cells = [.. ProxyServer.Orders.Cells.Select(c => c with { Budgets = [new BudgetModel(5m, "total", 0.8)] })],
        };

    public async Task<(int Status, string Text, HttpResponseMessage Answer)> PostAsync(
        string path,
        string body,
        string cell = ProxyServer.Bart
    )
    {
        using var client = Proxy.Cell(cell);
        var answer = await client.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer);
    }

    /// <summary>What Anthropic's API answers to one message, as text.</summary>
    public async Task<string> SayAsync(string message, string more = "", string cell = ProxyServer.Bart)
    {
        var (status, text, _) = await PostAsync("/anthropic/v1/messages", Message(message, more), cell);
        if (status != 200)
        {
            return $"{status} {JsonDocument.Parse(text).RootElement.GetProperty("error").GetProperty("type")}";
        }

        var content = JsonDocument.Parse(text).RootElement.GetProperty("content").EnumerateArray();
        return string.Join(
            '|',
            content.Select(c =>
                c.TryGetProperty("text", out var said) ? said.GetString() : $"{c.GetProperty("name")}{c.GetProperty("input")}"
            )
        );
    }

    public static string Message(string message, string more = "") =>
        $$"""{"model":"claude-sonnet-4-5","max_tokens":1000{{more}},"messages":[{"role":"user","content":{{JsonSerializer.Serialize(message)}}}]}""";

    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync();
        await Book.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
