using Creel.Core;
using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>A reservation that waits until the disk knows about it. Null: it does; else why it can't.</summary>
internal sealed record Waiter(Reservation Reservation)
{
    public TaskCompletionSource<Fault?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>An allowance, or (without slots) just the wish that all be on disk.</summary>
/// <param name="Window">Of the budget that is meant; null: all that the purse has.</param>
internal sealed record BookOrder(PurseId? Purse, Money Amount, Window? Window = null)
{
    public TaskCompletionSource<Fault?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public List<DiskSlot> Slots { get; } = [];
}

/// <summary>What one transaction takes to the disk.</summary>
internal sealed record BookBatch(
    IReadOnlyList<(DiskSlot Slot, SlotRow Row)> Slots,
    CallLog Log,
    IReadOnlyList<Waiter> Waiters,
    IReadOnlyList<BookOrder> Orders
);
