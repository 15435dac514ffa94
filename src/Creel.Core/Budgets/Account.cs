namespace Creel.Core.Budgets;

/// <summary>
/// One budget of one purse and what counts against it. Its time never runs backwards: a clock that is set back finds the
/// window that was open last, spent as it was.
/// </summary>
public sealed class Account(PurseId purse, Budget budget)
{
    /// <summary>Beyond this nobody can say when.</summary>
    private static readonly TimeSpan Farthest = TimeSpan.FromDays(3660);

    private readonly List<Slot> slots = [];
    private DateTimeOffset latest = DateTimeOffset.MinValue;

    public PurseId Purse { get; } = purse;

    /// <summary>For a person: <c>group bart, day</c>.</summary>
    public string Label { get; } = $"{purse}, {budget.Window}";

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

    /// <summary>
    /// When nothing will be left if it goes on so; null where it will not come to that, as far as can be said: a window that
    /// begins anew takes the spending with it, and of a rolling one what was spent comes free piece by piece.
    /// </summary>
    /// <param name="perHour">How much is spent in an hour.</param>
    public DateTimeOffset? HitAt(Money perHour, DateTimeOffset now)
    {
        var state = State(now);
        var from = latest;
        var room = (double)(state.Cap - state.Spent - state.Reserved).Nanos;
        if (room <= 0)
        {
            return from;
        }

        if (perHour.IsZero)
        {
            return null;
        }

        foreach (var slot in slots.Where(slot => slot.Period.Until is not null))
        {
            var until = slot.Period.Until!.Value;
            if (After(from, room, perHour) is { } hit && hit <= until)
            {
                return hit;
            }

            if (Budget.Window.Kind != WindowKind.Rolling)
            {
                return null;
            }

            room += slot.Held.Nanos - slot.Granted.Nanos - (perHour.Nanos * (until - from).TotalHours);
            from = until;
            if (room <= 0)
            {
                return from;
            }
        }

        // Then what is spent from now on begins to come free as well.
        var last = After(from, room, perHour);
        return Budget.Window.Kind == WindowKind.Rolling && last > latest + Budget.Window.Length ? null : last;
    }

    private static DateTimeOffset? After(DateTimeOffset from, double room, Money perHour) =>
        room / perHour.Nanos is var hours && hours < Farthest.TotalHours ? from.AddHours(hours) : null;

    /// <summary>True once in a window: so much is spent that somebody should know.</summary>
    internal bool TakesWarning(Slot slot)
    {
        if (slots.Any(one => one.Warned))
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
