using Creel.Core;
using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>
/// The book of what is reserved and spent. Callers never wait for the disk but where a purse is drawn on for the first time or
/// beyond what was drawn in advance; one thread of its own writes for all of them. When the disk fails, nothing may be spent
/// until it works again.
/// </summary>
internal sealed class MoneyBook : IAsyncDisposable
{
    private const int MostWarned = 64;
    private readonly object gate = new();
    private readonly BookState state = new();
    private readonly BookFile file;
    private readonly BookThread writer;
    private readonly TimeProvider time;
    private readonly Queue<BudgetState> warned = new();
    private readonly SemaphoreSlim configuring = new(1);
    private long lastCall;
    private Fault? trouble;

    /// <summary>What counts although it could not be looked up what was spent before: nothing may be spent until it was.</summary>
    private IReadOnlyList<PurseBudgets>? unsure;

    private MoneyBook(BookFile file, string path, TimeProvider time, int keepCalls)
    {
        (this.file, this.time) = (file, time);
        lastCall = file.NewestCall();
        state.Load(file.ReadSlots(time.GetUtcNow()));
        Reader = new BookReader(path);
        writer = new BookThread(gate, state, time, batch => Write(batch, keepCalls), fault => trouble = fault);
    }

    /// <summary>Looks things up in what is on disk.</summary>
    public BookReader Reader { get; }

    /// <summary>Told when most of a budget is gone, once a window.</summary>
    public Action<BudgetState>? Warns { get; set; }

    /// <summary>Why nothing may be spent; null where all is well.</summary>
    public Fault? Trouble
    {
        get
        {
            lock (gate)
            {
                return trouble;
            }
        }
    }

    /// <param name="keepCalls">So many calls, and up to a batch more, are kept one by one; sums are kept of all.</param>
    /// <exception cref="CreelException">The book can't be opened.</exception>
    public static MoneyBook Open(string path, TimeProvider time, int keepCalls = 100_000) =>
        new(BookFile.Open(path), path, time, keepCalls);

    /// <summary>
    /// Which budgets count from now on; replaces what was before. A budget that is new counts what its group spent in its window
    /// before, but for calls that are under way in this moment.
    /// </summary>
    /// <remarks>Where the disk fails, the first call after it works again looks that up, and none goes before.</remarks>
    public async Task ConfigureAsync(IReadOnlyList<PurseBudgets> purses)
    {
        await configuring.WaitAsync().ConfigureAwait(false);
        try
        {
            await ConfigureInTurnAsync(purses).ConfigureAwait(false);
        }
        finally
        {
            configuring.Release();
        }
    }

    private async Task<Fault?> ConfigureInTurnAsync(IReadOnlyList<PurseBudgets> purses)
    {
        IReadOnlyList<(Account Account, DateTimeOffset Since)> newcomers;
        lock (gate)
        {
            newcomers = state.Newcomers(purses, time.GetUtcNow());
        }

        var fault = newcomers.Count > 0 ? await FlushAsync().ConfigureAwait(false) : null;
        var spent = new List<(Account, Money)>();
        foreach (var (account, since) in fault is null ? newcomers : [])
        {
            spent.Add((account, await Reader.SpentSinceAsync(account.Purse, since).ConfigureAwait(false)));
        }

        lock (gate)
        {
            foreach (var (account, before) in spent)
            {
                state.AtLeast(account, before, time.GetUtcNow());
            }

            state.Configure(purses);
            unsure = fault is null ? null : purses;
        }

        return fault;
    }

    private async Task<BookDecision> LookUpAndReserveAsync(GroupId group, Money amount)
    {
        await configuring.WaitAsync().ConfigureAwait(false);
        try
        {
            IReadOnlyList<PurseBudgets>? purses;
            lock (gate)
            {
                purses = unsure;
            }

            if (purses is not null && await ConfigureInTurnAsync(purses).ConfigureAwait(false) is { } fault)
            {
                return new BookDecision.Unavailable(fault);
            }
        }
        finally
        {
            configuring.Release();
        }

        return await ReserveAsync(group, amount).ConfigureAwait(false);
    }

    /// <summary>Puts money aside for a call, in all purses that pay for it or in none, and on disk before it answers.</summary>
    public ValueTask<BookDecision> ReserveAsync(GroupId group, Money amount)
    {
        Waiter? waiter;
        BookDecision granted;
        lock (gate)
        {
            if (trouble is not null)
            {
                return new(new BookDecision.Unavailable(trouble));
            }

            if (unsure is not null)
            {
                return new(LookUpAndReserveAsync(group, amount));
            }

            switch (state.Take(group, amount, time.GetUtcNow(), Environment.TickCount64))
            {
                case BudgetDecision.Refused refused:
                    return new(new BookDecision.Refused(refused.Why));
                case var decision:
                    var taken = ((BudgetDecision.Granted)decision).Reservation;
                    granted = new BookDecision.Granted(taken);
                    waiter = state.WaitFor(taken);
                    break;
            }

            if (waiter is null)
            {
                return new(granted);
            }

            Monitor.Pulse(gate);
        }

        return new(WaitAsync(waiter, granted));
    }

