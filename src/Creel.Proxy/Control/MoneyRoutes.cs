using System.Globalization;
using System.Text.Json;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Core.Outbound;
using Creel.Proxy.Doors;
using Creel.Proxy.Ledger;
using Creel.Proxy.Prices;
using Microsoft.AspNetCore.Http;

namespace Creel.Proxy.Control;

/// <summary>What was spent, how a charge came about, what things cost, and one more allowance.</summary>
/// <param name="tariff">The one that counts now.</param>
internal sealed class MoneyRoutes(MoneyBook book, Func<Tariff> tariff, TimeProvider time)
{
    private const int LongestGrant = 4096;
    private const int UsualHours = 24;

    /// <summary>Ten years.</summary>
    private const int MostHours = 87_660;

    /// <summary>Null: none of these routes.</summary>
    public Task? Serve(HttpContext context, string path, Standing standing) =>
        (context.Request.Method, path) switch
        {
            ("GET", ControlPaths.Spend) => SpendAsync(context, standing),
            ("GET", ControlPaths.Prices) => PricesAsync(context, standing),
            ("POST", ControlPaths.Grants) => GrantAsync(context),
            ("GET", _) when path.StartsWith($"{ControlPaths.Book}/", StringComparison.Ordinal) => CallAsync(
                context,
                path[(ControlPaths.Book.Length + 1)..]
            ),
            _ => null,
        };

    /// <summary>Budgets of which most is spent, for the status.</summary>
    public IReadOnlyList<BudgetLine> Warnings() => [.. book.Warnings().Select(s => BudgetLine.Of(s, Money.Zero, null))];

    private async Task SpendAsync(HttpContext context, Standing standing)
    {
        var group = ControlRoutes.Group(context);
        var now = time.GetUtcNow();
        var since = SpendPace.Hour(now.AddHours(-Hours(context)));

        // What was settled a moment ago is in the sums then, too.
        var trouble = book.Trouble ?? await book.FlushAsync().ConfigureAwait(false);
        var before = SpendPace.Hour(now).AddHours(-1);
        var sums = await book.Reader.SumsAsync(since < before ? since : before).ConfigureAwait(false);
        var lately = sums.Where(s => s.Hour >= before).ToList();
        Money PaceOf(PurseId purse) =>
            SpendPace.LastHour(purse.Group is { } one ? lately.Where(s => s.Group == one.Value) : lately, now);

        var report = new SpendReport(
            now,
            since,
            tariff().Prices.Version,
            trouble?.ToString(),
            [.. book.Lines(PaceOf).Where(line => group is null || line.Group is null || line.Group == group)],
            SpendPace.Lines(sums.Where(s => s.Hour >= since && (group is null || s.Group == group.Value.Value)), now),
            standing.Orders.Offline is not null
        );
        await ControlRoutes.SendAsync(context, report, OutboundJson.Default.SpendReport).ConfigureAwait(false);
    }

    private async Task PricesAsync(HttpContext context, Standing standing)
    {
        await book.FlushAsync().ConfigureAwait(false);
        var missing = await book.Reader.UnpricedAsync().ConfigureAwait(false);
        var report = tariff().Report(standing.Orders, missing);
        await ControlRoutes.SendAsync(context, report, OutboundJson.Default.PriceReport).ConfigureAwait(false);
    }

    private async Task CallAsync(HttpContext context, string id)
    {
        await book.FlushAsync().ConfigureAwait(false);
        var call = await book.Reader.FindAsync(id.ToLowerInvariant()).ConfigureAwait(false);
        await ControlRoutes.SendAsync(context, call ?? throw NoCall(), OutboundJson.Default.CallRecord).ConfigureAwait(false);
    }

    private async Task GrantAsync(HttpContext context)
    {
        var text = await SmallBody.ReadAsync(context.Request, LongestGrant, context.RequestAborted).ConfigureAwait(false);
        var order = Read(text.Span);
        var window = order.Per is { } per ? Window.Parse(per) : (Window?)null;
        var states = await book.GrantAsync(new PurseId(order.Group), order.Amount, window).ConfigureAwait(false);
        var answer = new GrantAnswer([.. states.Select(s => BudgetLine.Of(s, Money.Zero, null))]);
        await ControlRoutes.SendAsync(context, answer, OutboundJson.Default.GrantAnswer).ConfigureAwait(false);
    }

    private static GrantOrder Read(ReadOnlySpan<byte> text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, OutboundJson.Default.GrantOrder) ?? throw new JsonException();
        }
        catch (JsonException e)
        {
            throw new CreelException(Fault.Invalid("grant", $"the grant can't be read at {e.Path ?? "its start"}"), e);
        }
    }

    private static int Hours(HttpContext context)
    {
        string? text = context.Request.Query["hours"];
        return text is null ? UsualHours
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var hours) && hours <= MostHours ? hours
            : throw new CreelException(Fault.Invalid("hours", $"'hours' is a whole number up to {MostHours}"));
    }

    private static CreelException NoCall() =>
        new(
            Fault.NotFound(
                "no-call",
                "the book has no call of that id",
                "creel proxy log shows their ids; the newest 100,000 are kept one by one"
            )
        );
}
