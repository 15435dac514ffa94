namespace Creel.Core.Budgets;

/// <summary>
/// One budget of one purse and what counts against it. Its time never runs backwards: a clock that is set back finds the
/// window that was open last, spent as it was.
/// </summary>
public sealed class Account(PurseId purse, Budget budget)
{
    private readonly List<Slot> slots = [];
    private DateTimeOffset latest = DateTimeOffset.MinValue;

    public PurseId Purse { get; } = purse;

    /// <summary>Nothing was ever spent on it.</summary>
    public bool IsEmpty => slots.Count == 0;

    /// <summary>Its cap, share and kind may change while it runs; its window may not.</summary>
    public Budget Budget { get; private set; } = budget;

    public void Change(Budget next) =>
        Budget =
            next.Window == Budget.Window
                ? next
                : throw new ArgumentException("a budget with another window is another account", nameof(next));

    /// <summary>The slot that money spent now belongs to; whatever counts no longer is forgotten.</summary>
    public Slot At(DateTimeOffset now)
    {
        latest = now > latest ? now : latest;
        slots.RemoveAll(slot => slot.Period.Until <= latest);
        var period = Budget.Window.At(latest);
        if (slots is [.., var last] && last.Period.From >= period.From)
        {
            return last;
        }

        var fresh = new Slot(this, period);
        slots.Add(fresh);
        return fresh;
    }

    /// <summary>Puts back a slot from a book, in the order of time; also moves the time forward to it.</summary>
    public Slot Restore(Period period)
    {
        if (slots is [.., var last] && last.Period.From >= period.From)
        {
            throw new ArgumentException("slots come in the order of time", nameof(period));
        }

        var slot = new Slot(this, period);
        slots.Add(slot);
        latest = period.From > latest ? period.From : latest;
        return slot;
    }

    /// <summary>Why this much can't be reserved now; null where it can.</summary>
    public BudgetRefusal? Check(Money amount, DateTimeOffset now)
    {
        if (!Budget.Hard || amount.IsZero)
        {
            return null;
        }

        var state = State(now);
        return amount <= state.Cap - state.Spent - state.Reserved
            ? null
            : new BudgetRefusal(Purse, Budget, state.Cap, state.Spent, state.Reserved, amount, state.ResetsAt);
    }

    public BudgetState State(DateTimeOffset now)
    {
        var current = At(now);
        var (spent, reserved, granted, lost) = (Money.Zero, Money.Zero, Money.Zero, Money.Zero);
        foreach (var slot in slots)
        {
            spent += slot.Spent;
            reserved += slot.Reserved;
            granted += slot.Granted;
            lost += slot.Lost;
        }

        // Of a rolling window, what was spent first is the first to come free.
        var resets = slots.Find(slot => !slot.Held.IsZero)?.Period.Until ?? current.Period.Until;
        return new BudgetState(Purse, Budget, Budget.Amount + granted, spent, reserved, lost, current.Period.From, resets);
    }

    /// <summary>One more allowance, for as long as what is spent now counts.</summary>
    public Slot Grant(Money amount, DateTimeOffset now)
    {
        var slot = At(now);
        slot.Grant(amount);
        return slot;
    }

    /// <summary>True once in a slot: so much is spent that somebody should know.</summary>
    internal bool TakesWarning(Slot slot)
    {
        if (slot.Warned)
        {
            return false;
        }

        var (spent, cap) = (Money.Zero, Budget.Amount);
        foreach (var one in slots)
        {
            spent += one.Spent;
            cap += one.Granted;
        }

        slot.Warned = spent > Money.Zero && spent.Nanos >= (double)cap.Nanos * Budget.Warn;
        return slot.Warned;
    }
}