    /// <summary>Counts what a call did cost, and writes it down. On disk soon; until then the disk counts what was reserved.</summary>
    public void Settle(Reservation taken, Money actual, CallRecord call)
    {
        List<BudgetState>? warnings = null;
        lock (gate)
        {
            var wasDirty = state.IsDirty;
            foreach (var account in state.Settle(taken, actual))
            {
                (warnings ??= []).Add(account.State(time.GetUtcNow()));
                warned.Enqueue(warnings[^1]);
                if (warned.Count > MostWarned)
                {
                    warned.Dequeue();
                }
            }

            state.Note(call);
            Wake(wasDirty);
        }

        warnings?.ForEach(warning => Warns?.Invoke(warning));
    }

    /// <summary>Writes down a call that cost nothing.</summary>
    public void Note(CallRecord call)
    {
        lock (gate)
        {
            var wasDirty = state.IsDirty;
            state.Note(call);
            Wake(wasDirty);
        }
    }

    /// <summary>The id of a call that begins now.</summary>
    public string NextCall()
    {
        long before;
        long id;
        do
        {
            before = Volatile.Read(ref lastCall);
            id = Math.Max(before + 1, time.GetUtcNow().ToUnixTimeMilliseconds() << 20);
        } while (Interlocked.CompareExchange(ref lastCall, id, before) != before);

        return id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>One more allowance for the windows that are open now, in all budgets of this purse.</summary>
    /// <exception cref="CreelException">It has no budget, or the disk fails; then nothing was granted.</exception>
    /// <param name="window">Of the budget that is meant; null: all that this purse has.</param>
    public async Task<IReadOnlyList<BudgetState>> GrantAsync(PurseId purse, Money amount, Window? window = null)
    {
        if (amount.Nanos <= 0 || amount > Money.Dollars(1_000_000_000))
        {
            throw new CreelException(
                Fault.Invalid("grant", $"{amount} can't be granted", "Grant more than nothing, at most $1000000000")
            );
        }

        var has = States().Where(s => s.Purse == purse).Select(s => s.Budget.Window).ToList();
        if (has.Count == 0)
        {
            throw new CreelException(
                Fault.NotFound(
                    "no-budget",
                    $"{purse} has no budget, or no cell that is up",
                    "See them: creel budget list. Set one first: creel budget set"
                )
            );
        }

        if (window is { } meant && !has.Contains(meant))
        {
            throw new CreelException(
                Fault.NotFound("no-budget", $"{purse} has no budget per {meant}", $"It has: {string.Join(", ", has)}")
            );
        }

        if (await OrderAsync(new BookOrder(purse, amount, window)).ConfigureAwait(false) is { } fault)
        {
            throw new CreelException(fault);
        }

        return [.. States().Where(s => s.Purse == purse && (window is null || s.Budget.Window == window))];
    }

    public IReadOnlyList<BudgetState> States()
    {
        lock (gate)
        {
            return state.States(time.GetUtcNow());
        }
    }

    /// <summary>How every budget stands, and when it will be hit.</summary>
    /// <param name="pace">What was spent from a purse in the last hour.</param>
    public IReadOnlyList<BudgetLine> Lines(Func<PurseId, Money> pace)
    {
        lock (gate)
        {
            return state.Lines(pace, time.GetUtcNow());
        }
    }

    /// <summary>Budgets of which most is spent now, or was a moment before their window ended.</summary>
    public IReadOnlyList<BudgetState> Warnings()
    {
        lock (gate)
        {
            var now = state.States(time.GetUtcNow()).Where(s => s.IsWarned).ToList();
            return
            [
                .. now,
                .. warned.Where(then => now.TrueForAll(s => s.Purse != then.Purse || s.Budget.Window != then.Budget.Window)),
            ];
        }
    }

    /// <summary>Returns when all is on disk; or why it is not.</summary>
    public Task<Fault?> FlushAsync() => OrderAsync(new BookOrder(null, Money.Zero));

    /// <summary>Ends as a process that is killed does: what is not on disk is lost.</summary>
    internal async Task AbandonAsync()
    {
        await writer.StopAsync(writes: false).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.StopAsync(writes: true).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
    }

    private async Task CloseAsync()
    {
        await Reader.DisposeAsync().ConfigureAwait(false);
        file.Dispose();
        configuring.Dispose();
    }

    private static async Task<BookDecision> WaitAsync(Waiter waiter, BookDecision granted) =>
        await waiter.Done.Task.ConfigureAwait(false) is { } fault ? new BookDecision.Unavailable(fault) : granted;

    /// <summary>The writer sleeps as long as there is nothing to write; while there is, it looks by itself.</summary>
    private void Wake(bool wasDirty)
    {
        if (!wasDirty)
        {
            Monitor.Pulse(gate);
        }
    }

    private async Task<Fault?> OrderAsync(BookOrder order)
    {
        lock (gate)
        {
            if (writer.IsStopped)
            {
                return BookThread.Closed;
            }

            state.Order(order);
            Monitor.Pulse(gate);
        }

        return await order.Done.Task.ConfigureAwait(false);
    }

    private Fault? Write(BookBatch batch, int keepCalls)
    {
        try
        {
            file.Write(batch.Slots.Select(s => s.Row), batch.Log.Calls, batch.Log.Sums, keepCalls);
            return null;
        }
        catch (CreelException e)
        {
            return e.Fault;
        }
        catch (Exception e)
        {
            // A bug must not end the thread: nothing is spent, and the fault says so.
            return new Fault(
                FaultKind.Internal,
                "ledger-bug",
                $"The book can't be written ({e.GetType().Name}), so nothing may be spent"
            );
        }
    }
}
