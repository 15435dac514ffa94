using System.Globalization;
using System.Text.Json.Serialization;

namespace Creel.Core.Budgets;

/// <summary>
/// US dollars as whole nano-dollars (1e-9 $), so that sums are exact. Arithmetic that would overflow (9.2 thousand million
/// dollars) throws; it never wraps.
/// </summary>
[JsonConverter(typeof(MoneyConverter))]
public readonly record struct Money(long Nanos) : IComparable<Money>
{
    public const long NanosPerDollar = 1_000_000_000;

    public static Money Zero => default;

    /// <summary>More than any cap may be, and small enough that two of them can be added.</summary>
    public static Money Most => new(4_000_000_000 * NanosPerDollar);

    public bool IsZero => Nanos == 0;

    /// <summary>False where it is finer than a nano-dollar, or too much.</summary>
    public static bool TryDollars(decimal amount, out Money money)
    {
        var nanos = amount is > -4_000_000_000m and < 4_000_000_000m ? amount * NanosPerDollar : 0.5m;
        var exact = nanos == decimal.Truncate(nanos);
        money = exact ? new Money((long)nanos) : default;
        return exact;
    }

    /// <exception cref="CreelException">Finer than a nano-dollar, or too much.</exception>
    public static Money Dollars(decimal amount) =>
        TryDollars(amount, out var money)
            ? money
            : throw new CreelException(
                Fault.Invalid(
                    "money",
                    $"{amount.ToString(CultureInfo.InvariantCulture)} is no sum of money: at most 9 decimals, below 4000000000"
                )
            );

    /// <summary>In dollars, exactly.</summary>
    public decimal Usd => Nanos / (decimal)NanosPerDollar;

    /// <summary>Reads <c>$1.23</c>, <c>1.23</c> or <c>5</c>; never negative, no exponent, no thousands separators.</summary>
    public static bool TryParse(string? text, out Money money)
    {
        money = default;
        var digits = text is ['$', .. var rest] ? rest : text;
        if (
            digits is null or { Length: > 20 } or ['.', ..] or [.., '.']
            || !decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            || amount >= 4_000_000_000m
            || amount * NanosPerDollar != decimal.Truncate(amount * NanosPerDollar)
        )
        {
            return false;
        }

        money = new Money((long)(amount * NanosPerDollar));
        return true;
    }

    /// <exception cref="CreelException">It is no sum of money.</exception>
    public static Money Parse(string? text) =>
        TryParse(text, out var money)
            ? money
            : throw new CreelException(
                Fault.Invalid("money", $"{Slug.Quote(text)} is no sum of money", "Write dollars, as 5, 0.25 or $1.50")
            );

    public static Money Min(Money a, Money b) => a < b ? a : b;

    public static Money Max(Money a, Money b) => a > b ? a : b;

    public static Money operator +(Money a, Money b) => new(checked(a.Nanos + b.Nanos));

    public static Money operator -(Money a, Money b) => new(checked(a.Nanos - b.Nanos));

    public static bool operator <(Money a, Money b) => a.Nanos < b.Nanos;

    public static bool operator >(Money a, Money b) => a.Nanos > b.Nanos;

    public static bool operator <=(Money a, Money b) => a.Nanos <= b.Nanos;

    public static bool operator >=(Money a, Money b) => a.Nanos >= b.Nanos;

    public int CompareTo(Money other) => Nanos.CompareTo(other.Nanos);

    /// <summary>Cents at least, and as many decimals more as it has: <c>$1.20</c>, <c>$0.000012</c>.</summary>
    public override string ToString()
    {
        var nanos = UInt128.CreateTruncating(Int128.Abs(Nanos));
        var decimals = ((ulong)(nanos % NanosPerDollar)).ToString("000000000", CultureInfo.InvariantCulture);
        var shown = decimals.TrimEnd('0').PadRight(2, '0');
        return string.Create(CultureInfo.InvariantCulture, $"{(Nanos < 0 ? "-" : "")}${nanos / NanosPerDollar}.{shown}");
    }
}
