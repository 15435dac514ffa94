using Creel.Core.Budgets;

namespace Creel.Proxy.Prices;

/// <summary>How much a call costs, and how that came about.</summary>
/// <param name="IsLong">By the rates for long prompts.</param>
internal sealed record Charge(IReadOnlyList<ChargeLine> Lines, bool IsLong = false)
{
    public Money Total =>
        Money.Min(Lines.Aggregate(Money.Zero, (sum, line) => Money.Min(sum + line.Amount, Money.Most)), Money.Most);
}

internal sealed record ChargeLine(string Kind, long Tokens, Rate Rate)
{
    public Money Amount => Rate.Of(Tokens);

    public override string ToString() => $"{Tokens} {Kind} tokens × {Rate} = {Amount}";
}
