namespace Creel.Core.Budgets;

/// <summary>What was spent, is reserved and was granted in one stretch of a budget's window.</summary>
public sealed class Slot(Account account, Period period)
{
    public Account Account { get; } = account;
    public Period Period { get; } = period;
    public Money Spent { get; private set; }
    public Money Reserved { get; private set; }
    public Money Granted { get; private set; }

    /// <summary>Of what is spent: what was counted after a crash although nobody knows whether it was.</summary>
    public Money Lost { get; private set; }

    /// <summary>Somebody was told that most of it is gone.</summary>
    public bool Warned { get; internal set; }

    public Money Held => Spent + Reserved;

    internal void Reserve(Money amount) => Reserved += amount;

    internal void Settle(Money reserved, Money actual) => (Reserved, Spent) = (Reserved - reserved, Spent + actual);

    /// <summary>One more allowance, for as long as what is spent here counts.</summary>
    public void Grant(Money amount) => Granted += amount;

    /// <summary>Takes up what a book on disk says.</summary>
    public void Load(Money spent, Money granted, Money lost) => (Spent, Granted, Lost) = (spent, granted, lost);

    /// <summary>Counts at least this much as spent, as after a book was read from another side.</summary>
    public void AtLeast(Money spent) => Spent = Money.Max(Spent, spent);
}
