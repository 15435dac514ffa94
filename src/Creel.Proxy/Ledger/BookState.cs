using Creel.Core;
using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>
/// The book in memory: who may spend what, and how much of it the disk knows already. Used under its owner's lock; does no I/O.
/// </summary>
internal sealed class BookState
{
    /// <summary>So much of a cap is drawn at once, so that most calls needn't wait for the disk; and so much a crash may cost.</summary>
    private const int Shares = 64;

    /// <summary>What was drawn and not used is given back when a purse was quiet for so long, in milliseconds.</summary>
    public const long Idle = 2_000;

    private readonly Dictionary<(PurseId, Window), Account> accounts = [];
    private readonly Dictionary<Slot, DiskSlot> slots = [];

    /// <summary>Of which the file said something, and that did not count a moment since.</summary>
    private readonly HashSet<Account> loaded = [];

    /// <summary>That count, though nobody has looked up yet what was spent before.</summary>
    private readonly HashSet<Account> unknown = [];
    private Dictionary<PurseId, Account[]> active = [];
    private List<Waiter> waiters = [];
    private List<BookOrder> orders = [];
    private readonly CallLog log = new();

    /// <summary>Somebody waits for the disk.</summary>
    public bool IsUrgent => waiters.Count + orders.Count > 0;

    /// <summary>More calls wait than one transaction takes.</summary>
    public bool IsBehind => log.IsBehind;

    /// <summary>Something is not on disk as it is.</summary>
    public bool IsDirty { get; private set; }

    /// <summary>More is drawn than used.</summary>
    public bool HasOpenBlocks => slots.Values.Any(d => d.Drawn > d.Slot.Held);

    /// <summary>Takes up what the file says: what was drawn when it was closed or cut off counts as spent.</summary>
    public void Load(IEnumerable<SlotRow> rows)
    {
        foreach (var row in rows)
        {
            var slot = AccountOf(row.Purse, new Budget(Money.Zero, row.Window)).Restore(row.Period);
            slot.Load(row.Drawn, row.Granted, row.Lost + row.Drawn - row.Spent);
            loaded.Add(slot.Account);
            slots.Add(slot, new DiskSlot(slot) { Drawn = row.Drawn, IsDirty = row.Drawn > row.Spent });
            IsDirty |= row.Drawn > row.Spent;
        }
    }

    /// <summary>Which budgets count from now on. One that is taken out and comes back finds what was spent.</summary>
    public void Configure(IReadOnlyList<PurseBudgets> purses)
    {
        // What does not count now may be spent past them.
        loaded.Clear();
        active = purses.ToDictionary(
            p => p.Purse,
            p =>
                p.Budgets.GroupBy(b => b.Window)
                    // Of two with the same window, the tighter one.
                    .Select(same => same.OrderByDescending(b => b.Hard).ThenBy(b => b.Amount).First())
                    .Select(budget =>
                    {
                        var account = AccountOf(p.Purse, budget);
                        account.Change(budget);
                        return account;
                    })
                    .ToArray()
        );
    }

    /// <summary>The budgets that don't count yet, and since when to look up what was spent before they do.</summary>
    public IReadOnlyList<(Account Account, DateTimeOffset Since)> Newcomers(
        IReadOnlyList<PurseBudgets> purses,
        DateTimeOffset now
    )
    {
        var found = new List<(Account, DateTimeOffset)>();
        foreach (var account in purses.SelectMany(p => p.Budgets.Select(b => AccountOf(p.Purse, b))).Distinct())
        {
            if (unknown.Contains(account) || !active.GetValueOrDefault(account.Purse, []).Contains(account))
            {
                unknown.Add(account);
                found.Add((account, Since(account, now)));
            }
        }

        return found;
    }

    /// <summary>Counts at least this much as spent before; of a rolling window, as if what is missing were spent now.</summary>
    public void AtLeast(Account account, Money spent, DateTimeOffset now)
    {
        var slot = account.At(now);
        var before = account.Budget.Window.Kind == WindowKind.Rolling ? account.State(now).Spent - slot.Spent : Money.Zero;
        slot.AtLeast(Money.Max(Money.Zero, spent - before));
        unknown.Remove(account);
        loaded.Remove(account);
        Touch(slot);
    }

    /// <summary>
    /// The sums are by the hour. A rolling window begins in the middle of one: of the whole of it, so that nothing is forgotten;
    /// but one that only goes on after a restart has its own slots of that hour, and is not to count it twice.
    /// </summary>
    private DateTimeOffset Since(Account account, DateTimeOffset now)
    {
        var window = account.Budget.Window;
        if (window.Kind != WindowKind.Rolling)
        {
            return account.At(now).Period.From;
        }

        var since = now - window.Length;
        return loaded.Contains(account) ? since.AddHours(1).AddTicks(-1) : since;
    }

    public BudgetDecision Take(GroupId group, Money amount, DateTimeOffset now, long tick)
    {
        Account[] own = active.GetValueOrDefault(new PurseId(group), []);
        Account[] line = [.. own, .. active.GetValueOrDefault(PurseId.Habitat, [])];
        var decision = Reservation.Take(line, amount, now);
        if (decision is BudgetDecision.Granted { Reservation: var taken })
        {
            foreach (var slot in taken.Slots)
            {
                var disk = DiskOf(slot);
                (disk.LastUse, disk.LastAmount) = (tick, amount);
            }
        }

        return decision;
    }

