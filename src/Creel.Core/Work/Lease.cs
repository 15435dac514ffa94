namespace Creel.Core.Work;

/// <summary>Who holds a task that is not queued any more.</summary>
/// <param name="Journal">The runtime's journal: two leases with the same journal are the same memory of what has started.</param>
/// <param name="Epoch">The connection, counted up over the hub's whole life; what comes from an older one is fenced off.</param>
public sealed record Lease(string Journal, long Epoch);
