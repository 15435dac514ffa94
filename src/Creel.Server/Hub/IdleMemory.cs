namespace Creel.Server.Hub;

/// <summary>
/// Gives memory back in the calm after a peak of large messages: an idle server has no reason of its own to collect, and would
/// hold the peak until the next one.
/// </summary>
internal sealed class IdleMemory
{
    private const long Worth = 64 * 1024 * 1024;
    private const long Calm = 8 * 1024 * 1024;
    private long allocated;
    private long kept;

    /// <summary>To be called now and then; collects where little was allocated since the last call.</summary>
    /// <returns>True when it has collected.</returns>
    public bool Look()
    {
        var before = allocated;
        allocated = GC.GetTotalAllocatedBytes();
        // What was alive then and is not any more is worth a look again.
        kept = Math.Min(kept, Held());
        if (allocated - before > Calm || Held() < kept + Worth)
        {
            return false;
        }

        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        kept = Held();
        return true;
    }

    /// <summary>In bytes: what the last collection left committed, or, where that is more, what is on the heap by now.</summary>
    private static long Held() =>
        Math.Max(GC.GetGCMemoryInfo().TotalCommittedBytes, GC.GetTotalMemory(forceFullCollection: false));
}