    /// <summary>Null where the disk knows of enough already.</summary>
    public Waiter? WaitFor(Reservation taken)
    {
        var isCovered = true;
        foreach (var slot in taken.Slots)
        {
            var disk = DiskOf(slot);
            if (slot.Held > disk.Drawn)
            {
                disk.IsDirty = IsDirty = true;
                isCovered = false;
            }
        }

        if (isCovered)
        {
            return null;
        }

        var waiter = new Waiter(taken);
        waiters.Add(waiter);
        return waiter;
    }

    /// <summary>Answers the budgets of which most is gone now.</summary>
    public IReadOnlyList<Account> Settle(Reservation taken, Money actual)
    {
        var warnings = taken.Settle(actual);
        foreach (var slot in taken.Slots)
        {
            Touch(slot);
        }

        return warnings;
    }

    public void Note(CallRecord call)
    {
        log.Add(call);
        IsDirty = true;
    }

    public void Order(BookOrder order) => orders.Add(order);

    public IReadOnlyList<BudgetState> States(DateTimeOffset now) =>
        [.. active.Values.SelectMany(a => a).Select(a => a.State(now)).OrderBy(s => s.Purse.Key, StringComparer.Ordinal)];

    /// <param name="pace">What was spent from a purse in the last hour.</param>
    public IReadOnlyList<BudgetLine> Lines(Func<PurseId, Money> pace, DateTimeOffset now) =>
        [
            .. active
                .OrderBy(purse => purse.Key.Key, StringComparer.Ordinal)
                .SelectMany(purse =>
                {
                    var lately = pace(purse.Key);
                    return purse.Value.Select(a => BudgetLine.Of(a.State(now), lately, a.HitAt(lately, now)));
                }),
        ];

    /// <summary>Everything that is not on disk as it is, ready to be written.</summary>
    /// <param name="draws">False where no calls will come: then nothing is drawn in advance.</param>
    public BookBatch Collect(DateTimeOffset now, long tick, bool draws)
    {
        foreach (var order in orders)
        {
            foreach (var account in order.Purse is { } purse ? active.GetValueOrDefault(purse, []) : [])
            {
                if (order.Window is { } meant && account.Budget.Window != meant)
                {
                    continue;
                }

                var disk = DiskOf(account.At(now));
                disk.Granting += order.Amount;
                disk.IsDirty = true;
                order.Slots.Add(disk);
            }
        }

        var rows = new List<(DiskSlot, SlotRow)>();
        foreach (var disk in slots.Values)
        {
            var isQuiet = !draws || tick - disk.LastUse >= Idle;
            if (disk.IsDirty || (isQuiet && disk.Drawn > disk.Slot.Held))
            {
                rows.Add((disk, Row(disk, isQuiet, now)));
            }
        }

        var some = log.TakeSome();
        IsDirty = !log.IsEmpty;

        // Who wants everything on disk waits until it is.
        var batch = new BookBatch(rows, some, waiters, [.. orders.Where(o => o.Purse is not null || !IsDirty)]);
        (waiters, orders) = ([], [.. orders.Except(batch.Orders)]);
        return batch;
    }

    public void Committed(BookBatch batch, DateTimeOffset now)
    {
        foreach (var (disk, row) in batch.Slots)
        {
            disk.Drawn = row.Drawn;
            disk.Slot.Grant(disk.Granting);
            disk.Granting = Money.Zero;
        }

        foreach (var slot in slots.Keys.Where(s => s.Period.Until <= now && s.Reserved.IsZero && !slots[s].IsDirty).ToArray())
        {
            slots.Remove(slot);
        }
    }

    /// <summary>Takes everything back; answers the orders that would have come next.</summary>
    public IReadOnlyList<BookOrder> Failed(BookBatch batch)
    {
        foreach (var (disk, _) in batch.Slots)
        {
            (disk.IsDirty, disk.Granting) = (true, Money.Zero);
        }

        foreach (var waiter in batch.Waiters)
        {
            Settle(waiter.Reservation, Money.Zero);
        }

        log.AddBack(batch.Log);
        IsDirty = true;
        var left = orders;
        orders = [];
        return left;
    }

    private SlotRow Row(DiskSlot disk, bool isQuiet, DateTimeOffset now)
    {
        var slot = disk.Slot;
        var block = Money.Zero;
        if (!isQuiet)
        {
            var state = slot.Account.State(now);
            var room = state.Cap - state.Spent - state.Reserved;
            block = Money.Max(new Money(state.Cap.Nanos / Shares), disk.LastAmount);
            block = slot.Account.Budget.Hard ? Money.Max(Money.Zero, Money.Min(block, room)) : block;
        }

        // Whether or not the disk takes it: no more than this may be used until it has.
        var drawn = slot.Held + block;
        disk.Drawn = Money.Min(disk.Drawn, drawn);
        disk.IsDirty = false;
        var granted = slot.Granted + disk.Granting;
        return new SlotRow(slot.Account.Purse, slot.Account.Budget.Window, slot.Period, slot.Spent, drawn, granted, slot.Lost);
    }

    private void Touch(Slot slot) => DiskOf(slot).IsDirty = IsDirty = true;

    private DiskSlot DiskOf(Slot slot)
    {
        if (!slots.TryGetValue(slot, out var disk))
        {
            slots.Add(slot, disk = new DiskSlot(slot));
        }

        return disk;
    }

    private Account AccountOf(PurseId purse, Budget budget)
    {
        if (!accounts.TryGetValue((purse, budget.Window), out var account))
        {
            accounts.Add((purse, budget.Window), account = new Account(purse, budget));
        }

        return account;
    }
}
