using System.Globalization;
using Creel.Core.Habitats;

namespace Creel.Core.Outbound;

/// <summary>What changes of what calls cost, in clauses for people. Dollars for a million tokens.</summary>
internal static class MoneyChanges
{
    public static IEnumerable<string> Between(HabitatModel before, HabitatModel after) =>
        Each(
                "price of",
                before.Prices.ToDictionary(p => $"{p.Upstream}/{p.Model}", Text),
                after.Prices.ToDictionary(p => $"{p.Upstream}/{p.Model}", Text),
                "as listed"
            )
            .Concat(
                Each(
                    "bound of",
                    before.Bounds.ToDictionary(b => $"{b.Upstream} {b.Feature}", b => Dollars(b.Usd)),
                    after.Bounds.ToDictionary(b => $"{b.Upstream} {b.Feature}", b => Dollars(b.Usd)),
                    "refused"
                )
            )
            .Concat(
                before.Unpriced == after.Unpriced
                    ? []
                    : [$"price of models that have none {Text(before.Unpriced)} → {Text(after.Unpriced)}"]
            );

    private static IEnumerable<string> Each(
        string what,
        Dictionary<string, string> before,
        Dictionary<string, string> after,
        string none
    ) =>
        from name in before.Keys.Union(after.Keys)
        let was = before.GetValueOrDefault(name, none)
        let now = after.GetValueOrDefault(name, none)
        where was != now
        select $"{what} {name} {was} → {now}";

    private static string Text(PriceModel price)
    {
        string?[] parts =
        [
            Text(price.Rates),
            price.Long is { } rates ? $"above {Number(price.Above)} tokens {Text(rates)}" : null,
            price.Context is null ? null : $"context {Number(price.Context)}",
            price.MaxOutput is null ? null : $"maxOutput {Number(price.MaxOutput)}",
            price.ImageTokens is null ? null : $"imageTokens {Number(price.ImageTokens)}",
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    private static string Text(RateModel? rates)
    {
        if (rates is null)
        {
            return "refused";
        }

        string?[] parts =
        [
            $"{Dollars(rates.Input)} in",
            $"{Dollars(rates.Output)} out",
            Rate("cache read", rates.CacheRead),
            Rate("cache write 5m", rates.CacheWrite5m),
            Rate("cache write 1h", rates.CacheWrite1h),
        ];
        return string.Join(" ", parts.OfType<string>());
    }

    private static string? Rate(string what, decimal? usd) => usd is { } rate ? $"{Dollars(rate)} {what}" : null;

    private static string Dollars(decimal usd) => "$" + usd.ToString("0.00#######", CultureInfo.InvariantCulture);

    private static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
