namespace Creel.Core.Budgets;

/// <summary>Money put aside for one call, in every budget that pays for it. It is settled exactly once.</summary>
public sealed class Reservation
{
    private readonly Slot[] slots;

    private Reservation(Money amount, Slot[] slots) => (Amount, this.slots) = (amount, slots);

    public Money Amount { get; }

    public IReadOnlyList<Slot> Slots => slots;

    public bool Settled { get; private set; }

    /// <summary>
    /// In all of these accounts or in none. What is spent on the call will count in the windows of this moment, however long
    /// the call takes.
    /// </summary>
    public static BudgetDecision Take(IReadOnlyList<Account> accounts, Money amount, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.Nanos, nameof(amount));
        for (var i = 0; i < accounts.Count; i++)
        {
            if (accounts[i].Check(amount, now) is { } refusal)
            {
                return new BudgetDecision.Refused(refusal);
            }
        }

        var slots = new Slot[accounts.Count];
        for (var i = 0; i < slots.Length; i++)
        {
            slots[i] = accounts[i].At(now);
            slots[i].Reserve(amount);
        }

        return new BudgetDecision.Granted(new Reservation(amount, slots));
    }

    /// <summary>
    /// Gives back what was not needed. More than was reserved is counted as it is: the book tells the truth, and the next call
    /// is refused. Answers the budgets of which most is now gone, each once a window.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was settled before.</exception>
    public IReadOnlyList<Account> Settle(Money actual)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual.Nanos, nameof(actual));
        if (Settled)
        {
            throw new InvalidOperationException("a reservation is settled once");
        }

        Settled = true;
        List<Account>? warnings = null;
        foreach (var slot in slots)
        {
            slot.Settle(Amount, actual);
            if (slot.Account.TakesWarning(slot))
            {
                (warnings ??= []).Add(slot.Account);
            }
        }

        return warnings ?? (IReadOnlyList<Account>)[];
    }
}
