using System.Globalization;
using Creel.Core;
using Creel.Core.Budgets;
using Creel.Terminal;

namespace Creel.Commands.Spending;

/// <summary>Money in tables: short enough for a column. To the nano-dollar it is in the JSON.</summary>
internal static class MoneyWords
{
    private const long Shown = Money.NanosPerDollar / 10_000;

    /// <summary>The name of the argument; completion knows it by that.</summary>
    public const string Argument = "GROUP";

    /// <summary>The word for the habitat's purse on the command line.</summary>
    public const string Habitat = "habitat";

    /// <summary>The same of what is gone: rounded up, so that never less is shown than there was.</summary>
    public static string Gone(Money money) => Short(money.Nanos % Shown > 0 ? new Money(money.Nanos + Shown - 1) : money, money);

    /// <summary>Up to four decimals, cut off: <c>$1.20</c>, <c>$0.0042</c>; <c>&lt;$0.0001</c> for less that is not nothing.</summary>
    public static string Short(Money money) => Short(money, money);

    private static string Short(Money shown, Money money) =>
        money.Nanos is > 0 and < Shown ? "<$0.0001" : new Money(shown.Nanos / Shown * Shown).ToString();

    public static string Purse(GroupId? group) => group?.Value ?? Habitat;

    /// <summary>The group; null for the habitat.</summary>
    public static GroupId? Group(string text) => text == Habitat ? null : GroupId.Parse(text);

    public static string In(DateTimeOffset? at, DateTimeOffset now) =>
        at is not { } moment ? "never"
        : moment - now < TimeSpan.FromSeconds(1) ? "now"
        : $"in {Words.Span(moment - now)}";

    /// <summary>A share: <c>0.8</c> or <c>80%</c>.</summary>
    public static bool TryShare(string text, out decimal share)
    {
        var isPercent = text.EndsWith('%');
        var known = decimal.TryParse(
            isPercent ? text[..^1] : text,
            NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture,
            out share
        );
        share = isPercent ? share / 100 : share;
        return known && share is >= 0 and <= 1;
    }

    /// <summary>So many, about: <c>9,876</c>, <c>70k</c>, <c>5.2M</c>.</summary>
    public static string About(long number) =>
        number switch
        {
            < 10_000 => Number(number),
            < 1_000_000 => $"{number / 1_000}k",
            _ => $"{(number / 1_000_000m).ToString("0.#", CultureInfo.InvariantCulture)}M",
        };

    /// <summary>A number of tokens: <c>12,345</c>.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);
}
