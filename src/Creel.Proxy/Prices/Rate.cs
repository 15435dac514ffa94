using Creel.Core.Budgets;

namespace Creel.Proxy.Prices;

/// <summary>What a million tokens cost, in whole nano-dollars: $0.0125 a million is still exact.</summary>
internal readonly record struct Rate(long NanosPerMillion)
{
    public static Rate Dollars(decimal perMillion) => new(Money.Dollars(perMillion).Nanos);

    public static Rate Max(Rate a, Rate b) => a.NanosPerMillion > b.NanosPerMillion ? a : b;

    /// <summary>Rounded up to the nano-dollar; never more than <see cref="Money.Most"/>.</summary>
    public Money Of(long tokens)
    {
        var nanos = (((Int128)tokens * NanosPerMillion) + 999_999) / 1_000_000;
        return nanos < Money.Most.Nanos ? new Money((long)nanos) : Money.Most;
    }

    public Rate Times(int numerator, int denominator) =>
        new((long)((((Int128)NanosPerMillion * numerator) + denominator - 1) / denominator));

    public override string ToString() => $"{new Money(NanosPerMillion)}/MTok";
}
