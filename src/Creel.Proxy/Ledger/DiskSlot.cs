using Creel.Core.Budgets;

namespace Creel.Proxy.Ledger;

/// <summary>What the disk knows about a slot. At every moment: spent and reserved ≤ <see cref="Drawn"/> ≤ what is on disk.</summary>
internal sealed class DiskSlot(Slot slot)
{
    public Slot Slot { get; } = slot;

    /// <summary>Up to here calls may go without asking the disk.</summary>
    public Money Drawn { get; set; }

    /// <summary>Something of it is not on disk as it is.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Allowances that wait for the disk.</summary>
    public Money Granting { get; set; }

    /// <summary>When it was last drawn on, in milliseconds of a clock that only runs forward.</summary>
    public long LastUse { get; set; }

    public Money LastAmount { get; set; }
}
